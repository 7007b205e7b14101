package kernel

import (
	"descent/internal/elementary"
)

// lstm computes, for each unit u and lane l, with the gates of [LSTMCell] for a + p,
//
//	next[u][l] = f·c[u][l] + i·g
//	tc[u][l] = tanh next[u][l]
//	h[u][l] = o·tc[u][l]
//
// and replaces a with i, f, g and o. Shapes: a, p [units][4][16], the others [units][16].
func (k Set[T]) lstm(a, p, c, next, tc, h []T) {
	if lstmVectors(k.ISA, a, p, c, next, tc, h) {
		return
	}
	for j := range h {
		at := j/Lanes*4*Lanes + j%Lanes
		gate := func(k int) float64 { return float64(a[at+k*Lanes] + p[at+k*Lanes]) }
		i, f, o := T(elementary.Logistic(gate(0))), T(elementary.Logistic(gate(1))), T(elementary.Logistic(gate(3)))
		g := T(elementary.Tanh(gate(2)))
		a[at], a[at+Lanes], a[at+2*Lanes], a[at+3*Lanes] = i, f, g, o
		next[j] = T(f*c[j]) + T(i*g)
		tc[j] = T(elementary.Tanh(float64(next[j])))
		h[j] = o * tc[j]
	}
}

// lstmBackward replaces the gates a with the gradients of the sums a + p, from
// d = dh + r, the gradient of h, and dc, the gradient of next. It replaces dc with the
// gradient of c.
func (k Set[T]) lstmBackward(a, dh, r, c, tc, dc []T) {
	if lstmBackwardVectors(k.ISA, a, dh, r, c, tc, dc) {
		return
	}
	for j := range dh {
		at := j/Lanes*4*Lanes + j%Lanes
		i, f, g, o := a[at], a[at+Lanes], a[at+2*Lanes], a[at+3*Lanes]
		d := dh[j] + r[j]
		e := dc[j] + T(d*o*(1-T(tc[j]*tc[j])))
		a[at] = e * g * (i - T(i*i))
		a[at+Lanes] = e * c[j] * (f - T(f*f))
		a[at+2*Lanes] = e * i * (1 - T(g*g))
		a[at+3*Lanes] = d * tc[j] * (o - T(o*o))
		dc[j] = e * f
	}
}

// gru computes, for each unit u and lane l, with the gates of [GRUCell] for a and p,
//
//	h[u][l] = n + z·(before[u][l] − n)
//
// and replaces a with r, z and n. It sets q[u][l] to p[u][2][l]. Shapes: a, p
// [units][3][16], the others [units][16].
func (k Set[T]) gru(a, p, before, q, h []T) {
	if gruVectors(k.ISA, a, p, before, q, h) {
		return
	}
	for j := range h {
		at := j/Lanes*3*Lanes + j%Lanes
		r, z := T(elementary.Logistic(float64(a[at]+p[at]))), T(elementary.Logistic(float64(a[at+Lanes]+p[at+Lanes])))
		q[j] = p[at+2*Lanes]
		n := T(elementary.Tanh(float64(a[at+2*Lanes] + T(r*q[j]))))
		a[at], a[at+Lanes], a[at+2*Lanes] = r, z, n
		h[j] = n + T(z*(before[j]-n))
	}
}

// gruBackward replaces the gates a with the gradients of the products of inputs, and sets
// b to the gradients of p, from d = dh + r + along, the gradient of h. It replaces along
// with the part of the gradient that reaches before without a product.
func (k Set[T]) gruBackward(a, b, dh, r, before, q, along []T) {
	if gruBackwardVectors(k.ISA, a, b, dh, r, before, q, along) {
		return
	}
	for j := range dh {
		at := j/Lanes*3*Lanes + j%Lanes
		reset, z, n := a[at], a[at+Lanes], a[at+2*Lanes]
		d := dh[j] + r[j] + along[j]
		dn := d * (1 - z) * (1 - T(n*n))
		dr := dn * q[j] * (reset - T(reset*reset))
		dz := d * (before[j] - n) * (z - T(z*z))
		a[at], a[at+Lanes], a[at+2*Lanes] = dr, dz, dn
		b[at], b[at+Lanes], b[at+2*Lanes] = dr, dz, dn*reset
		along[j] = d * z
	}
}
