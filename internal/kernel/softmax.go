package kernel

import "math"

// Softmax computes, for each lane, over the n vectors of x, [n][16],
//
//	y_i = e^(x_i − max) / Σ_j e^(x_j − max)
//
// n is 1 or more. y may be x.
func (k Set[T]) Softmax(y, x []T, n int) {
	y, x = y[:n*Lanes], x[:n*Lanes]
	if softmax(k.ISA, y, x, n) {
		return
	}
	var top, sum [Lanes]T
	copy(top[:], x)
	for i, v := range x {
		top[i%Lanes] = max(top[i%Lanes], v)
	}
	for i, v := range x {
		y[i] = T(math.Exp(float64(v - top[i%Lanes])))
		sum[i%Lanes] += y[i]
	}
	for i := range y {
		y[i] /= sum[i%Lanes]
	}
}

// SoftmaxBackward is the backward pass of [Set.Softmax]: for each lane
//
//	dx_i = y_i·(dy_i − Σ_j y_j·dy_j)
//
// dx may be dy.
func (k Set[T]) SoftmaxBackward(dx, dy, y []T, n int) {
	dx, dy, y = dx[:n*Lanes], dy[:n*Lanes], y[:n*Lanes]
	if softmaxBackward(k.ISA, dx, dy, y, n) {
		return
	}
	var sum [Lanes]T
	for i, v := range y {
		sum[i%Lanes] += T(v * dy[i])
	}
	for i, v := range y {
		dx[i] = v * (dy[i] - sum[i%Lanes])
	}
}
