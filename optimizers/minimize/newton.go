package minimize

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Steepest is the direction of steepest descent, d = −g.
type Steepest struct{}

// Newton is Newton's direction, d = −H⁻¹·g with the Hessian H, or with Absolute
// d = −|H|⁻¹·g, where |H| has the absolute eigenvalues of H. Newton converges to
// saddle points and maxima as well as to minima; with Absolute, it is a descent
// direction everywhere.
//
// A Hessian that is singular to working precision is an error that wraps
// [ErrSingular].
type Newton struct {
	Absolute bool
}

// Diagonal is preconditioning with the diagonal of the Hessian, dᵢ = −gᵢ/Hᵢᵢ,
// or −gᵢ/|Hᵢᵢ| with Absolute. A zero on the diagonal is an error that wraps
// [ErrSingular].
type Diagonal struct {
	Absolute bool
}

var _, _, _ Direction = Steepest{}, Newton{}, Diagonal{}

// From sets d to the direction.
func (Steepest) From(p *Point, d []float64) error {
	for i, g := range p.Grad {
		d[i] = -g
	}
	return nil
}

// From sets d to the direction.
func (n Newton) From(p *Point, d []float64) error {
	h, err := p.Hessian()
	if err != nil {
		return err
	}
	if n.Absolute {
		return absolute(h, p.Grad, d)
	}
	var lu mat.LU
	lu.Factorize(h)
	err = lu.SolveVecTo(mat.NewVecDense(len(d), d), false, mat.NewVecDense(len(d), p.Grad))
	if condition := mat.Condition(0); errors.As(err, &condition) {
		return fmt.Errorf("%w: its condition number is %.3g", ErrSingular, float64(condition))
	}
	for i := range d {
		d[i] = -d[i]
	}
	return err
}

// absolute sets d to −|H|⁻¹·g.
func absolute(h *mat.SymDense, g, d []float64) error {
	n := len(g)
	var e mat.EigenSym
	if !e.Factorize(h, true) {
		return errors.New("the eigenvalues of the Hessian were not found")
	}
	values := e.Values(nil)
	low, high := math.Inf(1), 0.0
	for i, v := range values {
		values[i] = math.Abs(v)
		low, high = min(low, values[i]), max(high, values[i])
	}
	if low <= float64(n)*0x1p-52*high {
		return fmt.Errorf("%w: its absolute eigenvalues are between %.3g and %.3g", ErrSingular, low, high)
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	var part mat.VecDense
	part.MulVec(vectors.T(), mat.NewVecDense(n, g))
	for i, v := range values {
		part.SetVec(i, -part.AtVec(i)/v)
	}
	mat.NewVecDense(n, d).MulVec(&vectors, &part)
	return nil
}

// From sets d to the direction.
func (k Diagonal) From(p *Point, d []float64) error {
	h, err := p.Hessian()
	if err != nil {
		return err
	}
	for i, g := range p.Grad {
		c := h.At(i, i)
		if k.Absolute {
			c = math.Abs(c)
		}
		if c == 0 {
			return fmt.Errorf("%w on its diagonal: Hessian[%d][%d] = 0", ErrSingular, i, i)
		}
		d[i] = -g / c
	}
	return nil
}
