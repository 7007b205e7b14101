package dive

import (
	"fmt"
	"math"
	"slices"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers/minimize"
)

// sineBowl is x²(1 + sin x).
func sineBowl(x autograd.Var) autograd.Var {
	v := x.Index(0)
	return v.Square().Mul(autograd.Const(1).Add(v.Sin()))
}

// hiddenAt is where sineBowlDented has its dent: one of the minima of sineBowl.
const hiddenAt = -math.Pi/2 + 4*math.Pi

// sineBowlDented is sineBowl less ½e^(−(x−m)²) with m = hiddenAt.
func sineBowlDented(x autograd.Var) autograd.Var {
	d := x.Index(0).Sub(autograd.Const(hiddenAt))
	return sineBowl(x).Sub(autograd.Const(0.5).Mul(d.Square().Neg().Exp()))
}

// minimaFrom runs Newton's method from each start, with absolute second derivatives
// and a search by the slope. It returns the distinct ends in order, and the number of
// starts that reached each.
func minimaFrom(p *page.Page, f autograd.Function, starts []float64) (at []float64, count []int, err error) {
	for _, s := range starts {
		path, err := paths.Search(p.Ctx, f, []float64{s}, 20, minimize.Search{Direction: minimize.Newton{Absolute: true}, Length: minimize.Bisection{}})
		if err != nil {
			return nil, nil, fmt.Errorf("from %v: %w", s, err)
		}
		end := paths.End(path)[0]
		i := slices.IndexFunc(at, func(x float64) bool { return math.Abs(x-end) < 1e-3 })
		if i < 0 {
			at, count = append(at, end), append(count, 0)
			i = len(at) - 1
		}
		count[i]++
	}
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if at[i] < at[j] {
			return -1
		}
		return 1
	})
	var sorted []float64
	var counts []int
	for _, i := range order {
		sorted, counts = append(sorted, at[i]), append(counts, count[i])
	}
	return sorted, counts, nil
}

func equalMinima(p *page.Page) error {
	p.Say("x²(1 + sin x) is never negative, and zero at 0 and wherever sin x = −1: it has infinitely many local minima, at 0 and at −π/2 + 2πk, and all are global. Lower one of them a little by a bump too narrow to affect the others. Then the global minimum can be found only by inspecting every minimum.")
	const side = 18.
	starts := paths.Linspace(-side, side, 200)
	want := []float64{0}
	for k := -10; k <= 10; k++ {
		if x := -math.Pi/2 + 2*math.Pi*float64(k); math.Abs(x) < side {
			want = append(want, x)
		}
	}
	slices.Sort(want)
	o, err := autograd.NewObjective(sineBowl, 1)
	if err != nil {
		return err
	}
	dented, err := autograd.NewObjective(sineBowlDented, 1)
	if err != nil {
		return err
	}
	found, _, err := minimaFrom(p, sineBowl, starts)
	if err != nil {
		return err
	}
	inside := found[:0:0]
	for _, x := range found {
		if math.Abs(x) < side {
			inside = append(inside, x)
		}
	}
	p.Check("minima between −18 and 18, found from 200 starts (computed), and 0 and −π/2 + 2πk (expected)", want, inside)
	most, change := 0.0, 0.0
	grad, grad2 := make([]float64, 1), make([]float64, 1)
	for _, x := range inside {
		v, err := o.Evaluate([]float64{x}, grad)
		if err != nil {
			return err
		}
		w, err := dented.Evaluate([]float64{x}, grad2)
		if err != nil {
			return err
		}
		most = max(most, v)
		if math.Abs(x-hiddenAt) > 1 {
			change = max(change, math.Abs(v-w), math.Abs(grad[0]-grad2[0]))
		}
	}
	p.Check("largest value at these minima", page.Num(0), page.Num(most))
	p.Check("lowered at one: largest change of value and derivative at the others", page.Num(0), page.Num(change))
	after, counts, err := minimaFrom(p, sineBowlDented, starts)
	if err != nil {
		return err
	}
	hits := 0
	for i, x := range after {
		if math.Abs(x-hiddenAt) < 0.1 {
			hits += counts[i]
		}
	}
	p.Holds("number of 200 starts that reach the global minimum", nil, page.Num(float64(hits)), hits > 0 && hits < 100, "the others end at minima that are no longer global")
	plain, err := paths.CurveOf(sineBowl, "x²(1 + sin x)", -side, side)
	if err != nil {
		return err
	}
	minimum := figure.Series{Name: "minima", Style: figure.Points, X: inside, Y: make([]float64, len(inside))}
	near, err := paths.CurveOf(sineBowlDented, "lowered", hiddenAt-1, hiddenAt+1)
	if err != nil {
		return err
	}
	same, err := paths.CurveOf(sineBowl, "x²(1 + sin x)", hiddenAt-1, hiddenAt+1)
	if err != nil {
		return err
	}
	p.Figure("minima", "x²(1 + sin x), and the same lowered at one minimum", figure.Figure{Panels: []figure.Panel{
		{Title: "All minima are global", XLabel: "x", YLabel: "f(x)", Series: []figure.Series{plain, minimum}},
		{Title: "One of them lowered", XLabel: "x", YLabel: "f(x)", XRange: figure.Range{Min: hiddenAt - 0.4, Max: hiddenAt + 0.4}, YRange: figure.Range{Min: -1, Max: 5}, Series: []figure.Series{same, near}},
	}})
	return nil
}
