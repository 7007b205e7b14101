package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// descend runs a rule on an expression, whose gradient autograd takes.
func (p *page) descend(f autograd.Function, start []float64, steps int, rule optimizers.Rule, rate float64) (minimize.Path, error) {
	return p.follow(f, start, steps, minimize.Descent{Rule: rule, Schedule: lrsched.Constant(rate)})
}

// follow goes any way on an expression.
func (p *page) follow(f autograd.Function, start []float64, steps int, by minimize.Stepper) (minimize.Path, error) {
	o, err := autograd.NewObjective(f, len(start))
	if err != nil {
		return minimize.Path{}, err
	}
	return minimize.Run(p.ctx, o.Evaluate, start, steps, by)
}

// last is the point that a path ends at.
func endOf(path minimize.Path) []float64 { return path.Points[len(path.Points)-1] }

// landscape is a window of the plane in which paths are drawn over contours.
type landscape struct {
	f      autograd.Function
	x, y   figure.Range
	levels []float64 // of the contours; chosen by the figure if empty
}

// panel draws paths in the landscape.
func (l landscape) panel(title string, paths ...labeled) (figure.Panel, error) {
	const n = 101
	o, err := autograd.NewObjective(l.f, 2)
	if err != nil {
		return figure.Panel{}, err
	}
	c := &figure.Contour{X: linspace(l.x.Min, l.x.Max, n), Y: linspace(l.y.Min, l.y.Max, n), Levels: l.levels}
	for _, y := range c.Y {
		row := make([]float64, n)
		for i, x := range c.X {
			if row[i], err = o.Evaluate([]float64{x, y}, nil); err != nil {
				return figure.Panel{}, err
			}
		}
		c.Z = append(c.Z, row)
	}
	panel := figure.Panel{Title: title, XLabel: "x₁", YLabel: "x₂", Contour: c, XRange: l.x, YRange: l.y}
	for _, q := range paths {
		s := figure.Series{Name: q.name, Style: figure.Path}
		for _, x := range q.path.Points {
			s.X, s.Y = append(s.X, x[0]), append(s.Y, x[1])
		}
		panel.Series = append(panel.Series, s)
	}
	return panel, nil
}

// named is a path with what the legend calls it; it may be empty.
type labeled struct {
	name string
	path minimize.Path
}

// trace draws a path in one dimension on the curve of its function.
func trace(f autograd.Function, title string, from, to float64, path minimize.Path) (figure.Panel, error) {
	curve, err := curveOf(f, "f(x)", from, to)
	if err != nil {
		return figure.Panel{}, err
	}
	s := figure.Series{Name: "steps", Style: figure.Path}
	for i, x := range path.Points {
		s.X, s.Y = append(s.X, x[0]), append(s.Y, path.Values[i])
	}
	return figure.Panel{
		Title: title, XLabel: "x", YLabel: "f(x)", XRange: figure.Range{Min: from, Max: to},
		Series: []figure.Series{curve, s},
	}, nil
}

// curveOf is the graph of an expression in one dimension.
func curveOf(f autograd.Function, name string, from, to float64) (figure.Series, error) {
	s := figure.Series{Name: name, Style: figure.Solid, X: linspace(from, to, 301)}
	o, err := autograd.NewObjective(f, 1)
	if err != nil {
		return s, err
	}
	for _, x := range s.X {
		y, err := o.Evaluate([]float64{x}, nil)
		if err != nil {
			return s, fmt.Errorf("at %v: %w", x, err)
		}
		s.Y = append(s.Y, y)
	}
	return s, nil
}

// graph is the graph of a plain function.
func graph(name string, from, to float64, f func(x float64) float64) figure.Series {
	s := figure.Series{Name: name, Style: figure.Solid, X: linspace(from, to, 301)}
	for _, x := range s.X {
		s.Y = append(s.Y, f(x))
	}
	return s
}

// against is a series of values against their index, from 0.
func against(name string, values []float64) figure.Series {
	s := figure.Series{Name: name, Y: values}
	for i := range values {
		s.X = append(s.X, float64(i))
	}
	return s
}

// linspace is n equally spaced numbers, ends included.
func linspace(from, to float64, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = from + (to-from)*float64(i)/float64(n-1)
	}
	v[n-1] = to
	return v
}

// norm is the Euclidean norm.
func norm(x []float64) (s float64) {
	for _, v := range x {
		s = math.Hypot(s, v)
	}
	return s
}
