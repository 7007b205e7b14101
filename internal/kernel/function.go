package kernel

import "math"

// function is an elementwise function of one slice.
type function int

const (
	exp function = iota
	log
	sigmoid
	tanh
)

// Exp is y = e^x. y may be x.
//
// The vector kernels of Exp, Log, Sigmoid and Tanh are at most 2 units in the
// last place of float32 off the function's value, whatever x; the plain loops,
// which compute in float64, half a unit. Zeros, infinities and NaN, powers too
// large and those too small for a normal number are as in package math.
func (k Set[T]) Exp(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, exp, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(math.Exp(float64(v)))
	}
}

// Log is y = log x, the natural logarithm. y may be x.
func (k Set[T]) Log(y, x []T) {
	x = x[:len(y)]
	if apply(k.ISA, log, y, x) {
		return
	}
	for i, v := range x {
		y[i] = T(math.Log(float64(v)))
	}
}
