package main

import "math"

// functions generates the functions of one slice that have an error.
func (v *vector) functions() {
	v.walk(walk{name: "exp", params: "y, x *float32, n int", comment: `is, at most 1.1 ulp off,

	for i := range n {
		y[i] = e^x[i]
	}`, body: func() {
		v.o("VMOVUPS", at(1), 0)
		v.exp(0, 1, 2, 3)
		v.o("VMOVUPS", 2, at(0))
	}})
	v.walk(walk{name: "log", params: "y, x *float32, n int", step: v.s.bytes / 2, comment: `is, at most 0.51 ulp off,

	for i := range n {
		y[i] = log(x[i])
	}`, body: func() {
		v.widen(at(1), 0)
		v.log64(0, 1, 2, 3, 4, 5, 6)
		v.o("VXORPD", 2, 2, 2)
		v.o("VMOVUPD", v.c64(math.Inf(-1)), 3)
		v.where("PD", 0, atMost, 2, 3, 1, 4)
		v.o("VMOVUPD", v.c64(math.NaN()), 3)
		v.where("PD", 0, less, 2, 3, 1, 4)
		v.narrow(1, at(0))
	}})
	v.sigmoid()
	v.tanh()
}

const signBit = 1 << 31 * (1<<32 + 1) // of two float32

func (v *vector) sigmoid() {
	v.walk(walk{name: "sigmoid", params: "y, x *float32, n int", comment: `is, at most 2 ulp off,

	for i := range n {
		y[i] = 1 / (1 + e^-x[i])
	}`, body: func() {
		v.o("VMOVUPS", at(1), 0)
		v.logistic()
		v.o("VMOVUPS", 1, at(0))
	}})
}

// logistic sets register 1 to 1/(1 + e^−x) of register 0, which it keeps, at most 2
// ulp off: to 1/(1+e) or e/(1+e), with e = e^−|x|. It leaves 1/(1+e) in register 2
// and e in register 3, and destroys 4 and 5.
func (v *vector) logistic() {
	const x, a, n, e, s, c, y, num = 0, 1, 2, 3, 4, 5, 2, 1
	v.o("VORPS", v.bits(signBit), x, a)
	v.exp(a, n, e, s)
	// A step of Newton's takes the rounding of 1 + e out of the quotient.
	v.o("VADDPS", v.c(1), e, s)
	v.o("VSUBPS", v.c(1), s, c)
	v.o("VSUBPS", c, e, c) // 1 + e is s + c
	v.o("VMOVUPS", v.c(1), num)
	v.o("VDIVPS", s, num, y)
	v.o("VFNMADD213PS", v.c(1), y, s)
	v.o("VFNMADD231PS", c, y, s)
	v.o("VFMADD231PS", s, y, y)
	v.bySign(x, e, num)
	v.o("VMULPS", num, y, num)
}

// bySign sets register into to value in the lanes in which x has its sign bit.
func (v *vector) bySign(x, value, into int) {
	if v.s.parts == 1 {
		v.o("VPMOVD2M", x, "K1")
		v.o("VMOVAPS", value, "K1", into)
	} else {
		v.o("VBLENDVPS", x, value, into, into)
	}
}

func (v *vector) tanh() {
	v.walk(walk{name: "tanh", params: "y, x *float32, n int", comment: `is, at most 2 ulp off,

	for i := range n {
		y[i] = tanh(x[i])
	}`, body: func() {
		v.o("VMOVUPS", at(1), 0)
		v.o("VMOVUPS", v.tanhOf(), at(0))
	}})
}

// tanhOf returns the register that it sets to the tanh of register 0: with a = |x|,
// a + a³·P(a²) below 0.625, and 1 − 2e/(1+e) with e = e^−2a from there on. P is the
// best polynomial of degree 4: it is 4e-9 off. It destroys registers 0 to 8.
func (v *vector) tanhOf() int {
	const x, t, n, e, s, y, a, z, p = 0, 1, 2, 3, 4, 5, 6, 7, 8
	v.o("VANDPS", v.bits(^uint64(signBit)), x, a)
	v.o("VMULPS", v.c(-2), a, t)
	v.exp(t, n, e, s)
	v.o("VADDPS", v.c(1), e, s)
	v.o("VADDPS", e, e, e)
	v.o("VDIVPS", s, e, e)
	v.o("VMOVUPS", v.c(1), y)
	v.o("VSUBPS", e, y, y)
	v.o("VMULPS", a, a, z)
	v.o("VMOVUPS", v.c(-0.00570498699346), p)
	for _, c := range []float32{0.0206390872447, -0.0537397150858, 0.133314421982, -0.33333281942} {
		v.o("VFMADD213PS", v.c(c), z, p)
	}
	v.o("VMULPS", z, p, p)
	v.o("VFMADD213PS", a, a, p)
	v.where("PS", a, less, v.c(0.625), p, y, s)
	v.o("VANDPS", v.bits(signBit), x, x)
	v.o("VORPS", x, y, y)
	return y
}
