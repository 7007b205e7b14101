package main

import "math"

// Powers and logarithms, lane by lane. These pieces write their instructions
// wherever a kernel needs them, in registers that it names.

// ln2 in two parts: a whole number times the first is exact.
const (
	ln2High32, ln2Low32 = 355.0 / 512, math.Ln2 - 355.0/512
	ln2High, ln2Low     = 0x1.62e42feep-1, 0x1.a39ef35793c76p-33
)

// round is added and taken away again to round to a whole number; before it is
// taken away, the low bits are that number.
const (
	round32 = 3 << 22
	round64 = 3 << 51
)

// exp sets p to e^x, at most 1.1 ulp off. It destroys the registers x, n and s.
// With x = n·ln2 + r and |r| ≤ ½·ln2, it is 2ⁿ·(1 + r + r²·P(r)) with the best
// P of degree 4: it is 3e-9 off.
func (v *vector) exp(x, n, p, s int) {
	// Beyond these the result is 0 or infinite. In this order a NaN stays.
	v.o("VMOVUPS", v.c(-104), n)
	v.o("VMAXPS", x, n, x)
	v.o("VMOVUPS", v.c(89), n)
	v.o("VMINPS", x, n, x)
	v.o("VMOVUPS", v.c(round32), n)
	v.o("VFMADD231PS", v.c(math.Log2E), x, n)
	v.o("VSUBPS", v.c(round32), n, n)
	v.o("VFNMADD231PS", v.c(ln2High32), n, x)
	v.o("VFNMADD231PS", v.c(ln2Low32), n, x)
	v.o("VMOVUPS", v.c(0.00138145984608), p)
	for _, c := range []float32{0.00836871688121, 0.0416683880494, 0.166665206317, 0.499999934478} {
		v.o("VFMADD213PS", v.c(c), x, p)
	}
	v.o("VMULPS", x, x, s)
	v.o("VFMADD213PS", x, s, p)
	v.o("VADDPS", v.c(1), p, p)
	if v.s.parts == 1 {
		v.o("VSCALEFPS", n, p, p)
		return
	}
	// 2ⁿ in two factors, which are normal numbers; the second product alone is rounded.
	const biased = round32 + 127
	v.o("VMOVUPS", v.c(biased), s)
	v.o("VFMADD231PS", v.c(0.5), n, s)
	v.o("VSUBPS", v.c(biased), s, x)
	v.o("VSUBPS", x, n, n)
	v.o("VADDPS", v.c(biased), n, n)
	v.o("VPSLLD", "$23", s, s)
	v.o("VPSLLD", "$23", n, n)
	v.o("VMULPS", s, p, p)
	v.o("VMULPS", n, p, p)
}

// exp64 sets p to e^x in float64 for x up to 0, about 1 ulp off, but at
// least e^−708. It destroys the registers x and n. The polynomial is of degree
// 13, Taylor's, its error 4e-18.
func (v *vector) exp64(x, n, p int) {
	const biased = round64 + 1023
	v.o("VMOVUPD", v.c64(-708), n)
	v.o("VMAXPD", x, n, x) // in this order a NaN stays
	v.o("VMOVUPD", v.c64(biased), n)
	v.o("VFMADD231PD", v.c64(math.Log2E), x, n)
	v.o("VSUBPD", v.c64(biased), n, p)
	v.o("VFNMADD231PD", v.c64(ln2High), p, x)
	v.o("VFNMADD231PD", v.c64(ln2Low), p, x)
	factorial := 1.
	for i := range 13 {
		factorial *= float64(i + 1)
	}
	v.o("VMOVUPD", v.c64(1/factorial), p)
	for i := 13; i > 0; i-- {
		factorial /= float64(i)
		v.o("VFMADD213PD", v.c64(1/factorial), x, p)
	}
	v.o("VPSLLQ", "$52", n, n) // 2ⁿ
	v.o("VMULPD", n, p, p)
}

// log64 sets p to log x in float64, about 1 ulp off, for a normal x > 0;
// it is x if that is infinite or NaN. It destroys the registers k, f, h, s and z.
//
// With x = 2ᵏ·(1+f) and √½ ≤ 1+f < √2, it is k·ln2 + log(1+f), the latter as in
// FreeBSD's e_log.c (Sun Microsystems 1993): with s = f/(2+f),
//
//	log(1+f) = f − (f²/2 − s·(f²/2 + R(s²)))
func (v *vector) log64(x, p, k, f, h, s, z int) {
	const low = 0x3fe6a09e << 32 // the bits of about √½
	v.o("VPADDQ", v.bits(math.Float64bits(1)-low), x, k)
	v.o("VANDPD", v.bits(1<<52-1), k, f)
	v.o("VPADDQ", v.bits(low), f, f)
	v.o("VPSRLQ", "$52", k, k)
	v.o("VORPD", v.bits(math.Float64bits(1<<52)), k, k) // as a float64
	v.o("VSUBPD", v.c64(1<<52+1023), k, k)

	v.o("VSUBPD", v.c64(1), f, f)
	v.o("VADDPD", v.c64(2), f, s)
	v.o("VDIVPD", s, f, s)
	v.o("VMULPD", s, s, z)
	v.o("VMOVUPD", v.c64(1.479819860511658591e-01), p)
	for _, c := range []float64{
		1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01,
		2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01,
	} {
		v.o("VFMADD213PD", v.c64(c), z, p)
	}
	v.o("VMULPD", z, p, p)
	v.o("VMULPD", v.c64(0.5), f, h)
	v.o("VMULPD", f, h, h)
	v.o("VADDPD", h, p, p)
	v.o("VMULPD", s, p, p)
	v.o("VFMADD231PD", v.c64(ln2Low), k, p)
	v.o("VSUBPD", h, p, p)
	v.o("VADDPD", f, p, p)
	v.o("VFMADD231PD", v.c64(ln2High), k, p)
	v.where("PD", x, notLess, v.c64(math.Inf(1)), x, p, s)
}
