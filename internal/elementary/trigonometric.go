// Copyright 2009 The Go Authors. All rights reserved.
// Use of this source code is governed by a BSD-style license that is in NOTICE.

// Package elementary has functions of package math whose results do not depend on
// GOAMD64. For v3 the compiler fuses products and sums in the standard library,
// which changes about one cosine in a hundred.
//
// The code is that of package math, with a conversion of every product that is added
// to something, which prevents fusing. The results are those of math built for v1,
// except for Expm1 and Log1p, which use a shorter method. Functions that are assembly
// in math (Exp, Log, Sqrt, Floor) or do not add products (Cosh, Pow) are not needed
// here.
package elementary

import (
	"math"
	"math/bits"
)

// Sin returns the sine of x radians.
func Sin(x float64) float64 {
	if x == 0 {
		return x // −0 too
	}
	j, z := octant(math.Abs(x))
	return math.Copysign(1, x) * sine(j, z)
}

// Cos returns the cosine of x radians.
func Cos(x float64) float64 {
	j, z := octant(math.Abs(x))
	return sine(j+2, z)
}

// Sincos returns Sin(x) and Cos(x).
func Sincos(x float64) (sin, cos float64) {
	if x == 0 {
		return x, 1
	}
	j, z := octant(math.Abs(x))
	return math.Copysign(1, x) * sine(j, z), sine(j+2, z)
}

// sine returns the sine of j·π/4 + z for an even j.
func sine(j uint64, z float64) float64 {
	zz := z * z
	var y float64
	if j&3 == 2 {
		p := float64(-1.13585365213876817300e-11*zz) + 2.08757008419747316778e-9
		p = float64(p*zz) - 2.75573141792967388112e-7
		p = float64(p*zz) + 2.48015872888517045348e-5
		p = float64(p*zz) - 1.38888888888730564116e-3
		p = float64(p*zz) + 4.16666666666665929218e-2
		y = 1 - float64(0.5*zz) + float64(zz*zz*p)
	} else {
		p := float64(1.58962301576546568060e-10*zz) - 2.50507477628578072866e-8
		p = float64(p*zz) + 2.75573136213857245213e-6
		p = float64(p*zz) - 1.98412698295895385996e-4
		p = float64(p*zz) + 8.33333333332211858878e-3
		p = float64(p*zz) - 1.66666666666666307295e-1
		y = z + float64(z*zz*p)
	}
	if j&4 != 0 {
		y = -y
	}
	return y
}

// octant returns an even j, modulo 8, and z with x = j·π/4 + z and |z| ≤ π/4,
// for x ≥ 0. For infinity and NaN, z is NaN.
func octant(x float64) (j uint64, z float64) {
	switch {
	case !(x <= math.MaxFloat64):
		return 0, math.NaN()
	case x >= 1<<29:
		return octantOfHuge(x)
	}
	j = uint64(x * (4 / math.Pi))
	j += j & 1
	y := float64(j)
	// π/4 in three parts (Cody and Waite).
	z = x - float64(y*7.85398125648498535156e-1)
	z -= float64(y * 3.77489470793079817668e-8)
	z -= float64(y * 2.69515142907905952645e-15)
	return j & 7, z
}

// octantOfHuge uses the reduction of Payne and Hanek. It multiplies the mantissa of x
// by the three digits of 4/π on which the fraction of the product depends.
func octantOfHuge(x float64) (j uint64, z float64) {
	const shift, bias = 52, 1023
	ix := math.Float64bits(x)
	exp := int(ix>>shift) - bias - shift
	ix = ix&(1<<shift-1) | 1<<shift
	digit, by := uint(exp+61)/64, uint(exp+61)%64
	d := fourOverPi[digit : digit+4]
	z0 := d[0]<<by | d[1]>>(64-by)
	z1 := d[1]<<by | d[2]>>(64-by)
	z2 := d[2]<<by | d[3]>>(64-by)
	z2hi, _ := bits.Mul64(z2, ix)
	z1hi, z1lo := bits.Mul64(z1, ix)
	lo, c := bits.Add64(z1lo, z2hi, 0)
	hi, _ := bits.Add64(z0*ix, z1hi, c)
	j = hi >> 61
	hi = hi<<3 | lo>>61
	lead := uint(bits.LeadingZeros64(hi))
	hi = hi<<(lead+1) | lo>>(64-(lead+1))
	z = math.Float64frombits(hi>>(64-shift) | uint64(bias-(lead+1))<<shift)
	if j&1 == 1 {
		j = (j + 1) & 7
		z--
	}
	return j, float64(z * (math.Pi / 4))
}

// fourOverPi is 4/π = Σ fourOverPi[i]·2^(−64i).
var fourOverPi = [...]uint64{
	0x0000000000000001, 0x45f306dc9c882a53, 0xf84eafa3ea69bb81, 0xb6c52b3278872083, 0xfca2c757bd778ac3,
	0x6e48dc74849ba5c0, 0x0c925dd413a32439, 0xfc3bd63962534e7d, 0xd1046bea5d768909, 0xd338e04d68befc82,
	0x7323ac7306a673e9, 0x3908bf177bf25076, 0x3ff12fffbc0b301f, 0xde5e2316b414da3e, 0xda6cfd9e4f96136e,
	0x9e8c7ecd3cbfd45a, 0xea4f758fd7cbe2f6, 0x7a0e73ef14a525d4, 0xd7f6bf623f1aba10, 0xac06608df8f6d757,
}
