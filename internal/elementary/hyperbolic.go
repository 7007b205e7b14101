// Copyright 2009 The Go Authors. All rights reserved.
// Use of this source code is governed by a BSD-style license that is in NOTICE.

package elementary

import "math"

// Sinh returns the hyperbolic sine of x.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	if !(a <= 0.5) {
		return math.Sinh(x) // by Exp alone
	}
	s := float64(a * a)
	p := float64(-0.2630563213397497062819489e+2*s) - 0.2894211355989563807284660366e+4
	p = float64(p*s) - 0.8991272022039509355398013511e+5
	p = float64(p*s) - 0.6307673640497716991184787251e+6
	q := float64((s-0.173678953558233699533450911e+3)*s) + 0.1521517378790019070696485176e+5
	q = float64(q*s) - 0.6307673640497716991212077277e+6
	return math.Copysign(p*a/q, x)
}

// Tanh returns the hyperbolic tangent of x.
func Tanh(x float64) float64 {
	if !(math.Abs(x) < 0.625) || x == 0 {
		return math.Tanh(x) // by Exp alone
	}
	s := float64(x * x)
	p := float64(-9.64399179425052238628e-1*s) - 9.92877231001918586564e1
	p = float64(p*s) - 1.61468768441708447952e3
	q := float64((s+1.12811678491632931402e2)*s) + 2.23548839060100448583e3
	q = float64(q*s) + 4.84406305325125486048e3
	return x + float64(x*s*p)/q
}
