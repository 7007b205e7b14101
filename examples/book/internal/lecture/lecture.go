package lecture

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

var lectureExperiments = []page.Experiment{
	{ID: "002.stationary", Title: "Stationary points", Run: stationaryPoints},
	{
		ID: "002.descent", Title: "Batch, stochastic and mini-batch gradient descent", Run: lectureDescent,
		Formula: []string{`w ← w − η ∇L(w)`},
	},
	{
		ID: "002.momentum", Title: "Adding momentum", Run: lectureMomentum,
		Formula: []string{`v ← μ v − η ∇L(w)`, `w ← w + v`},
	},
	{ID: "002.rate", Title: "Effective learning rate", Run: effectiveRate},
	{
		ID: "002.adagrad", Title: "Adagrad", Run: lectureAdagrad,
		Formula: []string{`r ← r + {(∇L)}^2`, `w ← w − \frac{η}{\sqrt{r} + δ} ∇L`},
	},
	{
		ID: "002.rmsprop", Title: "RMSProp", Run: lectureRMSProp,
		Formula: []string{`r ← α r + (1 − α) {(∇L)}^2`, `w ← w − \frac{η}{\sqrt{r} + δ} ∇L`},
	},
	{
		ID: "002.adam", Title: "Adam", Run: lectureAdam,
		Formula: []string{`s ← β_1 s + (1 − β_1) ∇L`, `r ← β_2 r + (1 − β_2) {(∇L)}^2`, `w ← w − η \frac{\hat{s}}{\sqrt{\hat{r}} + δ}`},
	},
}

// lectureEpochs and lectureBatch are those of the runs with mini-batches: the
// page gives only typical batch sizes.
const (
	lectureEpochs = 20
	lectureBatch  = 32
)

func stationaryPoints(p *page.Page) error {
	p.Say("A point with zero gradient and positive definite Hessian is a local minimum. The page calls this condition necessary and sufficient, but it is only sufficient: x⁴ has its minimum at 0, where the second derivative is 0.")
	o, err := autograd.NewObjective(func(x autograd.Var) autograd.Var { return x.Index(0).Square().Square() }, 1)
	if err != nil {
		return err
	}
	grad := make([]float64, 1)
	least, err := o.Evaluate([]float64{0}, grad)
	if err != nil {
		return err
	}
	h, err := o.Hessian([]float64{0})
	if err != nil {
		return err
	}
	minimum := true
	for _, x := range paths.Linspace(-1, 1, 20) { // without 0
		v, err := o.Evaluate([]float64{x}, nil)
		if err != nil {
			return err
		}
		minimum = minimum && v > least
	}
	p.Check("x⁴ at 0: gradient", page.Num(0), grad)
	p.Erratum("x⁴ at 0: second derivative, which the page says must be positive", nil, h[0], minimum && grad[0] == 0 && !(h[0][0] > 0),
		page.Slip{
			Place: "Stationary points", Quote: "The necessary and sufficient condition for a local minima",
			Right: "the sufficient condition. The necessary one is that no eigenvalue of the Hessian is negative",
			Why:   "x⁴ has its minimum at 0, where its second derivative is 0.",
		})
	return nil
}

// lectureRun is a loop of the page and the corresponding rule.
type lectureRun struct {
	name   string
	rule   optimizers.Rule
	rate   float64
	batch  int
	inside func(w, dw []float64, t int)
}

// lectureRuns trains each both ways, compares the weights and draws the losses
// of the rules. It returns the results of the rules.
func lectureRuns(p *page.Page, l *lecture, runs ...lectureRun) (courses []course, err error) {
	panel := lossPanel()
	for _, r := range runs {
		rule, err := l.byRule(r.rule, r.rate, r.batch, lectureEpochs)
		if err != nil {
			return nil, err
		}
		loop, err := l.byLoop(r.batch, lectureEpochs, r.inside)
		if err != nil {
			return nil, err
		}
		p.Check(fmt.Sprintf("%s, %d epochs: weights by the page's loop (expected), and by %T (computed)", r.name, lectureEpochs, r.rule), loop.w, rule.w)
		panel.Series = append(panel.Series, paths.Against(r.name, rule.losses))
		courses = append(courses, rule)
	}
	p.Figure("loss", "Linear regression on the airfoil data, from w = 0", figure.Figure{Panels: []figure.Panel{panel}})
	return courses, nil
}

func lossPanel() figure.Panel {
	return figure.Panel{XLabel: "epoch", YLabel: "half the mean squared error", YRange: figure.Range{Min: 0.23, Max: 0.5}}
}

// plainLoop is the body of the page's first three loops.
func plainLoop(lr float64) func(w, dw []float64, t int) {
	return func(w, dw []float64, _ int) {
		for i := range w {
			w[i] = w[i] - lr*dw[i]
		}
	}
}

func lectureDescent(p *page.Page) error {
	p.Say("The page has loops without data. Here they train a linear regression on the airfoil data: 1,500 rows, half the mean squared error of a batch. We write the page's loops in plain Go with a hand-written gradient, and compare them with the library's rules and the gradients of `autograd` on the same batches.")
	p.Say("An epoch is one update with all data, 1,500 updates with single rows, or 47 with batches of 32. Batch descent makes less progress with its one update per epoch, and with single rows the loss fluctuates.")
	l, err := newLecture()
	if err != nil {
		return err
	}
	_, err = lectureRuns(p, l,
		lectureRun{"batch, η 0.2", optimizers.SGD{}, 0.2, len(l.y), plainLoop(0.2)},
		lectureRun{"single rows, η 0.02", optimizers.SGD{}, 0.02, 1, plainLoop(0.02)},
		lectureRun{"mini-batches of 32, η 0.02", optimizers.SGD{}, 0.02, lectureBatch, plainLoop(0.02)},
	)
	return err
}

func lectureMomentum(p *page.Page) error {
	const lr, momentum = 0.01, 0.9
	p.Say("On the page, the velocity includes the rate: v ← μv − η∇L and w ← w + v. The page refers to PyTorch, which multiplies by the rate afterwards: v ← μv + ∇L and w ← w − ηv. Both are the same while the rate is constant.")
	l, err := newLecture()
	if err != nil {
		return err
	}
	v := make([]float64, inputs+1)
	if _, err = lectureRuns(p, l,
		lectureRun{"momentum 0.9, η 0.01", optimizers.SGD{Momentum: momentum}, lr, lectureBatch, func(w, dw []float64, _ int) {
			for i := range w {
				v[i] = momentum*v[i] - lr*dw[i]
				w[i] = w[i] + v[i]
			}
		}},
		lectureRun{"no momentum, η 0.01", optimizers.SGD{}, lr, lectureBatch, plainLoop(lr)},
	); err != nil {
		return err
	}

	path, err := paths.Follow(p.Ctx, paths.Square, []float64{1}, 20, minimize.Descent{
		Rule: optimizers.SGD{Momentum: momentum}, Schedule: lrsched.MultiFactor{Base: 0.1, Factor: 0.1, Milestones: []int{10}},
	})
	if err != nil {
		return err
	}
	w, velocity := 1.0, 0.0
	for t := range 20 {
		rate := 0.1
		if t >= 10 {
			rate = 0.01
		}
		velocity = momentum*velocity - rate*2*w
		w += velocity
	}
	p.Info("x² from 1, η 0.1 and after ten steps 0.01: w after 20 steps by the page's formula (printed), and by PyTorch's and the library's (ours)", page.Num(w), paths.End(path),
		"the page's velocity still includes the old rate; PyTorch's does not.")

	p.Say("The page allows 0 ≤ μ ≤ 1. With μ = 1 nothing decays: on w² the weight oscillates forever.")
	size := func(mu float64) float64 { // the largest |w| of the last hundred of 2,000 steps
		w, v, largest := 1.0, 0.0, 0.0
		for t := range 2000 {
			v = mu*v - 0.1*2*w
			w += v
			if t >= 1900 {
				largest = math.Max(largest, math.Abs(w))
			}
		}
		return largest
	}
	refused := optimizers.SGD{Momentum: 1}.Validate()
	p.Erratum("w² from 1, η 0.1: largest |w| after 1,900 steps with μ = 1 (document) and with μ = 0.9 (right)", page.Num(size(1)), page.Num(size(0.9)),
		size(1) > 0.9 && size(0.9) < 1e-9 && refused != nil,
		page.Slip{
			Place: "Adding momentum", Quote: "a factor of 0 ≤ μ ≤ 1",
			Right: "0 ≤ μ < 1",
			Why:   fmt.Sprintf("The page's own η/(1−μ) needs μ < 1: with μ = 1 nothing is forgotten, and the weight oscillates forever. The library returns the error %q.", fmt.Sprint(refused)),
		})
	return nil
}

func effectiveRate(p *page.Page) error {
	p.Say("If the gradient is constant, the steps of momentum grow to η/(1−μ) times the gradient. If its sign alternates, they shrink to η/(1+μ) times the gradient: about η/2 for μ = 0.9.")
	growing := figure.Panel{Title: "Constant gradient", XLabel: "step", YLabel: "length of the step / η|g|"}
	shrinking := figure.Panel{Title: "Gradient of alternating sign", XLabel: "step", YLabel: "length of the step / η|g|"}
	const steps = 1000 // until 0.95ᵗ is negligible
	var alternating, right page.Numbers
	for _, mu := range []float64{0.5, 0.9, 0.95} {
		rule := optimizers.SGD{Momentum: mu}
		same, err := paths.Feed(rule, paths.Constant(1, steps))
		if err != nil {
			return err
		}
		other, err := paths.Feed(rule, paths.Alternating(1, steps))
		if err != nil {
			return err
		}
		for i := range other {
			other[i] = math.Abs(other[i])
		}
		name := fmt.Sprintf("μ = %g", mu)
		growing.Series = append(growing.Series, paths.Against(name, same[:60]))
		shrinking.Series = append(shrinking.Series, paths.Against(name, other[:60]))
		p.Check(fmt.Sprintf("μ = %g: effective rate / η; expected: 1/(1−μ)", mu), page.Num(1/(1-mu)), page.Num(same[steps-1]))
		alternating = append(alternating, other[steps-1])
		right = append(right, 1/(1+mu))
	}
	p.Erratum("effective rate / η for μ = 0.5, 0.9 and 0.95, where the sign of the gradient alternates", page.Num(1, 1, 1), alternating,
		paths.Farthest(alternating, right) < 1e-12, page.Slip{
			Place: "Adding momentum, Effective learning rate", Quote: "effective learning rate will be close to η",
			Right: "η/(1+μ), about half of η for μ = 0.9",
			Why:   "The contributions are η(1 − μ + μ² − …).",
		})
	p.Figure("rate", "The effective rate of momentum", figure.Figure{Panels: []figure.Panel{growing, shrinking}})
	return nil
}
