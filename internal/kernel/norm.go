package kernel

// The functions of this file are the pieces of a normalization. They compute each lane
// by itself, over all vectors of the slices. A layer that also normalizes over lanes
// adds up their results.
//
// Statistics are in float64. The plain loops and the vector kernels give the same
// bits: for float32, every product that is added in float64 is either exact or
// rounded first.

// LaneSums sets sums to Σ x of each lane.
func (k Set[T]) LaneSums(sums *[Lanes]float64, x []T) {
	if laneSums(k.ISA, sums, x) {
		return
	}
	*sums = [Lanes]float64{}
	for ; len(x) >= Lanes; x = x[Lanes:] {
		for l, v := range (*[Lanes]T)(x) {
			sums[l] += float64(v)
		}
	}
}

// LaneSquares sets sums to Σ (x − mean)² of each lane.
func (k Set[T]) LaneSquares(sums, mean *[Lanes]float64, x []T) {
	if laneSquares(k.ISA, sums, mean, x) {
		return
	}
	*sums = [Lanes]float64{}
	for ; len(x) >= Lanes; x = x[Lanes:] {
		for l, v := range (*[Lanes]T)(x) {
			d := float64(v) - mean[l]
			sums[l] += float64(d * d)
		}
	}
}

// LaneProducts sets sums to Σ dy, and products to Σ dy·(x − near), of each lane. If
// y is not nil, it uses 0 for dy where y ≤ 0, the gate of a ReLU, and writes the
// gated dy to gated, which may be dy.
func (k Set[T]) LaneProducts(sums, products *[Lanes]float64, gated, dy, y, x []T, near T) {
	x = x[:len(dy)]
	if laneProducts(k.ISA, sums, products, gated, dy, y, x, near) {
		return
	}
	if y != nil {
		gated = gated[:len(dy)]
		Set[T]{Go}.ReLUBackward(gated, dy, y)
		dy = gated
	}
	*sums, *products = [Lanes]float64{}, [Lanes]float64{}
	for ; len(dy) >= Lanes; dy, x = dy[Lanes:], x[Lanes:] {
		of := (*[Lanes]T)(x)
		for l, d := range (*[Lanes]T)(dy) {
			sums[l] += float64(d)
			products[l] += float64(float64(d) * float64(of[l]-near))
		}
	}
}

// Normal holds the coefficients of x̂ = (x − Near)·Scale + Shift for each lane. Near is
// the mean rounded to T, and Shift corrects for the rounding. A difference of close
// numbers is exact.
type Normal[T Float] struct{ Near, Scale, Shift [Lanes]T }

// Normalize computes, with vector i of x, of y and of z,
//
//	y[i] = max(floor, x̂[i]·w[i] + b[i] + z[i])
//
// w and b have a number for each vector, or one for all. If nil, they are 1 and
// 0. z may be nil. y may be z.
func (k Set[T]) Normalize(y, x, z []T, n *Normal[T], w, b []T, floor T) {
	x = x[:len(y)]
	w, wStep := perVector(w, 1)
	b, bStep := perVector(b, 0)
	if normalize(k.ISA, y, x, z, n, w, b, wStep, bStep, floor) {
		return
	}
	for i := 0; len(y) >= Lanes; i, y, x = i+1, y[Lanes:], x[Lanes:] {
		w, b, to := w[i*wStep], b[i*bStep], (*[Lanes]T)(y)
		for l, v := range (*[Lanes]T)(x) {
			v = T((v-n.Near[l])*n.Scale[l]) + n.Shift[l]
			v = T(v*w) + b
			if z != nil {
				v += z[i*Lanes+l]
			}
			if v < floor {
				v = floor
			}
			to[l] = v
		}
	}
}

// perVector returns the numbers for the vectors of a slice, and the step between them:
// 1 if there is one number for each vector, and 0 if there is one for all.
func perVector[T Float](x []T, missing T) ([]T, int) {
	switch len(x) {
	case 0:
		return []T{missing}, 0
	case 1:
		return x, 0
	}
	return x, 1
}

// NormalSums adds, for each lane, Σ h to sums and Σ h·x̂ to products, where h = w·dy.
// grads has as many pairs as w has numbers. To pair i, NormalSums adds Σ dy and
// Σ dy·x̂ of the vectors with number i. If w is nil, it counts as 1, and grads has a
// pair for each vector, or one for all.
//
// The lanes of a pair are added first: those that are half of all lanes apart, then
// those a quarter apart, and so on.
func (k Set[T]) NormalSums(sums, products *[Lanes]float64, grads [][2]float64, dy, x []T, n *Normal[T], w []T) {
	x = x[:len(dy)]
	w, wStep := perVector(w, 1)
	gradStep := min(len(grads)-1, 1)
	if normalSums(k.ISA, sums, products, grads, gradStep, dy, x, n, w, wStep) {
		return
	}
	for i := 0; len(dy) >= Lanes; i, dy, x = i+1, dy[Lanes:], x[Lanes:] {
		w, up := float64(w[i*wStep]), (*[Lanes]T)(dy)
		var all, with [Lanes]float64
		for l, v := range (*[Lanes]T)(x) {
			v = T((v-n.Near[l])*n.Scale[l]) + n.Shift[l]
			d, dz := float64(up[l]), float64(float64(up[l])*float64(v))
			sums[l] += float64(d * w)
			products[l] += float64(dz * w)
			all[l], with[l] = d, dz
		}
		g := &grads[i*gradStep]
		g[0], g[1] = g[0]+pairwise(&all), g[1]+pairwise(&with)
	}
}

// pairwise returns the sum of x. It adds lanes that are half of all lanes apart, then
// those a quarter apart, and so on.
func pairwise(x *[Lanes]float64) float64 {
	for n := Lanes / 2; n > 0; n /= 2 {
		for l := range n {
			x[l] += x[l+n]
		}
	}
	return x[0]
}

// NormalGrad holds the coefficients of the gradient of a normalization for each lane.
type NormalGrad[T Float] struct{ Near, Scale, Slope, Offset [Lanes]T }

// NormalizeGrad computes, with vector i of dx, of dy and of x,
//
//	dx[i] = dy[i]·w[i]·Scale + ((x[i] − Near)·Slope + Offset)
//
// with w as in [Set.Normalize]. dx may be dy.
func (k Set[T]) NormalizeGrad(dx, dy, x []T, n *NormalGrad[T], w []T) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	w, wStep := perVector(w, 1)
	if normalizeGrad(k.ISA, dx, dy, x, n, w, wStep) {
		return
	}
	for i := 0; len(dx) >= Lanes; i, dx, dy, x = i+1, dx[Lanes:], dy[Lanes:], x[Lanes:] {
		w, to, up := w[i*wStep], (*[Lanes]T)(dx), (*[Lanes]T)(dy)
		for l, v := range (*[Lanes]T)(x) {
			to[l] = T(T(up[l]*w)*n.Scale[l]) + (T((v-n.Near[l])*n.Slope[l]) + n.Offset[l])
		}
	}
}
