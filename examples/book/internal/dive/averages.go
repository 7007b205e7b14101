package dive

import (
	"fmt"
	"math"
	"math/rand/v2"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// absoluteLoss is l(x, w) = |w − x| for the vector (w, x). Its gradient is
// bounded by L = 1.
func absoluteLoss(v autograd.Var) autograd.Var { return v.Index(0).Sub(v.Index(1)).Abs() }

// excessRisk is R(w) − R* of the absolute loss for x from the normal
// distribution: the mean of |w − x| less that of |x|.
func excessRisk(w float64) float64 {
	mean := math.Sqrt(2 / math.Pi)
	return mean*math.Exp(-w*w/2) + w*math.Erf(w/math.Sqrt2) - mean
}

// drawing is an objective of w whose value and gradient are those of the loss
// of one x, drawn anew at each evaluation.
func drawing(o *autograd.Objective, r *rand.Rand) minimize.Objective {
	both := make([]float64, 2)
	return func(w, grad []float64) (float64, error) {
		at := []float64{w[0], r.NormFloat64()}
		if grad == nil {
			return o.Evaluate(at, nil)
		}
		value, err := o.Evaluate(at, both)
		grad[0] = both[0]
		return value, err
	}
}

// averaged is w̄ of (11.4.14) over the points w₁ to w_T of a path, the start
// being w₁.
func averaged(path minimize.Path, s lrsched.Schedule, updates int) float64 {
	sum, weights := 0.0, 0.0
	for t := range updates {
		sum, weights = sum+s.At(t)*path.Points[t][0], weights+s.At(t)
	}
	return sum / weights
}

// riskBound is the right-hand side of (11.4.16).
func riskBound(r, l float64, s lrsched.Schedule, updates int) float64 {
	sum, squares := 0.0, 0.0
	for t := range updates {
		eta := s.At(t)
		sum, squares = sum+eta, squares+eta*eta
	}
	return (r*r + l*l*squares) / (2 * sum)
}

func averagedPoint(p *page.Page) error {
	p.Say("The loss |w − x| with normal x is convex in w, its slope is bounded by L = 1, and its expected value is minimal at w* = 0. Stochastic gradient descent starts at the distance r = 3. Solid lines are the mean of R(w̄) − R* over 200 seeds; dashed lines are the bound (11.4.16). The rates are η = r/(L√T), set for each T, r/(L√t), and the constant 0.3. After many steps the last point of a run is worse than the average; with a constant rate it is no better after 1000 steps than after 30.")
	const r, l, seeds = 3., 1., 200
	horizons := []int{10, 30, 100, 300, 1000}
	o, err := autograd.NewObjective(absoluteLoss, 2)
	if err != nil {
		return err
	}
	panel := figure.Panel{Title: "Risk of the averaged point", XLabel: "T", YLabel: "R(w̄) − R*", LogX: true, LogY: true}
	ratios := figure.Panel{Title: "Averaged and last point", XLabel: "T", YLabel: "R − R*", LogX: true, LogY: true}
	var rateAtEnd [2]float64
	for i, c := range []struct {
		name     string
		schedule func(updates int) lrsched.Schedule
		anew     bool // for each horizon
	}{
		{"r/(L√T)", func(updates int) lrsched.Schedule { return lrsched.Constant(r / (l * math.Sqrt(float64(updates)))) }, true},
		{"r/(L√t)", func(int) lrsched.Schedule { return lrsched.SquareRoot{Base: r / l} }, false},
		{"0.3", func(int) lrsched.Schedule { return lrsched.Constant(0.3) }, false},
	} {
		mean := figure.Series{Name: c.name, Color: i + 1}
		bound := figure.Series{Name: c.name + ", bound", Style: figure.Dashed, Color: i + 1}
		end := figure.Series{Name: c.name + ", last", Color: i + 5}
		longest := horizons[len(horizons)-1]
		runs := map[int][]minimize.Path{}
		for _, updates := range horizons {
			if !c.anew && updates != longest {
				continue
			}
			for seed := range seeds {
				path, err := minimize.Run(p.Ctx, drawing(o, rng.New(uint64(seed+1), "book", "11.4.bound")), []float64{r}, updates,
					minimize.Descent{Rule: optimizers.SGD{}, Schedule: c.schedule(updates)})
				if err != nil {
					return err
				}
				runs[updates] = append(runs[updates], path)
			}
		}
		within, worst := true, 0.0
		for _, updates := range horizons {
			walks := runs[longest]
			if c.anew {
				walks = runs[updates]
			}
			s := c.schedule(updates)
			gap, lastGap := 0.0, 0.0
			for _, path := range walks {
				gap += excessRisk(averaged(path, s, updates)) / seeds
				lastGap += excessRisk(path.Points[updates-1][0]) / seeds
			}
			b := riskBound(r, l, s, updates)
			within, worst = within && gap <= b, max(worst, gap/b)
			x := float64(updates)
			mean.X, mean.Y = append(mean.X, x), append(mean.Y, gap)
			bound.X, bound.Y = append(bound.X, x), append(bound.Y, b)
			end.X, end.Y = append(end.X, x), append(end.Y, lastGap)
			if i == 0 {
				p.Check(fmt.Sprintf("T = %d: bound with η = r/(L√T) (computed), and rL/√T (expected)", updates), page.Num(r*l/math.Sqrt(x)), page.Num(b))
			}
		}
		p.Holds("η = "+c.name+": largest ratio of E[R(w̄)] − R* to its bound", nil, page.Num(worst), within, "1 or less: the bound holds at each T")
		panel.Series = append(panel.Series, mean, bound)
		if i > 0 {
			ratios.Series = append(ratios.Series, mean, end)
			rateAtEnd[i-1] = riskBound(r, l, c.schedule(0), 1_000_000)
		}
	}
	p.Erratum("bound at T = 10⁶ with a constant η = 0.3, and with η = r/(L√t)", page.Num(rateAtEnd[1]), page.Num(rateAtEnd[0]), rateAtEnd[0] < rateAtEnd[1]/10,
		page.Slip{
			Place: "11.4.3, Unknown Time Horizon", Quote: "we can pick η = O(1/√T)",
			Right: "ηₜ = O(1/√t)",
			Why:   "T is unknown, and with a constant rate the term L²η/2 remains. The rate r/(L√t) gives the O(log T/√T) that the text names.",
		})
	panel.YRange, ratios.YRange = figure.Range{Min: 1e-4, Max: 10}, figure.Range{Min: 1e-4, Max: 10}
	p.Figure("risk", "Expected risk against the number of steps", figure.Figure{Panels: []figure.Panel{panel, ratios}})
	return nil
}

// distanceFrom10 is |w − 10|, whose L is 1.
func distanceFrom10(w autograd.Var) autograd.Var { return w.Index(0).Sub(autograd.Const(10)).Abs() }

func analysisChecked(p *page.Page) error {
	p.Say("We check the inequalities of the analysis without randomness: the loss |w − 10| has L = 1, w* = 10 and R* = 0. Four steps from 11 with η = r/(L√T) = ½ go to 10.5, 10, 10. They show that some printed inequalities cannot hold.")
	run := func(start float64, steps int, s lrsched.Schedule) (minimize.Path, error) {
		return paths.Follow(p.Ctx, distanceFrom10, []float64{start}, steps, minimize.Descent{Rule: optimizers.SGD{}, Schedule: s})
	}
	const r, l, horizon = 1., 1., 4
	rate := lrsched.Constant(r / (l * math.Sqrt(horizon)))
	path, err := run(11, horizon, rate)
	if err != nil {
		return err
	}
	w := averaged(path, rate, horizon)
	gap, left := math.Abs(w-10), 0.0
	for t := range horizon {
		left += rate.At(t) * path.Values[t]
	}
	weights := horizon * float64(rate)
	right := weights * gap
	p.Erratum("(11.4.15): left side, with the right side as printed (document) and as corrected (right)", page.Num(left, weights*w), page.Num(left, right), left >= right && left < weights*w,
		page.Slip{
			Place: "(11.4.15)", Quote: "Σηₜ·[E[w̄]]",
			Right: "Σηₜ·E[R[w̄]]",
			Why:   "Convexity bounds the risk, not the point.",
		})
	bound := riskBound(r, l, rate, horizon)
	p.Erratum("(11.4.16): left side as printed (document) and as corrected (right), each with its bound", page.Num(w, bound), page.Num(gap, bound), gap <= bound && w > bound,
		page.Slip{
			Place: "(11.4.16)", Quote: "[E[w̄]] − R*",
			Right: "E[R[w̄]] − R*",
			Why:   "The same letter is missing: a point minus a risk is meaningless.",
		})
	small := r * l * (1 + 1./horizon) / (2 * math.Sqrt(horizon))
	p.Erratum("bound with η = r/(L√T) for T = 4, where R(w̄) − R* is 0.375", page.Num(small), page.Num(bound), gap > small && gap <= bound && math.Abs(bound-r*l/math.Sqrt(horizon)) < 1e-12,
		page.Slip{
			Place: "11.4.3, Known Time Horizon", Quote: "rL(1 + 1/T)/2√T < rL/√T",
			Right: "rL/√T",
			Why:   "With η = r/(L√T) (11.4.16) is exactly rL/√T. This run exceeds the printed bound.",
		})

	near, err := run(10.75, 1, lrsched.Constant(1))
	if err != nil {
		return err
	}
	nearer, err := run(10.49, 1, lrsched.Constant(1))
	if err != nil {
		return err
	}
	closer := func(path minimize.Path) bool { return path.Values[1] < path.Values[0] }
	p.Erratum("(11.4.11) loss above which a step with η = 1 makes progress", page.Num(1), page.Num(0.5), closer(near) && !closer(nearer),
		page.Slip{
			Place: "after (11.4.11)", Quote: "outweighs ηₜL²",
			Right: "outweighs ηₜL²/2",
			Why:   "(11.4.11) has the factor 2 on the left. A step from a loss of 0.75 gets closer, one from 0.49 does not.",
		})

	// A long step from w₀ to w₁, and T = 9 short ones: the sum begins with w₁.
	far, err := run(10.1, 10, lrsched.Join{{From: 0, Then: lrsched.Constant(10)}, {From: 1, Then: lrsched.Constant(1)}})
	if err != nil {
		return err
	}
	sum := 0.0
	for t := 1; t <= 9; t++ {
		sum += 2*far.Values[t] - 1
	}
	from0, from1 := far.Values[0]*far.Values[0], far.Values[1]*far.Values[1]
	p.Erratum("(11.4.13): the sum from t = 1 to 9, with the squared distance of w₀ (document) and of w₁ (right)", page.Num(sum, from0), page.Num(sum, from1), sum > from0 && sum <= from1,
		page.Slip{
			Place: "(11.4.13) and the line before it", Quote: "t ∈ {t, …, T}",
			Right: "t ∈ {1, …, T}, which telescopes to ‖w₁ − w*‖²",
			Why:   "The printed ‖w₀ − w*‖² belongs to a sum that begins at 0. So r is the distance of the start w₁.",
		})
	return nil
}
