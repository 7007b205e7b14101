package dive

import (
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// pair is a function of two variables, in any coordinates.
type pair func(a, b autograd.Var) autograd.Var

// straight is the function of x₁ and x₂.
func (f pair) straight(x autograd.Var) autograd.Var { return f(x.Index(0), x.Index(1)) }

// turned is the function in coordinates rotated by 45 degrees.
func (f pair) turned(x autograd.Var) autograd.Var {
	r, a, b := autograd.Const(math.Sqrt2/2), x.Index(0), x.Index(1)
	return f(r.Mul(a.Add(b)), r.Mul(b.Sub(a)))
}

// turn is the point whose coordinates in the rotated system are x.
func turn(x []float64) []float64 {
	return []float64{math.Sqrt2 / 2 * (x[0] - x[1]), math.Sqrt2 / 2 * (x[0] + x[1])}
}

// ridge is ½a² + ½·10⁻⁴b².
var ridge = pair(func(a, b autograd.Var) autograd.Var {
	return autograd.Const(0.5).Mul(a.Square().Add(autograd.Const(1e-4).Mul(b.Square())))
})

// twoWells is a² − b² + ¼b⁴: a saddle at 0, and minima at (0, ±√2).
var twoWells = pair(func(a, b autograd.Var) autograd.Var {
	b = b.Square()
	return a.Square().Sub(b).Add(autograd.Const(0.25).Mul(b.Square()))
})

// stepsTo returns the first step at which there is true, or −1 if there is none.
func stepsTo(path minimize.Path, there func(x []float64) bool) int {
	for k, x := range path.Points {
		if there(x) {
			return k
		}
	}
	return -1
}

func slowFunction(p *page.Page) error {
	p.Say("On ½x₁² + ½·10⁻⁴x₂² the rate must be below 2 for x₁, so halving x₂ takes thousands of steps. Here the Hessian is diagonal, so dividing by its diagonal needs only one step.")
	start := []float64{1, 1}
	slow, err := paths.Descend(p.Ctx, ridge.straight, start, 8000, optimizers.SGD{}, 1)
	if err != nil {
		return err
	}
	half := stepsTo(slow, func(x []float64) bool { return x[1] <= 0.5 })
	p.Check("descent, η = 1: steps to halve x₂ (computed), and ⌈ln 2/−ln(1 − 10⁻⁴)⌉ (expected)", page.Num(math.Ceil(math.Ln2/-math.Log(1-1e-4))), page.Num(float64(half)))
	quick, err := paths.Search(p.Ctx, ridge.straight, start, 1, minimize.Search{Direction: minimize.Diagonal{}})
	if err != nil {
		return err
	}
	p.Check("diagonal: x after one step", page.Num(0, 0), paths.End(quick))

	p.Say("On x₁² − x₂² + ¼x₂⁴ from (1, 0.3) the second derivative along x₂ is negative. With its sign, the steps climb along x₂ to the saddle at 0. With its absolute value, they reach a minimum at x₂ = √2, with a jump at a point where the second derivative is almost zero.")
	window := paths.Landscape{F: twoWells.straight, X: figure.Range{Min: -1.5, Max: 1.5}, Y: figure.Range{Min: -2.5, Max: 5}}
	var walks []paths.Labeled
	for _, r := range []struct {
		title    string
		absolute bool
		end      page.Numbers
	}{{"signed", false, page.Num(0, 0)}, {"absolute", true, page.Num(0, math.Sqrt2)}} {
		path, err := paths.Search(p.Ctx, twoWells.straight, []float64{1, 0.3}, 30, minimize.Search{Direction: minimize.Diagonal{Absolute: r.absolute}, Length: minimize.Fixed(0.5)})
		if err != nil {
			return err
		}
		walks = append(walks, paths.Labeled{Name: r.title, Path: path})
		p.CheckTo(1e-6, r.title+" diagonal, η = 0.5: x after 30 steps", r.end, paths.End(path))
	}
	panel, err := window.Panel("x₁² − x₂² + ¼x₂⁴", walks...)
	if err != nil {
		return err
	}
	fall := figure.Series{Name: "descent, η = 1", Style: figure.Solid}
	for k := 0; k < len(slow.Points); k += 50 {
		fall.X, fall.Y = append(fall.X, float64(k)), append(fall.Y, slow.Points[k][1])
	}
	p.Figure("slow", "A slow function, and the diagonal of the Hessian beside a saddle", figure.Figure{Panels: []figure.Panel{
		{Title: "½x₁² + ½·10⁻⁴x₂²", XLabel: "step", YLabel: "x₂", YRange: figure.Range{Min: 0, Max: 1}, Series: []figure.Series{fall}},
		panel,
	}})
	return nil
}

// turnedWays are the methods compared in exercise 5, with thirty steps each.
var turnedWays = []struct {
	name string
	by   minimize.Search
}{
	{"diag(H)", minimize.Search{Direction: minimize.Diagonal{}, Length: minimize.Fixed(0.5)}},
	{"Newton", dampedNewton},
}

func rotatedFunctions(p *page.Page) error {
	p.Say("Newton's method is invariant under a rotation: its path is the same path, rotated. The diagonal of the Hessian is not invariant. On the slow function rotated by 45 degrees, both of its elements are (1 + 10⁻⁴)/2, which amounts to a constant rate, so the slow direction is as slow as for descent. The other three curves coincide.")
	panel := figure.Panel{Title: "½a² + ½·10⁻⁴b², η = 0.5", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-20, Max: 10}}
	start := []float64{1, 1}
	for _, r := range turnedWays {
		straight, err := paths.Search(p.Ctx, ridge.straight, start, 30, r.by)
		if err != nil {
			return err
		}
		turned, err := paths.Search(p.Ctx, ridge.turned, turn(start), 30, r.by)
		if err != nil {
			return err
		}
		panel.Series = append(panel.Series, paths.Against(r.name, straight.Values), paths.Against(r.name+", turned", turned.Values))
		apart := pathsApart(straight, turned)
		if r.name == "Newton" {
			p.Check("Newton: largest distance between its rotated path and its path on the rotated function", page.Num(0), page.Num(apart))
			continue
		}
		const rate = 0.5 / ((1 + 1e-4) / 2)
		p.Check("diagonal, rotated: x after 30 steps (computed), and by descent with η = 1/(1 + 10⁻⁴) (expected)",
			page.Numbers(turn([]float64{math.Pow(1-rate, 30), math.Pow(1-rate*1e-4, 30)})), paths.End(turned))
		p.Holds("diagonal: f after 30 steps on the original and on the rotated function", nil, page.Num(endValue(straight), endValue(turned)), endValue(turned) > 1e6*endValue(straight),
			"the rotation defeats the preconditioning")
	}
	p.Say("On a² − b² + ¼b⁴ from (1, 0.3), absolute values of the diagonal find a minimum in the original coordinates. In rotated coordinates, the two elements of the diagonal are equal and small at the start, so the step only scales up the gradient and leads elsewhere; backtracking keeps f from rising. With |H|, computed from the eigenvalues, the path is again only rotated.")
	wells := figure.Figure{Panels: []figure.Panel{panel}}
	start = []float64{1, 0.3}
	var walks []paths.Labeled
	for _, r := range []struct {
		name string
		by   minimize.Search
	}{
		{"|diag(H)|", minimize.Search{Direction: minimize.Diagonal{Absolute: true}, Length: minimize.Backtracking{Initial: 0.5}}},
		{"|H|", minimize.Search{Direction: minimize.Newton{Absolute: true}, Length: minimize.Backtracking{Initial: 0.5}}},
	} {
		straight, err := paths.Search(p.Ctx, twoWells.straight, start, 40, r.by)
		if err != nil {
			return err
		}
		turned, err := paths.Search(p.Ctx, twoWells.turned, turn(start), 40, r.by)
		if err != nil {
			return err
		}
		walks = append(walks, paths.Labeled{Name: r.name, Path: turned})
		x := turn([]float64{0, math.Copysign(math.Sqrt2, paths.End(turned)[1]-paths.End(turned)[0])})
		p.CheckTo(1e-6, r.name+", rotated: the end is a minimum, (0, ±√2) rotated", page.Numbers(x), paths.End(turned))
		apart := pathsApart(straight, turned)
		if r.name == "|H|" {
			p.Check("|H|: largest distance between its rotated path and its path on the rotated function", page.Num(0), page.Num(apart))
		} else {
			p.Holds("|diag(H)|: largest distance between its rotated path and its path on the rotated function", nil, page.Num(apart), apart > 0.1, "the diagonal depends on the coordinates")
		}
	}
	drawn, err := paths.Landscape{F: twoWells.turned, X: figure.Range{Min: -2.2, Max: 2.2}, Y: figure.Range{Min: -2.2, Max: 2.2}}.Panel("a² − b² + ¼b⁴, turned", walks...)
	if err != nil {
		return err
	}
	wells.Panels = append(wells.Panels, drawn)
	p.Figure("rotated", "Two functions rotated by 45 degrees", wells)
	return nil
}

// endValue is the value that a path ends with.
func endValue(path minimize.Path) float64 { return path.Values[len(path.Values)-1] }

// pathsApart is the largest distance between a path, turned, and another.
func pathsApart(straight, turned minimize.Path) (worst float64) {
	for k, x := range straight.Points {
		x = turn(x)
		worst = max(worst, paths.Norm([]float64{x[0] - turned.Points[k][0], x[1] - turned.Points[k][1]}))
	}
	return worst
}
