package optimizers

import "descent/internal/kernel"

// fitFactors moves the factors of a parameter toward those that make h white.
func fitFactors[T Float](r PSGDKron, u Update[T], shape []int, h []T) {
	n := len(h)
	a, b, scratch := u.Scratch[2*n:][:n], u.Scratch[3*n:][:n], u.Scratch[4*n:]
	copy(a, h)
	for i := 0; i < n; i += 2 {
		v, w := normals(u.Seed, uint64(i/2))
		b[i] = T(v)
		if i+1 < n {
			b[i+1] = T(w)
		}
	}
	for i, q := range u.Shaped {
		if r.triangular(shape, shape[i]) {
			other := u.Scratch[n:][:n]
			multiply(other, a, shape, i, q, false, scratch)
			copy(a, other)
			solveTransposed(b, shape, i, q)
			continue
		}
		_, after := around(shape, i)
		for k := range a {
			f := q[k/after%shape[i]]
			a[k] *= f
			b[k] /= f
		}
	}
	for i, q := range u.Shaped {
		if d := shape[i]; r.triangular(shape, d) {
			fitTriangle(r, q, a, b, shape, i, scratch)
		} else {
			fitDiagonal(r, q, a, b, shape, i, scratch[:d], scratch[d:][:d])
		}
	}
}

// tiny is added to norms, the smallest normal float32 as in kron_torch.
const tiny = 0x1p-126

func fitTriangle[T Float](r PSGDKron, q, a, b []T, shape []int, i int, scratch []T) {
	d := shape[i]
	difference, sum, scratch := scratch[:d*d], scratch[d*d:][:d*d], scratch[2*d*d:]
	clear(difference)
	clear(sum)
	addGram(difference, a, shape, i, 1, scratch)
	addGram(sum, b, shape, i, 1, scratch)
	for k, t := range difference {
		difference[k], sum[k] = t-sum[k], t+sum[k]
	}
	rate := r.FitRate / (normBound(sum, d, scratch) + tiny)
	for j := range d {
		clear(difference[j*d:][:j])
	}
	step := scratch[:d*d]
	clear(step)
	addProduct(step, difference, q, d, 1)
	kernel.Set[T]{}.SGD(q, step, &kernel.SGDStep[T]{LR: T(rate)})
}

func fitDiagonal[T Float](r PSGDKron, q, a, b []T, shape []int, i int, first, second []T) {
	clear(first)
	clear(second)
	addSquares(first, a, shape, i, 1)
	addSquares(second, b, shape, i, 1)
	largest := T(0)
	for j, t := range first {
		largest = max(largest, t+second[j])
	}
	rate := T(r.FitRate / (float64(largest) + tiny))
	for j, t := range first {
		q[j] -= T(T(rate*(t-second[j])) * q[j])
	}
}

// solveTransposed solves Mᵀ·y = x along dimension i, for an upper triangular M, in
// place.
func solveTransposed[T Float](x []T, shape []int, i int, m []T) {
	var k kernel.Set[T]
	_, after := around(shape, i)
	d := shape[i]
	for size := d * after; len(x) > 0; x = x[size:] {
		for j := range d {
			row, y := m[j*d:][:d], x[j*after:][:after]
			for q := range y {
				y[q] /= row[j]
			}
			if after == 1 {
				k.SGD(x[j+1:d], row[j+1:], &kernel.SGDStep[T]{LR: y[0]})
				continue
			}
			for l := j + 1; l < d; l++ {
				k.SGD(x[l*after:][:after], y, &kernel.SGDStep[T]{LR: row[l]})
			}
		}
	}
}

// normBound is a lower bound of the spectral norm of a symmetric matrix: two steps of
// the power iteration from its longest row. The working memory is two rows.
func normBound[T Float](m []T, d int, scratch []T) float64 {
	v, size := m[:d], 0.0
	for j := range d {
		if row := m[j*d:][:d]; Norm(row) > size {
			v, size = row, Norm(row)
		}
	}
	for step := range 2 {
		image := scratch[step*d:][:d]
		for j := range image {
			dot := 0.0
			for k, x := range m[j*d:][:d] {
				dot += float64(float64(x) * (float64(v[k]) / (size + tiny)))
			}
			image[j] = T(dot)
		}
		v, size = image, Norm(image)
	}
	return size
}
