package notebook

import (
	"slices"

	"descent/optimizers/minimize"
)

// bfgs is a custom direction, d = −B·g, where B is the estimate of the inverse
// Hessian by Broyden, Fletcher, Goldfarb and Shanno (Nocedal and Wright 2006, 6.17).
// B is the unit matrix at first, scaled after the first step (6.20). A bfgs remembers
// the last point, so each run needs its own.
type bfgs struct {
	x, g   []float64
	b      [][]float64
	scaled bool
}

var _ minimize.Direction = (*bfgs)(nil)

// From sets d to the direction.
func (r *bfgs) From(p *minimize.Point, d []float64) error {
	n := len(d)
	if r.b == nil {
		r.b = unitMatrix(n, 1)
	} else {
		s, y := minus(p.X, r.x), minus(p.Grad, r.g)
		if sy := innerProduct(s, y); sy > 0 { // otherwise B would no longer be positive definite
			if !r.scaled {
				r.scaled = true
				r.b = unitMatrix(n, sy/innerProduct(y, y))
			}
			r.learn(s, y, sy)
		}
	}
	r.x, r.g = slices.Clone(p.X), slices.Clone(p.Grad)
	for i := range d {
		d[i] = -innerProduct(r.b[i], p.Grad)
	}
	return nil
}

// learn changes B so that it maps y to s: B ← (I − syᵀ/sᵀy) B (I − ysᵀ/sᵀy) + ssᵀ/sᵀy.
func (r *bfgs) learn(s, y []float64, sy float64) {
	by := make([]float64, len(y))
	for i := range by {
		by[i] = innerProduct(r.b[i], y)
	}
	yby := innerProduct(y, by)
	for i := range s {
		for j := range s {
			r.b[i][j] += ((1+yby/sy)*s[i]*s[j] - by[i]*s[j] - s[i]*by[j]) / sy
		}
	}
}

// unitMatrix is the unit matrix times a number.
func unitMatrix(n int, v float64) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
		m[i][i] = v
	}
	return m
}

// minus is a − b.
func minus(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

// innerProduct is aᵀb.
func innerProduct(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
