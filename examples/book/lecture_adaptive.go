package main

import (
	"math"

	"descent/internal/figure"
	"descent/optimizers"
)

// lectureDelta is δ, "a small constant": the eps of the page's PyTorch lines.
const lectureDelta = 1e-8

func lectureAdagrad(p *page) error {
	const lr, delta = 0.01, 1e-10
	p.say("Adagrad divides by the root of the sum r of all squared gradients. The sum only grows, so the steps only shrink: with the page's rate of 0.01, 20 epochs are not enough.")
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

	p.say("The formulas of Adagrad, RMSProp and Adam accumulate ∇L(wᵗ), the gradient at the point after the step. The loops below them use the gradient at wᵗ⁻¹.")
	// On w² from 1 the printed formula asks for w¹ = 1 − η·2/|2w¹|, by bisection between ½ and 1.
	low, high := 0.5, 1.0
	for range 60 {
		if mid := (low + high) / 2; mid < 1-0.1*2/(2*mid) {
			low = mid
		} else {
			high = mid
		}
	}
	path, err := p.descend(square, []float64{1}, 1, optimizers.Adagrad{Eps: delta}, 0.1)
	if err != nil {
		return err
	}
	ours := endOf(path)[0]
	p.erratum("w² from 1, η 0.1: w after one step", num(low), num(ours), math.Abs(ours-0.9) < 1e-9 && math.Abs(low-ours) > 0.01,
		"printed rᵗ with ∇L(wᵗ), an implicit equation for wᵗ, which we solve here. It must be ∇L(wᵗ⁻¹), as in the loop. The formulas of RMSProp and Adam have the same error.")

	p.say("The page says that the rate shrinks if the gradient changes fast. But it depends on the size of the gradient: a constant gradient of 10 shrinks the rate more than one of ±0.1 that changes its sign in every step.")
	large, err := feedRule(optimizers.Adagrad{Eps: delta}, constantGradient(10, 100))
	if err != nil {
		return err
	}
	small, err := feedRule(optimizers.Adagrad{Eps: delta}, alternatingGradient(0.1, 100))
	if err != nil {
		return err
	}
	steady, changing := math.Abs(large[99])/10, math.Abs(small[99])/0.1
	p.erratum("rate / η after 100 steps, with a constant gradient of 10 and with an alternating gradient of ±0.1", nil, num(steady, changing),
		steady < changing/50,
		"printed \u201cwhen the gradient is changing very fast, the learning rate will be smaller\u201d: when the gradient is large.")
	return nil
}

func lectureRMSProp(p *page) error {
	const lr, alpha = 0.01, 0.9
	p.say("RMSProp replaces the sum by an exponentially weighted average. The printed loop adds the average to the old r, r += alpha*r + …, so r nearly doubles in every step, and the weights stop moving after a few steps.")
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
	panel.Series = []figure.Series{against("r = alpha*r + …", right.losses), against("r += alpha*r + …, as printed", printed.losses)}
	p.figure("printed", "RMSProp: the corrected and the printed loop", figure.Figure{Panels: []figure.Panel{panel}})
	p.erratum("loss after 20 epochs", num(printed.losses[lectureEpochs]), num(right.losses[lectureEpochs]),
		math.Abs(printed.losses[lectureEpochs]-printed.losses[1]) < 1e-4*printed.losses[1] && right.losses[lectureEpochs] < 0.6*printed.losses[lectureEpochs],
		"printed r += alpha * r + (1-alpha) * dw*dw: it must be =. With the printed loop, the loss stops falling after the first epoch.")
	p.erratum("PyTorch's class", nil, nil, true, "printed torch.optim.RMSProp: it is torch.optim.RMSprop.")
	p.info("α: the page's usual value, and that of its PyTorch line", num(0.9, 0.99), num(alpha, optimizers.DefaultRMSProp().Rho),
		"0.9 is Hinton's value; 0.99 is PyTorch's default, which the page uses without comment.")
	return nil
}

func lectureAdam(p *page) error {
	const lr, beta1, beta2 = 0.001, 0.9, 0.99
	p.say("Adam keeps averages s of the gradients and r of their squares, both corrected for starting at zero. Like that of RMSProp, the printed loop adds each average to the old one. So s grows faster than √r, and the weights diverge. In addition, t is never incremented.")
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

	// The printed loop for the first epoch, after which its weights have no use.
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
		norms = append(norms, norm(w))
	}); err != nil {
		return err
	}
	right, err := l.byRule(optimizers.Adam{Beta1: beta1, Beta2: beta2, Eps: lectureDelta}, lr, lectureBatch, 1)
	if err != nil {
		return err
	}
	final := norms[len(norms)-1]
	p.erratum("norm of the weights after one epoch, with the printed loop and with Adam", num(final), num(norm(right.w)), final > 50*norm(right.w),
		"printed s += beta1 * s + … and r += beta2 * r + …: both must be =. For the printed column, t is incremented.")

	// A loop where t is always 1, on a constant gradient, with the corrections of t = 1.
	stuck := func(n int) float64 {
		s, r := 0.0, 0.0
		for range n {
			s = beta1*s + (1-beta1)*1
			r = beta2*r + (1-beta2)*1
		}
		return s / (1 - beta1) / (math.Sqrt(r/(1-beta2)) + lectureDelta)
	}
	moves, err := feedRule(optimizers.Adam{Beta1: beta1, Beta2: beta2, Eps: lectureDelta}, constantGradient(1, 50))
	if err != nil {
		return err
	}
	var constants []float64
	for t := range moves {
		constants = append(constants, stuck(t+1))
	}
	grows := figure.Panel{Title: "As printed, except for t", XLabel: "update", YLabel: "norm of the weights", LogY: true, Series: []figure.Series{against("s += …, r += …", norms)}}
	t1 := figure.Panel{Title: "Constant gradient", XLabel: "t", YLabel: "length of the step / η", Series: []figure.Series{against("t = 1, 2, …", moves), against("t stays 1", constants)}}
	p.figure("printed", "Behavior of the printed loop", figure.Figure{Panels: []figure.Panel{grows, t1}})
	p.erratum("length of the tenth step / η under a constant gradient", num(constants[9]), num(moves[9]),
		constants[9] > 2 && math.Abs(moves[9]-1) < 1e-7,
		"the printed loop never sets or increments t, which must count the updates from 1. With t = 1 the correction is always that of the first step.")
	p.erratum("usual value of β₂", num(0.99), num(optimizers.DefaultAdam().Beta2), optimizers.DefaultAdam().Beta2 != 0.99,
		"printed \u201ctypically β₂ = 0.99\u201d, also in the PyTorch line; the paper and PyTorch use 0.999.")
	return nil
}
