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

// meters is ½a² + ½b² for two heights in meters, the first given in millimeters
// and the second in kilometers.
func meters(x autograd.Var) autograd.Var {
	a, b := autograd.Const(1e-3).Mul(x.Index(0)), autograd.Const(1e3).Mul(x.Index(1))
	return autograd.Const(0.5).Mul(a.Square().Add(b.Square()))
}

func preconditioning(p *page.Page) error {
	p.Say("Two heights of one meter, one given in millimeters and one in kilometers, in ½a² + ½b² with a and b in meters. No rate suits both: descent converges only below 2·10⁻⁶, and then the millimeters do not move. Divided by the diagonal of the Hessian, both shrink at the same speed, here with η = 0.5.")
	start := []float64{1e3, 1e-3}
	descent, err := paths.Descend(p.Ctx, meters, start, 20, optimizers.SGD{}, 1e-6)
	if err != nil {
		return err
	}
	halved, err := paths.Search(p.Ctx, meters, start, 20, minimize.Search{Direction: minimize.Diagonal{}, Length: minimize.Fixed(0.5)})
	if err != nil {
		return err
	}
	whole, err := paths.Search(p.Ctx, meters, start, 1, minimize.Search{Direction: minimize.Diagonal{}})
	if err != nil {
		return err
	}
	p.Check("with the diagonal, η = 1: x after one step", page.Num(0, 0), paths.End(whole))
	p.Check("with the diagonal, η = 0.5: x after 20 steps (computed), and 2⁻²⁰ times the start (expected)", page.Num(1e3*math.Pow(2, -20), 1e-3*math.Pow(2, -20)), paths.End(halved))
	p.Check("descent: millimeters after 20 steps (computed), and 10³·(1 − 10⁻¹²)²⁰ (expected)", page.Num(1e3*math.Pow(1-1e-12, 20)), page.Num(paths.End(descent)[0]))

	const x1, x2 = -5., -2. // one step on x₁² + 2x₂², whose diagonal is (2, 4)
	step, err := paths.Search(p.Ctx, paths.Oval, []float64{x1, x2}, 1, minimize.Search{Direction: minimize.Diagonal{}})
	if err != nil {
		return err
	}
	p.Erratum("(11.3.11) x after one step on x₁² + 2x₂² from (−5, −2)", page.Num(x1-1./2, x2-1./4), page.Num(paths.End(step)...), paths.Norm(paths.End(step)) < 1e-12,
		page.Slip{
			Place: "(11.3.11)", Quote: "x ← x − η diag(H_f)⁻¹∇x",
			Right: "∇f(x)",
			Why:   "The gradient of x itself is 1 in each coordinate, which gives the printed point.",
		})
	p.Figure("values", "Heights in different units", figure.Figure{Panels: []figure.Panel{{
		Title: "½a² + ½b²", XLabel: "step", YLabel: "f(x)", LogY: true, YRange: figure.Range{Min: 1e-13, Max: 10},
		Series: []figure.Series{paths.Against("descent, η = 10⁻⁶", descent.Values), paths.Against("diag(H), η = 0.5", halved.Values)},
	}}})
	return nil
}
