package main

import (
	"math"
	"slices"

	"descent/autograd"
	"descent/internal/figure"
)

// plot draws the runs.
func (o options) plot(runs []result, f *autograd.Objective) error {
	p, err := o.panel(runs, f)
	if err != nil {
		return err
	}
	return figure.Write(o.plotFile, p)
}

// panel draws the paths over the contours of a function of two variables, the
// points on the curve of a function of one, or the values against the step.
func (o options) panel(runs []result, f *autograd.Objective) (p figure.Panel, err error) {
	switch len(o.x0) {
	case 1:
		p, err = o.curve(runs, f)
	case 2:
		p, err = o.contour(runs, f)
	default:
		p = values(runs)
	}
	p.Title = o.f.name
	return p, err
}

// samples is the number of evaluations along an axis of a figure.
const (
	curveSamples   = 401
	contourSamples = 241
)

// drawable is the largest number that a figure shows.
const drawable = 1e100

// curve draws the points on the curve of a function of one variable.
func (o options) curve(runs []result, f *autograd.Objective) (figure.Panel, error) {
	w := symmetric(o.x0[0], runs)
	line := figure.Series{Name: o.f.formula, Style: figure.Solid, Color: 7, X: grid(w, curveSamples)}
	for _, x := range line.X {
		y, err := f.Evaluate([]float64{x}, nil)
		if err != nil {
			return figure.Panel{}, err
		}
		line.Y = append(line.Y, y)
	}
	p := figure.Panel{XLabel: "x", YLabel: "f(x)", Series: []figure.Series{line}, XRange: w, YRange: extent(line.Y)}
	for i, r := range runs {
		s := figure.Series{Name: r.label, Style: figure.Path, Color: 1 + i%6, Y: r.Values}
		for _, x := range r.Points {
			s.X = append(s.X, x[0])
		}
		p.Series = append(p.Series, s)
	}
	return p, nil
}

// contour draws the paths over the contour lines of the function.
func (o options) contour(runs []result, f *autograd.Objective) (figure.Panel, error) {
	landmark, called := o.f.landmark(2)
	x, y := window(o.x0, landmark, runs)
	c := &figure.Contour{X: grid(x, contourSamples), Y: grid(y, contourSamples), Filled: true}
	for _, at := range c.Y {
		row := make([]float64, len(c.X))
		for i := range row {
			var err error
			if row[i], err = f.Evaluate([]float64{c.X[i], at}, nil); err != nil {
				return figure.Panel{}, err
			}
		}
		c.Z = append(c.Z, row)
	}
	c.Levels = levels(c.Z)
	p := figure.Panel{
		XLabel: "x₁", YLabel: "x₂", Contour: c,
		Notes: []figure.Note{{X: landmark[0], Y: landmark[1], Text: called, Dot: true}},
	}
	for _, r := range runs {
		s := figure.Series{Name: r.label, Style: figure.Path}
		for _, point := range r.Points {
			s.X, s.Y = append(s.X, point[0]), append(s.Y, point[1])
		}
		p.Series = append(p.Series, s)
	}
	return p, nil
}

// values draws the values against the step. The axis is logarithmic if they are
// positive and span more than a factor of 100.
func values(runs []result) figure.Panel {
	p := figure.Panel{XLabel: "step", YLabel: "f(x)"}
	least, most := math.Inf(1), math.Inf(-1)
	for _, r := range runs {
		s := figure.Series{Name: r.label, Y: r.Values}
		for i, v := range r.Values {
			s.X = append(s.X, float64(i))
			least, most = min(least, v), max(most, v)
		}
		p.Series = append(p.Series, s)
	}
	p.LogY = least > 0 && most > 100*least
	return p
}

// levels returns the values of the contour lines. About the same area of the
// figure lies between any two; they are closer near the minimum, to show valleys.
func levels(z [][]float64) []float64 {
	var all []float64
	for _, row := range z {
		for _, v := range row {
			if math.Abs(v) <= drawable {
				all = append(all, v)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	var chosen []float64
	for _, share := range []float64{.01, .025, .05, .1, .17, .25, .35, .46, .58, .7, .81, .91} {
		chosen = append(chosen, all[int(share*float64(len(all)))])
	}
	return slices.Compact(chosen)
}

func grid(r figure.Range, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		share := float64(i) / float64(n-1)
		all[i] = r.Min*(1-share) + r.Max*share
	}
	return all
}
