package dive

import (
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
)

func jensen(p *page.Page) error {
	p.Say("The mean of a convex function is never less than the function of the mean. For ½x² the difference is half the variance. In the figure, the point on the chord is the mean of f at two values of x, and the point on the curve is f at their mean.")
	curve, err := paths.CurveOf(expHalf, "exp(x/2)", -2, 2)
	if err != nil {
		return err
	}
	line, err := chord(expHalf, -1.5, 2)
	if err != nil {
		return err
	}
	m := 0.25
	p.Figure("jensen", "Jensen's inequality for two values", figure.Figure{Panels: []figure.Panel{{
		XLabel: "x", YLabel: "f(x)", Series: []figure.Series{curve, line},
		Notes: []figure.Note{
			{X: m, Y: (line.Y[0] + line.Y[1]) / 2, Text: "E[f(x)]", Dot: true},
			{X: m, Y: math.Exp(m / 2), Text: "f(E[x])", Dot: true},
		},
	}}})

	r := rng.New(1, "book", "11.2.jensen")
	least, gap, half, likelihood := math.Inf(1), page.Numbers{}, page.Numbers{}, math.Inf(1)
	for trial := range 1000 {
		x, weight := make([]float64, 5), make([]float64, 5)
		sum := 0.0
		for i := range x {
			x[i], weight[i] = 2*r.NormFloat64(), r.ExpFloat64()
			sum += weight[i]
		}
		var mean, ofExp, ofSquare, variance, px, elog float64
		for i := range x {
			weight[i] /= sum
			mean += weight[i] * x[i]
			ofExp += weight[i] * math.Exp(x[i]/2)
			ofSquare += weight[i] * x[i] * x[i] / 2
			given := r.Float64() // P(x | y = i)
			px += weight[i] * given
			elog -= weight[i] * math.Log(given)
		}
		for i := range x {
			variance += weight[i] * (x[i] - mean) * (x[i] - mean)
		}
		least, likelihood = min(least, ofExp-math.Exp(mean/2)), min(likelihood, elog+math.Log(px))
		if trial < 3 {
			gap, half = append(gap, ofSquare-mean*mean/2), append(half, variance/2)
		}
	}
	p.Check("E[f(x)] − f(E[x]) of ½x² for three draws (computed), and half the variance (expected)", half, gap)
	p.YesNo("(11.2.3) holds for exp(x/2) in 1,000 draws", page.Num(1), page.Num(yes(least >= 0)))
	p.YesNo("(11.2.4) E[−log P(x|y)] ≥ −log P(x) in 1,000 draws", page.Num(1), page.Num(yes(likelihood >= 0)))
	p.Erratum("(11.2.3) holds for ½x² with the one weight 2, at x = 1", page.Num(1), page.Num(yes(2*0.5 >= 0.5*2*2)), 2*0.5 < 0.5*2*2,
		page.Slip{
			Place: "(11.2.3)", Quote: "Σαᵢf(xᵢ) ≥ f(Σαᵢxᵢ)",
			Right: "… for αᵢ ≥ 0 with Σαᵢ = 1",
			Why:   "The text states no condition, and without one the inequality need not hold.",
		})
	return nil
}
