package minimize

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Search steps a length t along a direction d: x ← x + t·d.
//
//	Search{Direction: Newton{}, Hessian: h}                              Newton's method
//	Search{Direction: Newton{}, Hessian: h, Length: Fixed(0.5)}          damped
//	Search{Direction: Steepest{}, Length: Bisection{}}                   descent with a line search
//	Search{Direction: NewtonCG{}, Hessian: h, Length: Backtracking{}}    SciPy's Newton-CG, in outline
//
// Where the gradient is exactly zero, x stays, and no direction is computed.
type Search struct {
	Direction Direction
	Length    Length  // if nil, Fixed(1)
	Hessian   Hessian // for the directions that need one
}

var _ Stepper = Search{}

// Direction determines the direction of a step.
type Direction interface {
	// From writes the step from p at full length to d, which is as long as p.X. It
	// must not change p.
	From(p *Point, d []float64) error
}

// Length determines how far to go along a direction.
type Length interface {
	// Validate returns an error for a setting out of range, with value and range.
	Validate() error
	// Along returns t, 0 or more.
	Along(l *Line) (t float64, err error)
}

// Point is a point and the gradient there.
type Point struct {
	X, Grad []float64

	walk    *walk
	hessian Hessian
}

// Line is the objective along a direction, as a function of t.
type Line struct {
	Value float64 // at t = 0
	Slope float64 // the derivative with respect to t at t = 0

	walk     *walk
	d        []float64
	at, grad []float64 // working memory
}

// to sets l.at to x + t·d.
func (l *Line) to(t float64) {
	for i, x := range l.walk.x {
		l.at[i] = x + float64(t*l.d[i])
	}
}

// ValueAt returns the objective at t, at the cost of an evaluation. The value may be
// NaN or infinite where the objective is not defined.
func (l *Line) ValueAt(t float64) (float64, error) {
	l.to(t)
	return l.walk.call(l.at, nil)
}

// SlopeAt returns the derivative with respect to t, at the cost of an evaluation
// with a gradient. The derivative may be NaN or infinite.
func (l *Line) SlopeAt(t float64) (float64, error) {
	l.to(t)
	if _, err := l.walk.call(l.at, l.grad); err != nil {
		return 0, err
	}
	return dot(l.grad, l.d), nil
}

// falls returns an error unless the objective falls along the line.
func (l *Line) falls() error {
	if !(l.Slope < 0) {
		return fmt.Errorf("the slope along the direction is %v: want less than 0; where the Hessian is not positive definite, use Newton{Absolute: true}", l.Slope)
	}
	return nil
}

func (s Search) run(w *walk, steps int) error {
	if isnil.Value(s.Direction) {
		return errors.New("minimize: Search: Direction is nil: want one, e.g. Steepest{}")
	}
	if isnil.Value(s.Length) {
		s.Length = Fixed(1)
	}
	if err := s.Length.Validate(); err != nil {
		return prefix.Error("minimize", err)
	}
	n := len(w.x)
	p := Point{X: w.x, Grad: make([]float64, n), walk: w, hessian: s.Hessian}
	l := Line{walk: w, d: make([]float64, n), at: make([]float64, n), grad: make([]float64, n)}
	for ; ; w.step++ {
		grad := p.Grad
		if w.step == steps {
			grad = nil
		}
		value, err := w.evaluate(w.x, grad)
		if err != nil {
			return err
		}
		w.record(w.x, value)
		if w.step == steps {
			return nil
		}
		if zero(p.Grad) {
			continue
		}
		if err := s.Direction.From(&p, l.d); err != nil {
			return prefix.Error("minimize", err, fmt.Sprintf("step %d", w.step+1))
		}
		if err := w.finite("direction", l.d); err != nil {
			return err
		}
		l.Value, l.Slope = value, dot(p.Grad, l.d)
		t, err := s.Length.Along(&l)
		if err != nil {
			return prefix.Error("minimize", err, fmt.Sprintf("step %d", w.step+1))
		}
		if !(t >= 0) || math.IsInf(t, 1) {
			return fmt.Errorf("minimize: step %d: length = %v: want a finite number, 0 or more", w.step+1, t)
		}
		l.to(t)
		copy(w.x, l.at)
	}
}

func zero(v []float64) bool {
	for _, x := range v {
		if x != 0 {
			return false
		}
	}
	return true
}

// dot returns Σ aᵢ·bᵢ, each product rounded, so that all machines agree.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
