// Package paths runs rules and line searches on functions written as autograd
// expressions, and draws the paths.
package paths

import (
	"context"
	"math"

	"descent/autograd"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// Descend takes steps of a rule with a constant rate.
func Descend(ctx context.Context, f autograd.Function, start []float64, steps int, rule optimizers.Rule, rate float64) (minimize.Path, error) {
	return Follow(ctx, f, start, steps, minimize.Descent{Rule: rule, Schedule: lrsched.Constant(rate)})
}

// Follow takes steps of any stepper, with gradients by autograd.
func Follow(ctx context.Context, f autograd.Function, start []float64, steps int, by minimize.Stepper) (minimize.Path, error) {
	o, err := autograd.NewObjective(f, len(start))
	if err != nil {
		return minimize.Path{}, err
	}
	return minimize.Run(ctx, o.Evaluate, start, steps, by)
}

// Search takes steps of a search, with gradients and the Hessian by autograd.
func Search(ctx context.Context, f autograd.Function, start []float64, steps int, s minimize.Search) (minimize.Path, error) {
	o, err := autograd.NewObjective(f, len(start))
	if err != nil {
		return minimize.Path{}, err
	}
	s.Hessian = o.Hessian
	return minimize.Run(ctx, o.Evaluate, start, steps, s)
}

// End is the last point of a path.
func End(path minimize.Path) []float64 { return path.Points[len(path.Points)-1] }

// Norm is the Euclidean norm.
func Norm(x []float64) (s float64) {
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}

// Farthest is the largest difference of two vectors, element by element.
func Farthest(a, b []float64) (d float64) {
	for i := range a {
		d = max(d, math.Abs(a[i]-b[i]))
	}
	return d
}

// Linspace returns n equally spaced numbers, including both ends.
func Linspace(from, to float64, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = from + (to-from)*float64(i)/float64(n-1)
	}
	v[n-1] = to
	return v
}

// Feed gives a rule gradients of a single number, and returns how far each update
// moves it, in units of the rate.
func Feed(rule optimizers.Rule, gradients []float64) (moves []float64, err error) {
	const rate = 0.5 // a power of two, so that dividing by it is exact
	x, g := []float64{0}, []float64{0}
	o, err := optimizers.New(rule, []optimizers.Param[float64]{{Name: "x", Shape: []int{1}, Value: x, Grad: g}}, optimizers.Config{})
	if err != nil {
		return nil, err
	}
	for _, v := range gradients {
		x[0], g[0] = 0, v // from 0 again, so that no digits are lost
		if err := o.Step(rate); err != nil {
			return nil, err
		}
		moves = append(moves, -x[0]/rate)
	}
	return moves, nil
}

// Alternating returns n numbers of one size with alternating signs.
func Alternating(size float64, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = size
		size = -size
	}
	return v
}

// Constant returns a number n times.
func Constant(v float64, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = v
	}
	return all
}
