package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

var convexityExperiments = []page.Experiment{
	{ID: "11.2.sets", Title: "Convex sets", Run: convexSets},
	{ID: "11.2.functions", Title: "Convex functions", Run: convexFunctions},
	{ID: "11.2.jensen", Title: "Jensen's inequality", Run: jensen},
	{ID: "11.2.minima", Title: "No local minima", Run: noLocalMinima},
	{ID: "11.2.below", Title: "Convex functions and sets", Run: belowSets},
	{ID: "11.2.derivatives", Title: "Derivatives and convexity", Run: derivativesAndConvexity},
	{ID: "11.2.constraints", Title: "Constraints: Lagrange function, penalty, projection", Run: constraints},
	{ID: "11.2.projections", Title: "Projections, and exercises 8 and 9", Run: projections, Exercises: []int{8, 9}},
	{ID: "11.2.exercise1", Title: "Exercises 1 and 2: the boundary, the vertices, p-norm balls", Run: boundaryOrVertices, Exercises: []int{1, 2}},
	{ID: "11.2.exercise3", Title: "Exercise 3: maximum and minimum of two functions", Run: greaterAndLesser, Exercises: []int{3}},
	{ID: "11.2.exercise4", Title: "Exercise 4: log Σ exp", Run: logSumExp, Exercises: []int{4}},
	{ID: "11.2.exercise5", Title: "Exercises 5 and 6: linear subspaces and their projection", Run: subspaces, Exercises: []int{5, 6}},
	{ID: "11.2.exercise7", Title: "Exercise 7: the remainder of Taylor's formula", Run: taylorRemainder, Exercises: []int{7}},
}

// The functions of one variable in 11.2.
func halfSquare(x autograd.Var) autograd.Var {
	return autograd.Const(0.5).Mul(x.Index(0).Square())
}

func cosPi(x autograd.Var) autograd.Var { return autograd.Const(math.Pi).Mul(x.Index(0)).Cos() }

func expHalf(x autograd.Var) autograd.Var { return autograd.Const(0.5).Mul(x.Index(0)).Exp() }

func cubic(x autograd.Var) autograd.Var {
	k := autograd.Const
	return x.Index(0).Sub(k(1)).Square().Mul(x.Index(0).Add(k(1)))
}

// chord is the straight line between two points of the graph of f.
func chord(f autograd.Function, a, b float64) (figure.Series, error) {
	s := figure.Series{Name: "chord", Style: figure.Dashed, X: page.Num(a, b)}
	for _, x := range s.X {
		y, _, err := autograd.Gradient(f, []float64{x})
		if err != nil {
			return s, err
		}
		s.Y = append(s.Y, y)
	}
	return s, nil
}

// aboveChord returns the maximum height of f above its chords in [from, to]. It is
// zero up to rounding if f is convex there.
func aboveChord(f autograd.Function, from, to float64) (float64, error) {
	graph, err := paths.CurveOf(f, "", from, to)
	if err != nil {
		return 0, err
	}
	worst := math.Inf(-1)
	y := graph.Y
	for i := 0; i < len(y); i += 4 {
		for j := i + 4; j < len(y); j += 4 {
			for _, quarter := range []int{1, 2, 3} {
				at := i + (j-i)*quarter/4
				t := float64(quarter) / 4
				worst = max(worst, y[at]-(1-t)*y[i]-t*y[j])
			}
		}
	}
	return worst, nil
}

// leastCurvature returns the minimum of f″ on a grid of [from, to].
func leastCurvature(f autograd.Function, from, to float64) (float64, error) {
	least := math.Inf(1)
	o, err := autograd.NewObjective(f, 1)
	if err != nil {
		return 0, err
	}
	for _, x := range paths.Linspace(from, to, 41) {
		h, err := o.Hessian([]float64{x})
		if err != nil {
			return 0, err
		}
		least = min(least, h[0][0])
	}
	return least, nil
}

// yes returns 1 for true and 0 for false.
func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func convexFunctions(p *page.Page) error {
	p.Say("A function is convex if its graph is nowhere above a chord, a line segment between two of its points. The parabola ½x² and exp(x/2) are; cos πx is not.")
	var panels []figure.Panel
	var byChord, byCurvature page.Numbers
	for _, c := range []struct {
		title string
		f     autograd.Function
	}{{"½x²", halfSquare}, {"cos πx", cosPi}, {"exp(x/2)", expHalf}} {
		curve, err := paths.CurveOf(c.f, "f", -2, 2)
		if err != nil {
			return err
		}
		line, err := chord(c.f, -1.5, 1)
		if err != nil {
			return err
		}
		panels = append(panels, figure.Panel{Title: c.title, XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve, line}})
		above, err := aboveChord(c.f, -2, 2)
		if err != nil {
			return err
		}
		least, err := leastCurvature(c.f, -2, 2)
		if err != nil {
			return err
		}
		byChord, byCurvature = append(byChord, yes(above <= 1e-12)), append(byCurvature, yes(least >= 0))
	}
	p.Figure("chords", "Functions and chords", figure.Figure{Panels: panels, Columns: 3})
	p.YesNo("convex, by 2,850 chords", page.Num(1, 0, 1), byChord)
	p.YesNo("convex, by the second derivative", page.Num(1, 0, 1), byCurvature)
	p.Erratum("is the exponential function convex?", page.Num(0), page.Num(byChord[2]), byChord[2] == 1 && byCurvature[2] == 1,
		page.Slip{
			Place: "11.2, before Jensen’s inequality", Quote: "the cosine function is nonconvex, whereas the parabola and the exponential function are",
			Right: "… are convex",
			Why:   "A word is missing; as it stands, all three are nonconvex.",
		})
	return nil
}

func noLocalMinima(p *page.Page) error {
	p.Say("Every local minimum of a convex function is global. (x + 1)(x − 1)² is not convex and has a local minimum at x = 1: descent from 0.5 ends there, although f(−1.5) is lower. A convex function can have many minima, such as max(|x| − 1, 0), or none, such as eˣ.")
	curve, err := paths.CurveOf(cubic, "f(x)", -2, 2)
	if err != nil {
		return err
	}
	line, err := chord(cubic, -1.5, 1)
	if err != nil {
		return err
	}
	path, err := paths.Descend(p.Ctx, cubic, []float64{0.5}, 200, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	verdict, _, err := classify(cubic, paths.End(path))
	if err != nil {
		return err
	}
	p.Figure("cubic", "A local minimum that is not global", figure.Figure{Panels: []figure.Panel{{
		XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve, line},
		Notes: []figure.Note{{X: 1, Y: 0, Text: string(verdict), Dot: true}},
	}}})
	p.Check(fmt.Sprintf("x after 200 steps from 0.5 (%s)", verdict), page.Num(1), paths.End(path))
	p.Check("f at −1.5 and at 1", page.Num(-3.125, 0), line.Y)

	k := autograd.Const
	flat := func(x autograd.Var) autograd.Var { // max(v, 0) = (v + |v|)/2
		v := x.Index(0).Abs().Sub(k(1))
		return v.Add(v.Abs()).Div(k(2))
	}
	var values, ends page.Numbers
	for _, start := range []float64{-3.05, 3.05} {
		path, err := paths.Descend(p.Ctx, flat, []float64{start}, 100, optimizers.SGD{}, 0.1)
		if err != nil {
			return err
		}
		values, ends = append(values, path.Values[100]), append(ends, yes(math.Abs(paths.End(path)[0]) <= 1))
	}
	p.Check("max(|x| − 1, 0) after 100 steps from −3.05 and from 3.05", page.Num(0, 0), values)
	p.YesNo("the ends of these two runs are within [−1, 1]", page.Num(1, 1), ends)
	exp := func(x autograd.Var) autograd.Var { return x.Index(0).Exp() }
	path, err = paths.Descend(p.Ctx, exp, []float64{0}, 10_000, optimizers.SGD{}, 0.1)
	if err != nil {
		return err
	}
	p.CheckTo(0.01, "eˣ: x after 10,000 steps of 0.1 from 0, by −log(1 + ηt)", page.Num(-math.Log(1001)), paths.End(path))
	f := func(x float64) float64 { return x * x / 2 }
	p.Erratum("½x² halfway between x = 1 and x′ = 0: the bound in the text (document), and the value (right)", page.Num(f(0)), page.Num(f(0.5)), f(0.5) > f(0) && f(0.5) < f(1),
		page.Slip{
			Place: "11.2.2, before (11.2.5)", Quote: "have to be less than f(x′)",
			Right: "less than f(x)",
			Why:   "This is what (11.2.5) shows and what the proof needs: f(x′) is the smaller of the two end values.",
		})
	return nil
}
