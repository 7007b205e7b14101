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
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
)

// network is a network with a hidden layer of tanh, x = (w, b, v) for the sum
// of vⱼ·tanh(wⱼ·input + bⱼ), and its mean squared error on some data.
type network struct {
	hidden         int
	inputs, target []float64
}

func (n network) loss(x autograd.Var) autograd.Var {
	d, k := n.hidden, autograd.Const
	w, b, v := x.Slice(0, d), x.Slice(d, 2*d), x.Slice(2*d, 3*d)
	sum := k(0)
	for i, in := range n.inputs {
		out := w.Mul(k(in)).Add(b).Tanh().Dot(v)
		sum = sum.Add(out.Sub(k(n.target[i])).Square())
	}
	return sum.Div(k(float64(len(n.inputs))))
}

// permuted is x with the hidden units in another order.
func (n network) permuted(x []float64, order []int) []float64 {
	y := make([]float64, 0, len(x))
	for from := 0; from < len(x); from += n.hidden {
		for _, j := range order {
			y = append(y, x[from+j])
		}
	}
	return y
}

func permutedMinima(p *page.Page) error {
	p.Say("Exchanging hidden units does not change what a network computes. So a network with three different hidden units has each minimum 3! = 6 times. We fit one to 20 points with Newton-CG. On the straight line from one of the six minima to another, the loss rises and falls again.")
	n := network{hidden: 3, inputs: paths.Linspace(-2, 2, 20)}
	for _, x := range n.inputs {
		n.target = append(n.target, math.Tanh(3*x+3)-math.Tanh(2*x)+math.Tanh(3*x-3)+0.05*math.Cos(9*x))
	}
	o, err := autograd.NewObjective(n.loss, 9)
	if err != nil {
		return err
	}
	start := []float64{1, 1, 1, 1, 0, -1, 1, -1, 1}
	path, err := minimize.Run(p.Ctx, o.Evaluate, start, 200,
		minimize.Search{Direction: minimize.NewtonCG{}, Hessian: o.Hessian, Length: minimize.Backtracking{}})
	if err != nil {
		return err
	}
	best := paths.End(path)
	verdict, values, err := classify(n.loss, best)
	if err != nil {
		return err
	}
	apart, steep, bend := 0.0, 0.0, 0.0
	var copies [][]float64
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		x := n.permuted(best, order)
		gradient := make([]float64, len(x))
		loss, err := o.Evaluate(x, gradient)
		if err != nil {
			return err
		}
		eigen, err := curvatures(n.loss, x)
		if err != nil {
			return err
		}
		apart = max(apart, math.Abs(loss-path.Values[len(path.Values)-1]))
		steep, bend = max(steep, paths.Norm(gradient)), max(bend, math.Abs(eigen[0]-values[0]))
		if !closeToOne(x, copies) {
			copies = append(copies, x)
		}
	}
	p.Check("number of distinct permuted minima, d! by theory", page.Num(6), page.Num(float64(len(copies))))
	p.Check("largest difference of the losses at the permuted minima", page.Num(0), page.Num(apart))
	p.Check("largest norm of the gradients at the permuted minima", page.Num(0), page.Num(steep))
	p.Check(fmt.Sprintf("largest difference of the smallest Hessian eigenvalue from that of the first minimum, %.3g (%s)", values[0], verdict), page.Num(0), page.Num(bend))

	line := figure.Series{Name: "", Style: figure.Solid, X: paths.Linspace(0, 1, 101)}
	for _, t := range line.X {
		x := make([]float64, len(best))
		for i := range x {
			x[i] = (1-t)*copies[0][i] + t*copies[1][i]
		}
		loss, err := o.Evaluate(x, nil)
		if err != nil {
			return err
		}
		line.Y = append(line.Y, loss)
	}
	p.Figure("barrier", "The loss between two equivalent minima", figure.Figure{Panels: []figure.Panel{{
		XLabel: "position between the two minima", YLabel: "loss", Series: []figure.Series{line},
	}}})
	return nil
}

// closeToOne reports whether x is within 1e-3 of one of the points.
func closeToOne(x []float64, points [][]float64) bool {
	for _, q := range points {
		d := make([]float64, len(x))
		for i := range d {
			d[i] = x[i] - q[i]
		}
		if paths.Norm(d) < 1e-3 {
			return true
		}
	}
	return false
}

func randomMatrices(p *page.Page) error {
	p.Say("If positive and negative entries are equally likely, so are M and −M, and λ and −λ. This does not mean a probability of one half, as an eigenvalue may be zero: of the 27 symmetric 2×2 matrices with entries −1, 0 and 1, nine are singular. A matrix with only positive eigenvalues, a minimum rather than a saddle, becomes rare as the size grows.")
	count := page.Num(0, 0, 0) // negative, zero, positive
	for code := range 27 {
		a, b, c := float64(code%3-1), float64(code/3%3-1), float64(code/9-1)
		values, err := eigenvalues(mat.NewSymDense(2, []float64{a, b, b, c}))
		if err != nil {
			return err
		}
		for _, v := range values {
			switch {
			case v < -1e-9:
				count[0]++
			case v > 1e-9:
				count[2]++
			default:
				count[1]++
			}
		}
	}
	p.Check("negative, zero and positive among the 54 eigenvalues, counted by hand", page.Num(22, 10, 22), count)

	share := figure.Panel{XLabel: "size of the matrix", YLabel: "fraction with all eigenvalues positive", LogY: true}
	s := figure.Series{Name: "random symmetric matrices"}
	theory := page.Numbers{1. / 2, (2 - math.Sqrt2) / 4, (math.Pi - 2*math.Sqrt2) / (4 * math.Pi)}
	for n := 1; n <= 5; n++ {
		var shares []float64
		for seed := range 20 {
			r := rng.New(uint64(seed), "book", "11.1.symmetric", fmt.Sprint(n))
			const draws = 5000
			positive := 0
			for range draws {
				var c mat.Cholesky // succeeds if and only if all are positive
				if c.Factorize(randomSymmetric(r, n)) {
					positive++
				}
			}
			shares = append(shares, float64(positive)/draws)
		}
		if n <= len(theory) {
			p.Expect(fmt.Sprintf("fraction of %d×%d matrices with all eigenvalues positive (computed), and by theory (expected)", n, n), theory[n-1], shares)
		}
		m, _ := page.Moments(shares)
		s.X, s.Y = append(s.X, float64(n)), append(s.Y, m)
	}
	share.Series = []figure.Series{s, {Name: "theory", Style: figure.Points, X: page.Num(1, 2, 3), Y: theory}}
	p.Figure("positive", "How rare minima are", figure.Figure{Panels: []figure.Panel{share}})
	return nil
}

// randomSymmetric is the symmetric part of a matrix of normal numbers: the
// Gaussian orthogonal ensemble, whose distribution does not depend on the
// basis.
func randomSymmetric(r *rand.Rand, n int) *mat.SymDense {
	m := mat.NewSymDense(n, nil)
	for i := range n {
		m.SetSym(i, i, math.Sqrt2*r.NormFloat64())
		for j := i + 1; j < n; j++ {
			m.SetSym(i, j, r.NormFloat64())
		}
	}
	return m
}

func ballOnSaddle(p *page.Page) error {
	p.Say("A ball on a saddle leaves along the falling direction, where the smallest push grows by 1 + 2η in every step. Descent on x² − y² from exactly y = 0 converges to the saddle; from y = 10⁻⁶, such as minibatch noise gives, it leaves. This is how noise helps.")
	panel := figure.Panel{XLabel: "step", YLabel: "distance from the saddle", LogY: true}
	for i, y := range []float64{0, 1e-6} {
		path, err := paths.Descend(p.Ctx, saddleOf, []float64{1, y}, 60, optimizers.SGD{}, 0.2)
		if err != nil {
			return err
		}
		var far []float64
		for _, x := range path.Points {
			far = append(far, paths.Norm(x))
		}
		s := paths.Against("from y = "+[]string{"0", "10⁻⁶"}[i], far)
		s.Style = figure.Solid
		panel.Series = append(panel.Series, s)
		p.Check(fmt.Sprintf("(x, y) after 60 steps from (1, %g), by ((1 − 2η)ᵗ, (1 + 2η)ᵗ·y)", y),
			page.Num(math.Pow(0.6, 60), math.Pow(1.4, 60)*y), paths.End(path))
	}
	p.Figure("ball", "Starting exactly on the ridge and next to it, η = 0.2", figure.Figure{Panels: []figure.Panel{panel}})
	return nil
}
