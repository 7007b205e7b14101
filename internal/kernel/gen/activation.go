package main

import "math"

// activations generates activations that need several functions, and their
// gradients.
func activations(f *file, s isa) {
	v := newVector(f, s)
	v.leakyReLU()
	v.gelu()
	v.gated()
	v.softplus()
	v.elu()
	v.finish()
}

func (v *vector) leakyReLU() {
	const zero, slope, x, y, spare = 0, 1, 2, 3, 4
	before := func(a arguments) {
		v.clear(zero, 1)
		v.broadcast(a, slope, "slope")
	}
	v.walk(walk{name: "leakyReLU", params: "y, x *float32, n int, slope float32", before: before, comment: `is

	for i := range n {
		if x[i] <= 0 {
			y[i] = x[i] * slope
		} else {
			y[i] = x[i]
		}
	}`, body: func() {
		v.o("VMOVUPS", at(1), x)
		v.o("VMULPS", x, slope, y)
		v.o("VMOVAPS", x, 5)
		v.where("PS", x, atMost, zero, y, 5, spare)
		v.o("VMOVUPS", 5, at(0))
	}})
	v.walk(walk{name: "leakyReLUBackward", params: "dx, dy, x *float32, n int, slope float32", before: before, comment: `is

	for i := range n {
		if x[i] <= 0 {
			dx[i] = dy[i] * slope
		} else {
			dx[i] = dy[i]
		}
	}`, body: func() {
		v.o("VMOVUPS", at(2), x)
		v.o("VMOVUPS", at(1), 5)
		v.o("VMULPS", 5, slope, y)
		v.where("PS", x, atMost, zero, y, 5, spare)
		v.o("VMOVUPS", 5, at(0))
	}})
}

// normalTail sets a to |x|, at most 15, e to e^(−a²/2) and p to
// e^(a²/2)·Φ(−a), of the distribution function Φ of the normal distribution. It
// destroys registers h, n, s and l.
//
// With t = 1/(1 + 3a/8), p is t·P(t) with the best P of degree 9: it is 1.4e-8 off. What
// the square of a loses by rounding, l, e gets back.
func (v *vector) normalTail(x, a, h, n, e, s, l, p int) {
	v.o("VANDPS", v.bits(^uint64(signBit)), x, a)
	v.o("VMOVUPS", v.c(15), n) // Φ(−15) is 0 in float32
	v.o("VMINPS", a, n, a)     // in this order a NaN stays
	v.o("VMULPS", a, a, h)
	v.o("VMOVAPS", h, l)
	v.o("VFMSUB231PS", a, a, l)
	v.o("VMULPS", v.c(-0.5), h, h)
	v.o("VMULPS", v.c(0.5), l, l)
	v.exp(h, n, e, s)
	v.o("VFNMADD231PS", l, e, e)

	v.o("VMOVUPS", v.c(1), n)
	v.o("VMOVAPS", n, s)
	v.o("VFMADD231PS", v.c(0.375), a, s)
	v.o("VDIVPS", s, n, s)
	v.o("VMOVUPS", v.c(0.02054875694), p)
	for _, c := range []float32{
		-0.1321701509, 0.3407194327, -0.4187958476, 0.2114784838, -0.05411169409, 0.1074563342, 0.1254107884, 0.1498701935, 0.1495936961,
	} {
		v.o("VFMADD213PS", v.c(c), s, p)
	}
	v.o("VMULPS", s, p, p)
}

// gelu is max(0, x) − |x|·Φ(−|x|): no digits are lost for negative x.
func (v *vector) gelu() {
	const x, a, h, n, e, s, l, p, y = 0, 1, 2, 3, 4, 5, 6, 7, 8
	v.walk(walk{name: "gelu", params: "y, x *float32, n int", comment: `is, at most 6 ulp off,

	for i := range n {
		y[i] = x[i] * Φ(x[i])
	}

with the distribution function Φ of the normal distribution.`, body: func() {
		v.o("VMOVUPS", at(1), x)
		v.normalTail(x, a, h, n, e, s, l, p)
		v.o("VMULPS", a, p, p)
		v.o("VXORPS", y, y, y)
		v.o("VMAXPS", x, y, y) // in this order a NaN stays
		v.o("VFNMADD231PS", p, e, y)
		v.o("VMOVUPS", y, at(0))
	}})
	v.walk(walk{name: "geluBackward", params: "dx, dy, x *float32, n int", comment: `is, with a factor that is at most 2e-7 off,

	for i := range n {
		dx[i] = dy[i] * (Φ(x[i]) + x[i]*Φ'(x[i]))
	}`, body: func() {
		v.o("VMOVUPS", at(2), x)
		v.normalTail(x, a, h, n, e, s, l, p)
		v.o("VFNMADD231PS", v.c(float32(1/math.Sqrt(2*math.Pi))), a, p)
		v.o("VMULPS", e, p, p) // of −|x|
		v.o("VMOVUPS", v.c(1), y)
		v.o("VSUBPS", p, y, y)
		v.bySign(x, p, y)
		v.o("VMULPS", at(1), y, y)
		v.o("VMOVUPS", y, at(0))
	}})
}

// gated is for SiLU and the approximation of GELU by tanh. Beyond 1e4 the gate is 0
// or 1.
func (v *vector) gated() {
	const u, s, quotient, e, low, x, square, c1, c3, third = 0, 1, 2, 3, 6, 7, 8, 9, 10, 11
	gate := func(from string) {
		v.o("VMOVUPS", from, x)
		v.o("VMOVUPS", v.c(-1e4), low)
		v.o("VMAXPS", x, low, low) // in this order a NaN stays
		v.o("VMOVUPS", v.c(1e4), x)
		v.o("VMINPS", low, x, x)
		v.o("VMULPS", x, x, square)
		v.o("VMOVAPS", c3, u)
		v.o("VFMADD213PS", c1, square, u)
		v.o("VMULPS", x, u, u)
		v.logistic()
	}
	v.walk(walk{name: "gated", params: "y, x *float32, n int, c1, c3 float32", comment: `is

	for i := range n {
		u := c1*x[i] + c3*x[i]*x[i]*x[i]
		y[i] = x[i] / (1 + e^-u)
	}

with a gate that is at most 2 ulp off for its u.`, before: func(a arguments) { v.broadcast(a, c1, "c1, c3") }, body: func() {
		gate(at(1))
		v.o("VMULPS", low, s, s)
		v.o("VMOVUPS", s, at(0))
	}})
	v.walk(walk{name: "gatedBackward", params: "dx, dy, x *float32, n int, c1, c3, third float32", comment: `is, with third = 3*c3,

	for i := range n {
		u := c1*x[i] + c3*x[i]*x[i]*x[i]
		s := 1 / (1 + e^-u)
		dx[i] = dy[i] * (s + x[i]*(c1 + third*x[i]*x[i])*s*(1-s))
	}`, before: func(a arguments) { v.broadcast(a, c1, "c1, c3, third") }, body: func() {
		gate(at(2))
		v.o("VMULPS", quotient, quotient, quotient)
		v.o("VMULPS", e, quotient, quotient) // s·(1 − s), whose second factor would lose digits
		v.o("VMOVAPS", third, u)
		v.o("VFMADD213PS", c1, square, u)
		v.o("VMULPS", x, u, u)
		v.o("VFMADD231PS", u, quotient, s)
		v.o("VMULPS", at(1), s, s)
		v.o("VMOVUPS", s, at(0))
	}})
}
