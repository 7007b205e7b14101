package minimize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// NewtonCG is the truncated Newton direction: conjugate gradients on
// H·d = −g, from d = 0, until Σ|H·d + g| ≤ min(½, √Σ|g|)·Σ|g|, or until a
// direction p has pᵀHp ≤ 0. It then keeps the d so far; if p is the first, d is −g
// scaled by gᵀg/|gᵀHg|, or −g where gᵀHg is zero. It is a descent direction
// everywhere, needs no inverse, and is used with a line search, as in Nocedal and
// Wright (2006), Algorithm 7.1. SciPy's Newton-CG ends its inner iterations by the
// same rules and searches the line by the Wolfe conditions.
type NewtonCG struct{}

var _ Direction = NewtonCG{}

// From sets d to the direction.
func (NewtonCG) From(point *Point, d []float64) error {
	h, err := point.Hessian()
	if err != nil {
		return err
	}
	n := len(d)
	r, p, hp := make([]float64, n), make([]float64, n), make([]float64, n)
	copy(r, point.Grad) // r = H·d + g
	for i, g := range point.Grad {
		d[i], p[i] = 0, -g
	}
	size := sumAbs(point.Grad)
	enough := min(.5, math.Sqrt(size)) * size
	squares := dot(r, r)
	for k := range 20 * n { // as SciPy: rounding makes n too few
		if sumAbs(r) <= enough {
			break
		}
		mat.NewVecDense(n, hp).MulVec(h, mat.NewVecDense(n, p))
		curvature := dot(p, hp)
		if curvature <= 0x1p-52*math.Sqrt(dot(p, p)*dot(hp, hp)) {
			if k == 0 {
				alpha := 1.
				if curvature < 0 {
					alpha = squares / -curvature
				}
				axpy(alpha, p, d)
			}
			break
		}
		alpha := squares / curvature
		axpy(alpha, p, d)
		axpy(alpha, hp, r)
		next := dot(r, r)
		beta := next / squares
		for i := range p {
			p[i] = float64(beta*p[i]) - r[i]
		}
		squares = next
	}
	return nil
}

// axpy adds a·x to y.
func axpy(a float64, x, y []float64) {
	for i, v := range x {
		y[i] += float64(a * v)
	}
}

func sumAbs(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += math.Abs(x)
	}
	return sum
}
