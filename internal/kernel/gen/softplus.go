package main

// softplus computes the logarithm of 1 + t in float64, and t − t²/2 where t is small.
func (v *vector) softplus() {
	const x, u, n, t, w, l, k, f, h, s, z, small, beta, inverse, spare = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
	v.walk(walk{
		name: "softplus", params: "y, x *float32, n int, beta, inverse float64", step: v.s.bytes / 2, comment: `is, at most 0.51 ulp off,
with inverse = 1/beta,

	for i := range n {
		y[i] = log(1 + e^(beta*x[i])) * inverse
	}`,
		before: func(a arguments) {
			v.o("VBROADCASTSD", a["beta"], beta)
			v.o("VBROADCASTSD", a["inverse"], inverse)
		},
		body: func() {
			v.widen(at(1), x)
			v.o("VMULPD", beta, x, u)
			v.o("VORPD", v.bits(1<<63), u, u) // −|βx|
			v.exp64(u, n, t)
			v.o("VMULPD", v.c64(-0.5), t, small)
			v.o("VFMADD213PD", t, t, small)
			v.o("VADDPD", v.c64(1), t, w)
			v.log64(w, l, k, f, h, s, z)
			v.where("PD", t, less, v.c64(0x1p-20), small, l, spare)
			v.o("VMULPD", inverse, l, l)
			v.o("VXORPD", z, z, z)
			v.o("VMAXPD", x, z, z) // in this order a NaN stays
			v.o("VADDPD", z, l, l)
			v.narrow(l, at(0))
		},
	})
	v.walk(walk{
		name: "softplusBackward", params: "dx, dy, x *float32, n int, beta float32",
		comment: `is, with a factor that is at most 2 ulp off for beta*x[i],

	for i := range n {
		dx[i] = dy[i] / (1 + e^(-beta*x[i]))
	}`,
		before: func(a arguments) { v.broadcast(a, 6, "beta") },
		body: func() {
			v.o("VMULPS", at(2), 6, 0)
			v.logistic()
			v.o("VMULPS", at(1), 1, 1)
			v.o("VMOVUPS", 1, at(0))
		},
	})
}

// elu computes e^x − 1 in float64, and x + x²/2 where x is small.
func (v *vector) elu() {
	const x, m, u, n, e, small, zero, alpha, spare = 0, 1, 2, 3, 4, 5, 6, 7, 8
	v.walk(walk{
		name: "elu", params: "y, x *float32, n int, alpha float64", step: v.s.bytes / 2, comment: `is, at most 0.51 ulp off,

	for i := range n {
		if x[i] <= 0 {
			y[i] = alpha * (e^x[i] - 1)
		} else {
			y[i] = x[i]
		}
	}`,
		before: func(a arguments) {
			v.clear(zero, 1)
			v.o("VBROADCASTSD", a["alpha"], alpha)
		},
		body: func() {
			v.widen(at(1), x)
			v.o("VMINPD", x, zero, m) // in this order a NaN stays
			v.o("VMOVAPD", m, u)
			v.exp64(u, n, e)
			v.o("VSUBPD", v.c64(1), e, e)
			v.o("VMULPD", v.c64(0.5), m, small)
			v.o("VFMADD213PD", m, m, small)
			v.where("PD", m, notAtMost, v.c64(-0x1p-20), small, e, spare)
			v.o("VMULPD", alpha, e, e)
			v.where("PD", x, notLess, zero, x, e, spare)
			v.narrow(e, at(0))
		},
	})
	const p = 4
	v.walk(walk{
		name: "eluBackward", params: "dx, dy, x *float32, n int, alpha float32",
		comment: `is, with a factor that is at most 2 ulp off,

	for i := range n {
		if x[i] <= 0 {
			dx[i] = dy[i] * alpha * e^x[i]
		} else {
			dx[i] = dy[i]
		}
	}`,
		before: func(a arguments) {
			v.clear(zero, 1)
			v.broadcast(a, alpha, "alpha")
		},
		body: func() {
			v.o("VMOVUPS", at(2), x)
			v.o("VMOVAPS", x, m)
			v.exp(m, n, p, u)
			v.o("VMULPS", alpha, p, p)
			v.o("VMOVUPS", v.c(1), small)
			v.where("PS", x, notAtMost, zero, small, p, spare)
			v.o("VMULPS", at(1), p, p)
			v.o("VMOVUPS", p, at(0))
		},
	})
}
