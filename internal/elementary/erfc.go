// Copyright 2010 The Go Authors. All rights reserved.
// Use of this source code is governed by a BSD-style license that is in NOTICE.
//
// The coefficients and the method are from FreeBSD's s_erf.c, which came with this
// notice:
//
//	Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//	Developed at SunPro, a Sun Microsystems, Inc. business.
//	Permission to use, copy, modify, and distribute this software is freely granted,
//	provided that this notice is preserved.

package elementary

import "math"

// Erfc returns the complementary error function of x, 2/√π·∫ₓ^∞ exp(−t²) dt, within
// 2 units in the last place.
func Erfc(x float64) float64 {
	const erx = 8.45062911510467529297e-01
	a := math.Abs(x)
	switch {
	case x != x:
		return x
	case a >= 28:
		return 1 - math.Copysign(1, x)
	case a < .84375:
		y := a
		if a >= 1./(1<<56) {
			z := float64(a * a)
			y = float64(a * (polynomial(z, &erfcPP) / polynomial(z, &erfcQQ)))
			if x > 0 && a >= .25 {
				return 1 - (.5 + (y + (a - .5)))
			} else if a >= .25 {
				return 1 + (.5 + (y + (a - .5)))
			}
			y += a
		}
		return 1 - math.Copysign(y, x)
	case a < 1.25:
		s := a - 1
		q := polynomial(s, &erfcPA) / polynomial(s, &erfcQA)
		if x < 0 {
			return 1 + erx + q
		}
		return 1 - erx - q
	case x < -6:
		return 2
	}
	s := 1 / (a * a)
	var q float64
	if a < 1/.35 {
		q = polynomial(s, &erfcRA) / polynomial(s, &erfcSA)
	} else {
		q = polynomial(s, &erfcRB) / polynomial(s, &erfcSB)
	}
	z := math.Float64frombits(math.Float64bits(a) & 0xffffffff00000000) // its square is exact
	r := math.Exp(-float64(z*z)-.5625) * math.Exp(float64((z-a)*(z+a))+q)
	if x < 0 {
		return 2 - r/a
	}
	return r / a
}

// polynomial returns c[0] + c[1]·x + c[2]·x² + …
func polynomial(x float64, c *[9]float64) float64 {
	p := c[8]
	for i := 7; i >= 0; i-- {
		p = float64(p*x) + c[i]
	}
	return p
}

// Quotients of polynomials are for |x| in [0, 0.84375), [0.84375, 1.25),
// [1.25, 1/0.35) and [1/0.35, 28).
var (
	erfcPP = [9]float64{
		1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02, -5.77027029648944159157e-03, -2.37630166566501626084e-05,
	}
	erfcQQ = [9]float64{
		1, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03, 1.32494738004321644526e-04, -3.96022827877536812320e-06,
	}
	erfcPA = [9]float64{
		-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01, 3.18346619901161753674e-01, -1.10894694282396677476e-01,
		3.54783043256182359371e-02, -2.16637559486879084300e-03,
	}
	erfcQA = [9]float64{
		1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02, 1.26171219808761642112e-01, 1.36370839120290507362e-02,
		1.19844998467991074170e-02,
	}
	erfcRA = [9]float64{
		-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01, -6.23753324503260060396e+01, -1.62396669462573470355e+02,
		-1.84605092906711035994e+02, -8.12874355063065934246e+01, -9.81432934416914548592e+00,
	}
	erfcSA = [9]float64{
		1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02, 6.45387271733267880336e+02, 4.29008140027567833386e+02,
		1.08635005541779435134e+02, 6.57024977031928170135e+00, -6.04244152148580987438e-02,
	}
	erfcRB = [9]float64{
		-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01, -1.60636384855821916062e+02, -6.37566443368389627722e+02,
		-1.02509513161107724954e+03, -4.83519191608651397019e+02,
	}
	erfcSB = [9]float64{
		1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03, 3.19985821950859553908e+03, 2.55305040643316442583e+03,
		4.74528541206955367215e+02, -2.24409524465858183362e+01,
	}
)
