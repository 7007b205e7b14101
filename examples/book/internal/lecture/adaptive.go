package lecture

import (
	"math"

	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/optimizers"
)

// lectureDelta is δ, "a small constant": the eps of the page's PyTorch lines.
const lectureDelta = 1e-8

func lectureAdagrad(p *page.Page) error {
	const lr, delta = 0.01, 1e-10
	p.Say("Adagrad divides by the root of the sum r of all squared gradients. The sum only grows, so the steps only shrink: with the page's rate of 0.01, 20 epochs are not enough.")
	l, err := newLecture()
	if err != nil {
		return err
	}
	r := make([]float64, inputs+1)
	if _, err := lectureRuns(p, l,
		lectureRun{"Adagrad, η 0.01", optimizers.Adagrad{Eps: delta}, lr, lectureBatch, func(w, dw []float64, _ int) {
			for i := range w {
				r[i] += dw[i] * dw[i]
				w[i] = w[i] - lr*dw[i]/(math.Sqrt(r[i])+delta)
			}
		}},
	); err != nil {
		return err
	}

	p.Say("The formulas of Adagrad, RMSProp and Adam accumulate ∇L(wᵗ), the gradient at the point after the step. The loops below them use the gradient at wᵗ⁻¹.")
	// On w² from 1 the printed formula asks for w¹ = 1 − η·2/|2w¹|, by bisection between ½ and 1.
	low, high := 0.5, 1.0
	for range 60 {
		if mid := (low + high) / 2; mid < 1-0.1*2/(2*mid) {
			low = mid
		} else {
			high = mid
		}
	}
	path, err := paths.Descend(p.Ctx, paths.Square, []float64{1}, 1, optimizers.Adagrad{Eps: delta}, 0.1)
	if err != nil {
		return err
	}
	ours := paths.End(path)[0]
	p.Erratum("w² from 1, η 0.1: w after one step", page.Num(low), page.Num(ours), math.Abs(ours-0.9) < 1e-9 && math.Abs(low-ours) > 0.01,
		page.Slip{
			Place: "Formula of rᵗ under Adagrad, and those under RMSProp and Adam", Quote: "rᵗ = rᵗ⁻¹ + (∇L(wᵗ))²",
			Right: "∇L(wᵗ⁻¹), the gradient before the step, as in the loops",
			Why:   "The weights wᵗ depend on rᵗ, so the printed formula is an implicit equation for wᵗ. The printed number is its solution.",
		})

	p.Say("The page says that the rate shrinks if the gradient changes fast. But it depends on the size of the gradient: a constant gradient of 10 shrinks the rate more than a gradient of ±0.1 that changes sign in every step.")
	large, err := paths.Feed(optimizers.Adagrad{Eps: delta}, paths.Constant(10, 100))
	if err != nil {
		return err
	}
	small, err := paths.Feed(optimizers.Adagrad{Eps: delta}, paths.Alternating(0.1, 100))
	if err != nil {
		return err
	}
	steady, changing := math.Abs(large[99])/10, math.Abs(small[99])/0.1
	p.Erratum("rate / η after 100 steps, with a constant gradient of 10 and with an alternating gradient of ±0.1", nil, page.Num(steady, changing),
		steady < changing/50,
		page.Slip{
			Place: "Adagrad, the sentence after the PyTorch line", Quote: "when the gradient is changing very fast, the learning rate will be smaller",
			Right: "when the gradients are large",
			Why:   "The rate depends on the size of the gradients, not on their change.",
		})
	return nil
}

func lectureRMSProp(p *page.Page) error {
	const lr, alpha = 0.01, 0.9
	p.Say("RMSProp replaces the sum by an exponentially weighted average. The printed loop adds the average to the old r, r += alpha*r + …, so r nearly doubles in every step, and the weights stop moving after a few steps. (The PyTorch class that the page names `RMSProp` is `torch.optim.RMSprop`.)")
	l, err := newLecture()
	if err != nil {
		return err
	}
	r := make([]float64, inputs+1)
	rules, err := lectureRuns(p, l,
		lectureRun{"RMSProp, η 0.01, α 0.9", optimizers.RMSProp{Rho: alpha, Eps: lectureDelta}, lr, lectureBatch, func(w, dw []float64, _ int) {
			for i := range w {
				r[i] = alpha*r[i] + (1-alpha)*dw[i]*dw[i]
				w[i] = w[i] - lr*dw[i]/(math.Sqrt(r[i])+lectureDelta)
			}
		}},
	)
	if err != nil {
		return err
	}
	clear(r)
	printed, err := l.byLoop(lectureBatch, lectureEpochs, func(w, dw []float64, _ int) {
		for i := range w {
			r[i] += alpha*r[i] + (1-alpha)*dw[i]*dw[i]
			w[i] = w[i] - lr*dw[i]/(math.Sqrt(r[i])+lectureDelta)
		}
	})
	if err != nil {
		return err
	}
	right := rules[0]
	panel := lossPanel()
	panel.Series = []figure.Series{paths.Against("r = alpha*r + …", right.losses), paths.Against("r += alpha*r + …, as printed", printed.losses)}
	p.Figure("printed", "RMSProp: the corrected and the printed loop", figure.Figure{Panels: []figure.Panel{panel}})
	p.Erratum("loss after 20 epochs", page.Num(printed.losses[lectureEpochs]), page.Num(right.losses[lectureEpochs]),
		math.Abs(printed.losses[lectureEpochs]-printed.losses[1]) < 1e-4*printed.losses[1] && right.losses[lectureEpochs] < 0.6*printed.losses[lectureEpochs],
		page.Slip{
			Place: "RMSProp, the loop", Quote: "r += alpha * r + (1-alpha) * dw*dw",
			Right: "r = alpha * r + (1-alpha) * dw*dw",
			Why:   "With += the sum grows by a factor of 1.9 at every step, and the loss stops falling after the first epoch.",
		})

	p.Info("α: the page's usual value, and that of its PyTorch line", page.Num(0.9, 0.99), page.Num(alpha, optimizers.DefaultRMSProp().Rho),
		"0.9 is Hinton's value; 0.99 is PyTorch's default, which the page uses without comment.")
	return nil
}

func lectureAdam(p *page.Page) error {
	const lr, beta1, beta2 = 0.001, 0.9, 0.99
	p.Say("Adam keeps averages s of the gradients and r of their squares, both corrected for starting at zero. Like that of RMSProp, the printed loop adds each average to the old one. So s grows faster than √r, and the weights diverge. In addition, t is never incremented.")
	l, err := newLecture()
	if err != nil {
		return err
	}
	s, r := make([]float64, inputs+1), make([]float64, inputs+1)
	if _, err := lectureRuns(p, l,
		lectureRun{"Adam, η 0.001, β 0.9 and 0.99", optimizers.Adam{Beta1: beta1, Beta2: beta2, Eps: lectureDelta}, lr, lectureBatch, func(w, dw []float64, t int) {
			for i := range w {
				s[i] = beta1*s[i] + (1-beta1)*dw[i]
				r[i] = beta2*r[i] + (1-beta2)*dw[i]*dw[i]
				sHat := s[i] / (1 - math.Pow(beta1, float64(t)))
				rHat := r[i] / (1 - math.Pow(beta2, float64(t)))
				w[i] = w[i] - lr*sHat/(math.Sqrt(rHat)+lectureDelta)
			}
		}},
	); err != nil {
		return err
	}

	// The printed loop for the first epoch only: after it, the weights are useless.
	clear(s)
	clear(r)
	var norms []float64
	if _, err := l.byLoop(lectureBatch, 1, func(w, dw []float64, t int) {
		for i := range w {
			s[i] += beta1*s[i] + (1-beta1)*dw[i]
			r[i] += beta2*r[i] + (1-beta2)*dw[i]*dw[i]
			sHat := s[i] / (1 - math.Pow(beta1, float64(t)))
			rHat := r[i] / (1 - math.Pow(beta2, float64(t)))
			w[i] = w[i] - lr*sHat/(math.Sqrt(rHat)+lectureDelta)
		}
		norms = append(norms, paths.Norm(w))
	}); err != nil {
		return err
	}
	right, err := l.byRule(optimizers.Adam{Beta1: beta1, Beta2: beta2, Eps: lectureDelta}, lr, lectureBatch, 1)
	if err != nil {
		return err
	}
	final := norms[len(norms)-1]
	p.Erratum("norm of the weights after one epoch, with the printed loop and with Adam", page.Num(final), page.Num(paths.Norm(right.w)), final > 50*paths.Norm(right.w),
		page.Slip{
			Place: "Adam, the loop", Quote: "s += beta1 * s + (1-beta1) * dw",
			Right: "s = beta1 * s + …, and r = beta2 * r + …",
			Why:   "With += both averages grow exponentially, s faster than √r, and the weights diverge. The printed number was computed with t incremented.",
		})

	// A loop where t is always 1, on a constant gradient, with the corrections of t = 1.
	stuck := func(n int) float64 {
		s, r := 0.0, 0.0
		for range n {
			s = beta1*s + (1-beta1)*1
			r = beta2*r + (1-beta2)*1
		}
		return s / (1 - beta1) / (math.Sqrt(r/(1-beta2)) + lectureDelta)
	}
	moves, err := paths.Feed(optimizers.Adam{Beta1: beta1, Beta2: beta2, Eps: lectureDelta}, paths.Constant(1, 50))
	if err != nil {
		return err
	}
	var constants []float64
	for t := range moves {
		constants = append(constants, stuck(t+1))
	}
	grows := figure.Panel{Title: "As printed, except for t", XLabel: "update", YLabel: "norm of the weights", LogY: true, Series: []figure.Series{paths.Against("s += …, r += …", norms)}}
	t1 := figure.Panel{Title: "Constant gradient", XLabel: "t", YLabel: "length of the step / η", Series: []figure.Series{paths.Against("t = 1, 2, …", moves), paths.Against("t stays 1", constants)}}
	p.Figure("printed", "Behavior of the printed loop", figure.Figure{Panels: []figure.Panel{grows, t1}})
	p.Erratum("length of the tenth step / η under a constant gradient", page.Num(constants[9]), page.Num(moves[9]),
		constants[9] > 2 && math.Abs(moves[9]-1) < 1e-7,
		page.Slip{
			Place: "Adam, the loop", Quote: "s_hat = s /(1-beta1**t)",
			Right: "t += 1 before these lines, from t = 0",
			Why:   "The loop neither sets nor increments t. With t = 1 throughout, the correction is always that of the first step.",
		})
	p.Erratum("usual value of β₂", page.Num(0.99), page.Num(optimizers.DefaultAdam().Beta2), optimizers.DefaultAdam().Beta2 != 0.99,
		page.Slip{
			Place: "Adam, the note under the formulas, and the PyTorch line", Quote: "Typically we set the β₁ = 0.9 and β₂ = 0.99",
			Right: "β₂ = 0.999",
			Why:   "This is the value of the paper and of PyTorch.",
		})
	return nil
}
