package autograd

import (
	"descent/internal/graph"
	"descent/internal/kernel"
)

// loop computes the elements y of an operation from its operands, up to three.
type loop[T graph.Float] func(k kernel.Set[T], y, a, b, c []T)

// function is a loop for each type.
type function struct {
	f32 loop[float32]
	f64 loop[float64]
}

// of returns a function of one operand, computed in float64.
func of(f func(a float64) float64) function {
	return function{loopOf[float32](f), loopOf[float64](f)}
}

func loopOf[T graph.Float](f func(a float64) float64) loop[T] {
	return func(_ kernel.Set[T], y, a, _, _ []T) {
		for i, v := range a {
			y[i] = T(f(float64(v)))
		}
	}
}

// ofTwo returns a function of two operands, computed in float64.
func ofTwo(f func(a, b float64) float64) function {
	return function{loopOfTwo[float32](f), loopOfTwo[float64](f)}
}

func loopOfTwo[T graph.Float](f func(a, b float64) float64) loop[T] {
	return func(_ kernel.Set[T], y, a, b, _ []T) {
		for i := range y {
			y[i] = T(f(float64(a[i]), float64(b[i])))
		}
	}
}

// kernels returns the function of a kernel with one operand.
func kernels(f32 func(k kernel.Set[float32], y, a []float32), f64 func(k kernel.Set[float64], y, a []float64)) function {
	return function{
		func(k kernel.Set[float32], y, a, _, _ []float32) { f32(k, y, a) },
		func(k kernel.Set[float64], y, a, _, _ []float64) { f64(k, y, a) },
	}
}

func add[T graph.Float](k kernel.Set[T], y, a, b, _ []T) { k.Add(y, a, b) }

func sub[T graph.Float](_ kernel.Set[T], y, a, b, _ []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] - b[i]
	}
}

func mul[T graph.Float](_ kernel.Set[T], y, a, b, _ []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] * b[i]
	}
}

func div[T graph.Float](_ kernel.Set[T], y, a, b, _ []T) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] / b[i]
	}
}

// choose is b where a is not 0, and c elsewhere.
func choose[T graph.Float](_ kernel.Set[T], y, a, b, c []T) {
	for i, v := range a {
		if v != 0 {
			y[i] = b[i]
		} else {
			y[i] = c[i]
		}
	}
}
