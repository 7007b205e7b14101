package dive

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

	"gonum.org/v1/gonum/mat"
)

var adagradExperiments = []page.Experiment{
	{ID: "11.7.sparse", Title: "Sparse features and learning rates", Run: sparseFeatures},
	{ID: "11.7.precondition", Title: "Preconditioning", Run: precondition},
	{
		ID: "11.7.trace", Title: "The algorithm", Run: adagradTrace,
		Controls: "adagrad", Formula: []string{`s ← s + g^2`, `x ← x − \frac{η}{\sqrt{s + ε}} g`},
	},
	{
		ID: "11.7.airfoil", Title: "Implementation from scratch, and concise", Run: adagradAirfoil,
		Formula: []string{`s ← s + g^2`, `x ← x − \frac{η}{\sqrt{s + ε}} g`},
	},
	{ID: "11.7.orthogonal", Title: "Exercise 1: orthogonal changes of variables", Run: orthogonalChange, Exercises: []int{1}},
	{ID: "11.7.rotated", Title: "Exercise 2: the rotated function", Run: adagradRotated, Exercises: []int{2}},
	{ID: "11.7.gerschgorin", Title: "Exercises 3 and 4: Gerschgorin's circles", Run: gerschgorin, Exercises: []int{3, 4}},
	{ID: "11.7.lenet", Title: "Exercise 5: LeNet on Fashion-MNIST", LeNet: true, Run: adagradLeNet, Exercises: []int{5}},
	{ID: "11.7.decay", Title: "Exercise 6: a less aggressive decay", Run: gentlerAdagrad, Exercises: []int{6}},
}

// mxnetAdagrad is Gluon's 'adagrad': the book's rule with ε 1e-7.
func mxnetAdagrad() optimizers.Adagrad { return optimizers.Adagrad{Eps: 1e-7, EpsInside: true} }

var ravineAdagrads = []ravineRun{
	{"η = 0.4", optimizers.D2LAdagrad(), 0.4, page.Num(-2.382563, -0.158591)},
	{"η = 2", optimizers.D2LAdagrad(), 2, page.Num(-0.002295, 0)},
}

func adagradTrace(p *page.Page) error {
	p.Say("Adagrad divides each coordinate of the gradient by the root of the sum of its squares so far (`optimizers.D2LAdagrad`: ε = 10⁻⁶ within the root). With η = 0.4 it slows down far from the minimum; with η = 2 it arrives. (The text says that the sum grows at a linear rate. It does for noisy gradients; here the gradients vanish, and it stops.)")
	return ravineRuns(p, "paths", "Adagrad in the ravine, 20 steps from (−5, −2)", ravineAdagrads...)
}

var adagradAirfoilRuns = []airfoilRun{
	{"scratch, η 0.1", airfoil{rule: optimizers.D2LAdagrad(), rate: 0.1}, page.Num(0.244), page.Num(0.052)},
	{"concise, η 0.1", airfoil{rule: mxnetAdagrad(), rate: 0.1}, page.Num(0.244), page.Num(0.069)},
}

func adagradAirfoil(p *page.Page) error {
	p.Say("Linear regression on the airfoil data, batches of 10, two epochs; from scratch with ε = 10⁻⁶, and the concise version with MXNet's 10⁻⁷, both inside the root. The printed loss is from one seed; ours are from 999.")
	return airfoilRuns(p, adagradAirfoilRuns...)
}

// conditionOf is the ratio of the largest and the smallest eigenvalue.
func conditionOf(q mat.Symmetric) (float64, error) {
	var e mat.EigenSym
	if !e.Factorize(q, false) {
		return 0, fmt.Errorf("eigenvalues of %v", mat.Formatted(q))
	}
	v := e.Values(nil)
	return v[len(v)-1] / v[0], nil
}

// preconditioned is diag(Q)^−½·Q·diag(Q)^−½, (11.7.3).
func preconditioned(q mat.Symmetric) *mat.SymDense {
	n := q.SymmetricDim()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, q.At(i, j)/math.Sqrt(q.At(i, i)*q.At(j, j)))
		}
	}
	return s
}

func precondition(p *page.Page) error {
	p.Say("The condition number of Q is the ratio of its largest and smallest eigenvalues. Dividing rows and columns by the roots of the diagonal, (11.7.3), makes it 1 if Q is diagonal, reduces it if the axes have different units, and has no effect if the ravine lies at 45°.")
	units := mat.NewSymDense(2, []float64{0.1, 0.6, 0.6, 9}) // two variables of different units, correlation 0.63
	for _, c := range []struct {
		name string
		q    *mat.SymDense
		want page.Numbers // by hand
	}{
		{"0.1x₁² + 2x₂²", mat.NewSymDense(2, []float64{0.2, 0, 0, 4}), page.Num(20, 1)},
		{"ravine at 45°, 0.1(x₁+x₂)² + 2(x₁−x₂)²", mat.NewSymDense(2, []float64{4.2, -3.8, -3.8, 4.2}), page.Num(20, 20)},
		{"0.05x₁² + 0.6x₁x₂ + 4.5x₂²", units, page.Num((9.1+math.Sqrt(9.1*9.1-4*0.54))/(9.1-math.Sqrt(9.1*9.1-4*0.54)), (1+0.6/math.Sqrt(0.9))/(1-0.6/math.Sqrt(0.9)))},
	} {
		before, err := conditionOf(c.q)
		if err != nil {
			return err
		}
		after, err := conditionOf(preconditioned(c.q))
		if err != nil {
			return err
		}
		p.Check(c.name+": condition number before and after preconditioning; expected: computed by hand", c.want, page.Num(before, after))
	}

	f := func(x autograd.Var) autograd.Var {
		a, b, k := x.Index(0), x.Index(1), autograd.Const
		return k(0.05).Mul(a.Square()).Add(k(0.6).Mul(a).Mul(b)).Add(k(4.5).Mul(b.Square()))
	}
	window := paths.Landscape{F: f, X: figure.Range{Min: -6, Max: 6}, Y: figure.Range{Min: -2, Max: 2}}
	o, err := autograd.NewObjective(f, 2)
	if err != nil {
		return err
	}
	var walks []minimize.Path
	for _, by := range []minimize.Stepper{
		minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.2)},
		minimize.Search{Direction: minimize.Diagonal{}, Length: minimize.Fixed(0.5), Hessian: o.Hessian},
	} {
		path, err := paths.Follow(p.Ctx, f, []float64{-5, -1.5}, 20, by)
		if err != nil {
			return err
		}
		walks = append(walks, path)
	}
	panel, err := window.Panel("0.05x₁² + 0.6x₁x₂ + 4.5x₂²", paths.Labeled{Name: "descent, η 0.2", Path: walks[0]}, paths.Labeled{Name: "with the diagonal of the Hessian, η 0.5", Path: walks[1]})
	if err != nil {
		return err
	}
	p.Figure("diagonal", "Twenty steps with and without the diagonal", figure.Figure{Panels: []figure.Panel{panel}})
	p.YesNo("the diagonal reduces the distance from the minimum after 20 steps", page.Num(1), page.Num(yes(paths.Norm(paths.End(walks[1])) < paths.Norm(paths.End(walks[0]))/10)))
	return eigenbasis(p)
}

// eigenbasis checks the change of variables of (11.7.1).
func eigenbasis(p *page.Page) error {
	q := mat.NewSymDense(3, []float64{3, 1, 0.5, 1, 2, -0.7, 0.5, -0.7, 1})
	var e mat.EigenSym
	if !e.Factorize(q, true) {
		return fmt.Errorf("eigenvalues of %v", mat.Formatted(q))
	}
	var u, v mat.Dense
	e.VectorsTo(&v) // columns
	u.CloneFrom(v.T())
	lambda := e.Values(nil)
	c := mat.NewVecDense(3, []float64{1, -2, 0.5})
	x := mat.NewVecDense(3, []float64{0.7, 0.4, -1})
	value := func(q mat.Matrix, c, x mat.Vector) float64 {
		return mat.Inner(x, q, x)/2 + mat.Dot(c, x)
	}
	diagonal := mat.NewDiagDense(3, lambda)
	var ours [2]float64 // f̄ − f with the correct x̄ = Ux, and with the printed x̄ = Uᵀx
	for i, o := range []mat.Matrix{&u, u.T()} {
		var xBar, cBar mat.VecDense
		xBar.MulVec(o, x)
		cBar.MulVec(o, c)
		ours[i] = value(diagonal, &cBar, &xBar) - value(q, c, x)
	}
	p.Erratum("(11.7.1) f̄(x̄) − f(x) for Q = UᵀΛU in three dimensions: with x = Ux̄ as printed, and with x = Uᵀx̄", page.Num(ours[1]), page.Num(ours[0]),
		math.Abs(ours[0]) < 1e-12 && math.Abs(ours[1]) > 1e-3,
		page.Slip{
			Place: "(11.7.1)", Quote: "x = Ux̄ and c = Uc̄",
			Right: "x = Uᵀx̄ and c = Uᵀc̄",
			Why:   "With Q = UᵀΛU the new variables are x̄ = Ux, as in the later z = Λ^½Ux.",
		})

	// The minimizer −Λ⁻¹c̄ moves by δ/λ when c̄ moves by δ.
	var moved page.Numbers
	for _, delta := range []float64{0, 0.01} {
		for i, l := range lambda {
			path, err := paths.Descend(p.Ctx, func(x autograd.Var) autograd.Var {
				return autograd.Const(l / 2).Mul(x.Index(0).Square()).Add(autograd.Const(1 + delta).Mul(x.Index(0)))
			}, []float64{0}, 100, optimizers.SGD{}, 1/l)
			if err != nil {
				return err
			}
			if delta == 0 {
				moved = append(moved, paths.End(path)[0])
			} else {
				moved[i] -= paths.End(path)[0]
			}
		}
	}
	p.Check(fmt.Sprintf("shift of the minimum of ½λx² + cx if c changes by 0.01, for λ = %.3f, %.3f and %.3f; expected: 0.01/λ", lambda[0], lambda[1], lambda[2]),
		page.Num(0.01/lambda[0], 0.01/lambda[1], 0.01/lambda[2]), moved)
	return nil
}
