package kernel

import (
	"math"

	"descent/internal/elementary"
)

// Add computes dst = a + b, elementwise over len(dst).
func (k Set[T]) Add(dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := add(k.ISA, dst, a, b); i < len(dst); i++ {
		dst[i] = a[i] + b[i]
	}
}

// Scale computes dst = a·src, elementwise over len(dst).
func (k Set[T]) Scale(dst, src []T, a T) {
	src = src[:len(dst)]
	for i := scale(k.ISA, dst, src, a); i < len(dst); i++ {
		dst[i] = a * src[i]
	}
}

// ReLU computes y = max(0, x). A NaN stays NaN. y may be x.
func (k Set[T]) ReLU(y, x []T) {
	x = x[:len(y)]
	for i := relu(k.ISA, y, x); i < len(y); i++ {
		y[i] = max(0, x[i])
	}
}

// ReLUBackward computes dx = dy where the output y > 0, or y is NaN, and dx = 0
// elsewhere. dx may be dy.
func (k Set[T]) ReLUBackward(dx, dy, y []T) {
	dy, y = dy[:len(dx)], y[:len(dx)]
	for i := reluBackward(k.ISA, dx, dy, y); i < len(dx); i++ {
		// Index instead of branching: signs are as good as random.
		choice := [2]T{dy[i], 0}
		dead := 0
		if y[i] <= 0 {
			dead = 1
		}
		dx[i] = choice[dead]
	}
}

// function is an elementwise function of one slice.
type function int

const (
	exp function = iota
	log
	sigmoid
	tanh
)

// Exp computes y = e^x. y may be x.
//
// The vector kernels of Exp, Log, Sigmoid and Tanh are within 2 units in the
// last place of float32 for every x. The plain loops compute in float64 and are
// within half a unit. Zeros, infinities, NaN, overflow and underflow are as in
// package math.
func (k Set[T]) Exp(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, exp, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(math.Exp(float64(v)))
	}
}

// Log computes y = log x, the natural logarithm. y may be x. See [Set.Exp] for its
// error.
func (k Set[T]) Log(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, log, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(math.Log(float64(v)))
	}
}

// Sigmoid computes y = 1/(1 + e^−x) so that no power overflows. y may be x.
// See [Set.Exp] for its error.
func (k Set[T]) Sigmoid(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, sigmoid, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(elementary.Logistic(float64(v)))
	}
}

// SigmoidBackward computes dx = dy·y·(1−y), where y is the output. dx may be dy.
func (k Set[T]) SigmoidBackward(dx, dy, y []T) {
	dy, y = dy[:len(dx)], y[:len(dx)]
	for i := sigmoidBackward(k.ISA, dx, dy, y); i < len(dx); i++ {
		dx[i] = dy[i] * y[i] * (1 - y[i])
	}
}

// Tanh computes y = tanh x. y may be x. See [Set.Exp] for its error.
func (k Set[T]) Tanh(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, tanh, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(elementary.Tanh(float64(v)))
	}
}

// TanhBackward computes dx = dy·(1−y²), where y is the output. dx may be dy.
func (k Set[T]) TanhBackward(dx, dy, y []T) {
	dy, y = dy[:len(dx)], y[:len(dx)]
	for i := tanhBackward(k.ISA, dx, dy, y); i < len(dx); i++ {
		dx[i] = dy[i] * (1 - T(y[i]*y[i]))
	}
}
