package main

import (
	"fmt"
	"strings"
)

// updates generates the update loops of optimizers. They have no fused
// multiply-add, so that they round as the plain loops do.
func updates(f *file, s isa) {
	v := newVector(f, s)
	v.sgd()
	v.momentum(false)
	v.momentum(true)
	v.adam()
	v.finish()
}

// broadcast loads the named parameters into registers from the first on.
func (v *vector) broadcast(a arguments, first int, names string) {
	for i, name := range strings.Split(names, ", ") {
		v.o("VBROADCASTSS", a[name], first+i)
	}
}

func (v *vector) sgd() {
	const x, t, lr, decay = 0, 1, 2, 3
	v.walk(walk{
		name: "sgd", params: "x, grad *float32, n int, lr, decay float32",
		comment: `is

	for i := range n {
		h := grad[i] + decay*x[i]
		x[i] -= lr * h
	}

each product and sum rounded.`,
		before: func(a arguments) { v.broadcast(a, lr, "lr, decay") },
		body: func() {
			v.o("VMOVUPS", at(0), x)
			v.o("VMULPS", x, decay, t)
			v.o("VADDPS", at(1), t, t)
			v.o("VMULPS", t, lr, t)
			v.o("VSUBPS", t, x, x)
			v.o("VMOVUPS", x, at(0))
		},
	})
}

func (v *vector) momentum(nesterov bool) {
	name, change := "momentum", "v[i]"
	if nesterov {
		name, change = "nesterov", "(h + mu*v[i])"
	}
	const x, m, g, t, lr, decay, mu, keep = 0, 1, 2, 3, 4, 5, 6, 7
	v.walk(walk{
		name: name, params: "x, v, grad *float32, n int, lr, decay, mu, keep float32",
		comment: fmt.Sprintf(`is

	for i := range n {
		h := grad[i] + decay*x[i]
		v[i] = mu*v[i] + keep*h
		x[i] -= lr * %s
	}

each product and sum rounded.`, change),
		before: func(a arguments) { v.broadcast(a, lr, "lr, decay, mu, keep") },
		body: func() {
			v.o("VMOVUPS", at(0), x)
			v.o("VMULPS", x, decay, g)
			v.o("VADDPS", at(2), g, g)
			v.o("VMULPS", at(1), mu, m)
			v.o("VMULPS", g, keep, t)
			v.o("VADDPS", t, m, m)
			v.o("VMOVUPS", m, at(1))
			if nesterov {
				v.o("VMULPS", m, mu, m)
				v.o("VADDPS", m, g, m)
			}
			v.o("VMULPS", m, lr, m)
			v.o("VSUBPS", m, x, x)
			v.o("VMOVUPS", x, at(0))
		},
	})
}

func (v *vector) adam() {
	const x, m, s, g, t = 0, 1, 2, 3, 4
	const beta1, gain1, beta2, gain2, rate, root, epsilon, decay, shrink = 5, 6, 7, 8, 9, 10, 11, 12, 13
	names := "beta1, gain1, beta2, gain2, rate, root, epsilon, decay, shrink"
	v.walk(walk{
		name: "adam", params: "x, m, v, grad *float32, n int, " + names + " float32",
		comment: `is

	for i := range n {
		x[i] *= shrink
		h := grad[i] + decay*x[i]
		m[i] = beta1*m[i] + gain1*h
		v[i] = beta2*v[i] + gain2*h*h
		x[i] -= rate * m[i] / (sqrt(v[i])*root + epsilon)
	}

each product, sum, root and quotient rounded.`,
		before: func(a arguments) { v.broadcast(a, beta1, names) },
		body: func() {
			v.o("VMULPS", at(0), shrink, x)
			v.o("VMULPS", x, decay, g)
			v.o("VADDPS", at(3), g, g)
			v.o("VMULPS", at(1), beta1, m)
			v.o("VMULPS", g, gain1, t)
			v.o("VADDPS", t, m, m)
			v.o("VMOVUPS", m, at(1))
			v.o("VMULPS", at(2), beta2, s)
			v.o("VMULPS", g, gain2, t)
			v.o("VMULPS", g, t, t)
			v.o("VADDPS", t, s, s)
			v.o("VMOVUPS", s, at(2))
			v.o("VSQRTPS", s, s)
			v.o("VMULPS", root, s, s)
			v.o("VADDPS", epsilon, s, s)
			v.o("VMULPS", m, rate, m)
			v.o("VDIVPS", s, m, m)
			v.o("VSUBPS", m, x, x)
			v.o("VMOVUPS", x, at(0))
		},
	})
}
