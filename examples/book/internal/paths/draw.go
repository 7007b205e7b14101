package paths

import (
	"fmt"

	"descent/autograd"
	"descent/internal/figure"
	"descent/optimizers/minimize"
)

// Landscape is a window of the plane in which paths are drawn over contours.
type Landscape struct {
	F      autograd.Function
	X, Y   figure.Range
	Levels []float64 // of the contours; chosen by the figure if empty
}

// Labeled is a path with its name in the legend, which may be empty.
type Labeled struct {
	Name string
	Path minimize.Path
}

// Panel draws paths in the landscape. The title has the number of points
// outside, if there are any.
func (l Landscape) Panel(title string, paths ...Labeled) (figure.Panel, error) {
	const n = 101
	o, err := autograd.NewObjective(l.F, 2)
	if err != nil {
		return figure.Panel{}, err
	}
	c := &figure.Contour{X: Linspace(l.X.Min, l.X.Max, n), Y: Linspace(l.Y.Min, l.Y.Max, n), Levels: l.Levels}
	for _, y := range c.Y {
		row := make([]float64, n)
		for i, x := range c.X {
			if row[i], err = o.Evaluate([]float64{x, y}, nil); err != nil {
				return figure.Panel{}, err
			}
		}
		c.Z = append(c.Z, row)
	}
	panel := figure.Panel{XLabel: "x₁", YLabel: "x₂", Contour: c, XRange: l.X, YRange: l.Y}
	outside := 0
	for _, q := range paths {
		s := figure.Series{Name: q.Name, Style: figure.Path}
		for _, x := range q.Path.Points {
			s.X, s.Y = append(s.X, x[0]), append(s.Y, x[1])
			if x[0] < l.X.Min || x[0] > l.X.Max || x[1] < l.Y.Min || x[1] > l.Y.Max {
				outside++
			}
		}
		panel.Series = append(panel.Series, s)
	}
	if panel.Title = title; outside > 0 {
		panel.Title += fmt.Sprintf(" (%d points outside)", outside)
	}
	return panel, nil
}

// Trace draws a path in one dimension on the curve of its function.
func Trace(f autograd.Function, title string, from, to float64, path minimize.Path) (figure.Panel, error) {
	curve, err := CurveOf(f, "f(x)", from, to)
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

// CurveOf is the graph of an expression in one dimension.
func CurveOf(f autograd.Function, name string, from, to float64) (figure.Series, error) {
	s := figure.Series{Name: name, Style: figure.Solid, X: Linspace(from, to, 301)}
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

// Graph is the graph of a plain function.
func Graph(name string, from, to float64, f func(x float64) float64) figure.Series {
	s := figure.Series{Name: name, Style: figure.Solid, X: Linspace(from, to, 301)}
	for _, x := range s.X {
		s.Y = append(s.Y, f(x))
	}
	return s
}

// Against is a series of values against their index, from 0.
func Against(name string, values []float64) figure.Series {
	s := figure.Series{Name: name, Y: values}
	for i := range values {
		s.X = append(s.X, float64(i))
	}
	return s
}
