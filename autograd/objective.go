package autograd

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/caught"
	"descent/internal/graph"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Function is a scalar function of a vector, written as an expression.
type Function func(x Var) Var

// at is f(x), with an error instead of a panic: Gorgonia's operations have several.
func (f Function) at(x Var) (y Var) {
	defer func() {
		if r := recover(); r != nil {
			y = failed("%w", caught.New(r))
		}
	}()
	return f(x)
}

// Objective evaluates a [Function] and its derivatives, each through a graph
// that is built once. It serves one goroutine at a time.
type Objective struct {
	x, direction []float64      // direction is v of the Hessian's product with v
	y, g, hv     *gorgonia.Node // g is nil where the function is constant, hv where the gradient is
	secondErr    error          // why there is no Hessian

	value, gradient, hessian *Machine
}

// NewObjective builds the graphs of f for vectors of n elements. It returns the
// error of f's expression, and an error if f is not a scalar.
func NewObjective(f Function, n int) (*Objective, error) {
	if n < 1 {
		return nil, fmt.Errorf("autograd: objective of %d variables: want 1 or more", n)
	}
	if f == nil {
		return nil, errors.New("autograd: objective: the function is nil")
	}
	if err := (&memory.Budget{Limit: memory.Machine()}).Take(8, n); err != nil {
		return nil, fmt.Errorf("autograd: objective of %d variables: %w", n, err)
	}
	o := &Objective{x: make([]float64, n), direction: make([]float64, n)}
	g := gorgonia.NewGraph()
	x := vector(g, "x", o.x)
	y := f.at(Var{node: x})
	if y.isConst() {
		y = Wrap(g.Constant(gorgonia.NewF64(y.value)), nil)
	}
	var err error
	if o.y, err = y.Node(); err != nil {
		return nil, err
	}
	grads, err := gradients(o.y, gorgonia.Nodes{x})
	if err != nil {
		return nil, err
	}
	if o.value, err = NewMachine(o.y); err != nil {
		return nil, err
	}
	if o.g = grads[0]; o.g == nil {
		return o, nil
	}
	if o.gradient, err = NewMachine(o.y, o.g); err != nil {
		return nil, err
	}
	o.secondErr = o.differentiateAgain(g, x)
	return o, nil
}

// differentiateAgain adds the gradient of ⟨∇f, v⟩, which is the Hessian times v.
func (o *Objective) differentiateAgain(g *gorgonia.ExprGraph, x *gorgonia.Node) error {
	s, err := Var{node: o.g}.Dot(Var{node: vector(g, "direction", o.direction)}).Node()
	if err != nil {
		return err
	}
	second, err := gradients(s, gorgonia.Nodes{x})
	if err != nil || second[0] == nil {
		return err
	}
	o.hv = second[0]
	o.hessian, err = NewMachine(o.hv)
	return err
}

func vector(g *gorgonia.ExprGraph, name string, data []float64) *gorgonia.Node {
	return gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName(name), gorgonia.WithShape(len(data)), gorgonia.WithValue(graph.Dense(data, len(data))))
}

// Evaluate returns f(x) and, if grad is not nil, fills grad with the gradient.
func (o *Objective) Evaluate(x, grad []float64) (float64, error) {
	if err := o.set(x); err != nil {
		return 0, err
	}
	if grad != nil && len(grad) != len(x) {
		return 0, fmt.Errorf("autograd: objective: room for a gradient of %d: want %d", len(grad), len(x))
	}
	m := o.value
	if grad != nil && o.g != nil {
		m = o.gradient
	}
	if m == nil { // the zero Objective is the constant 0
		return 0, nil
	}
	if err := m.RunAll(); err != nil {
		return 0, err
	}
	if grad != nil {
		clear(grad)
		copy(grad, m.float64s(o.g))
	}
	return m.float64s(o.y)[0], nil
}

// float64s returns what a node holds, nothing if there is no node.
func (m *Machine) float64s(n *gorgonia.Node) []float64 {
	if n == nil {
		return nil
	}
	return graph.DataOf[float64](m.Value(n))
}

// Hessian returns the matrix of second derivatives at x, row by row, and an
// error if an operation of f has no second derivative.
func (o *Objective) Hessian(x []float64) ([][]float64, error) {
	if err := o.set(x); err != nil {
		return nil, err
	}
	if o.secondErr != nil {
		return nil, o.secondErr
	}
	h := make([][]float64, len(x))
	for i := range h {
		h[i] = make([]float64, len(x))
		if o.hv == nil {
			continue
		}
		clear(o.direction)
		o.direction[i] = 1
		if err := o.hessian.RunAll(); err != nil {
			return nil, err
		}
		copy(h[i], o.hessian.float64s(o.hv))
	}
	return h, nil
}

func (o *Objective) set(x []float64) error {
	if len(x) != len(o.x) {
		return fmt.Errorf("autograd: objective of %d variables at a point of %d", len(o.x), len(x))
	}
	copy(o.x, x)
	return nil
}

// Gradient returns f(x) and its gradient, exact to rounding. Use an
// [Objective] to evaluate a function more than once.
func Gradient(f Function, x []float64) (y float64, grad []float64, err error) {
	o, err := NewObjective(f, len(x))
	if err != nil {
		return 0, nil, err
	}
	grad = make([]float64, len(x))
	y, err = o.Evaluate(x, grad)
	return y, grad, err
}

// Hessian returns the matrix of second derivatives of f at x, exact to
// rounding: the gradient of the gradient, not a difference quotient.
func Hessian(f Function, x []float64) ([][]float64, error) {
	o, err := NewObjective(f, len(x))
	if err != nil {
		return nil, err
	}
	return o.Hessian(x)
}

// CheckGradient compares the gradient that f computes with central differences of
// its values at x, coordinate by coordinate. f works like [Objective.Evaluate]: it
// returns the value at x and, if grad is not nil, fills grad.
//
// It returns an error that names the worst coordinate if the two differ there by
// more than tol·max(1, |analytic|, |numeric|). The error of the difference quotient
// is about 1e-10 for values and derivatives near 1; stay more than 1e-5 away from
// kinks.
func CheckGradient(f func(x, grad []float64) (float64, error), x []float64, tol float64) error {
	switch {
	case f == nil:
		return errors.New("autograd: gradient check: the function is nil")
	case !(tol >= 0):
		return fmt.Errorf("autograd: gradient check: tol = %v: want 0 or more", tol)
	}
	x = append([]float64(nil), x...)
	analytic := make([]float64, len(x))
	if _, err := f(x, analytic); err != nil {
		return err
	}
	worst, at, numericAt := 0.0, -1, 0.0
	for i, v := range x {
		h := float64(math.Cbrt(0x1p-52) * max(1, math.Abs(v)))
		x[i] = v + h
		up, err := f(x, nil)
		if err != nil {
			return err
		}
		x[i] = v - h
		down, err := f(x, nil)
		if err != nil {
			return err
		}
		step := (v + h) - (v - h) // as the floating-point numbers have it
		x[i] = v
		numeric := (up - down) / step
		d := math.Abs(analytic[i]-numeric) / max(1, math.Abs(analytic[i]), math.Abs(numeric))
		if at < 0 || d > worst || math.IsNaN(d) {
			worst, at, numericAt = d, i, numeric
		}
		if math.IsNaN(d) {
			break
		}
	}
	if !(worst <= tol) {
		return fmt.Errorf("autograd: gradient check: coordinate %d: analytic %.12g, numeric %.12g: relative difference %.3g: want at most %g",
			at, analytic[at], numericAt, worst, tol)
	}
	return nil
}
