package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"gonum.org/v1/gonum/mat"
)

var adagradExperiments = []experiment{
	{id: "11.7.sparse", title: "Sparse features and learning rates", run: sparseFeatures},
	{id: "11.7.precondition", title: "Preconditioning", run: precondition},
	{id: "11.7.trace", title: "The algorithm", run: adagradTrace},
	{id: "11.7.airfoil", title: "Implementation from scratch, and concise", run: adagradAirfoil},
	{id: "11.7.orthogonal", title: "Exercise 1: orthogonal changes of variables", run: orthogonalChange},
	{id: "11.7.rotated", title: "Exercise 2: the function rotated", run: adagradRotated},
	{id: "11.7.gerschgorin", title: "Exercises 3 and 4: Gerschgorin's circles", run: gerschgorin},
	{id: "11.7.lenet", title: "Exercise 5: LeNet on Fashion-MNIST", lenet: true, run: adagradLeNet},
	{id: "11.7.decay", title: "Exercise 6: a less aggressive decay", run: gentlerAdagrad},
}

// mxnetAdagrad is Gluon's 'adagrad': the book's rule with ε 1e-7.
func mxnetAdagrad() optimizers.Adagrad { return optimizers.Adagrad{Eps: 1e-7, EpsInside: true} }

func adagradTrace(p *page) error {
	p.say("Adagrad divides each coordinate of the gradient by the root of the sum of its squares so far (`optimizers.D2LAdagrad`: ε = 10⁻⁶ within the root). With η = 0.4 it slows down far from the minimum; with η = 2 it arrives.")
	err := ravineRuns(p, "paths", "Adagrad in the ravine, 20 steps from (−5, −2)",
		ravineRun{"η = 0.4", optimizers.D2LAdagrad(), 0.4, num(-2.382563, -0.158591)},
		ravineRun{"η = 2", optimizers.D2LAdagrad(), 2, num(-0.002295, 0)})
	if err != nil {
		return err
	}
	// s along a path, from its gradients.
	s := func(steps int) (float64, error) {
		path, err := p.descend(stretched, bookStart, steps, optimizers.D2LAdagrad(), 2)
		sum := 0.0
		for _, x := range path.Points[:min(steps, len(path.Points))] {
			sum += 0.04 * x[0] * x[0]
		}
		return sum, err
	}
	short, err := s(20)
	if err != nil {
		return err
	}
	long, err := s(2000)
	if err != nil {
		return err
	}
	p.erratum("η = 2: s of x₁ after 20 and after 2,000 steps", nil, num(short, long), long < 1.01*short,
		"The book says that s grows essentially at a linear rate. This holds for noisy gradients. Here the gradients vanish, s stops growing, and the rate stops falling.")
	return nil
}

func adagradAirfoil(p *page) error {
	p.say("Linear regression on the airfoil data, batches of 10, two epochs; from scratch with ε = 10⁻⁶, and the concise version with MXNet's 10⁻⁷, both inside the root. The two curves coincide. The printed loss is from one seed; ours are from 200.")
	return airfoilRuns(p,
		airfoilRun{"scratch, η 0.1", airfoil{rule: optimizers.D2LAdagrad(), rate: 0.1}, num(0.244), num(0.052)},
		airfoilRun{"concise, η 0.1", airfoil{rule: mxnetAdagrad(), rate: 0.1}, num(0.244), num(0.069)})
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

func precondition(p *page) error {
	p.say("The condition number of Q is the ratio of its largest and smallest eigenvalues. Dividing rows and columns by the roots of the diagonal, (11.7.3), makes it 1 if Q is diagonal, reduces it if the axes have different units, and has no effect if the ravine lies at 45°.")
	units := mat.NewSymDense(2, []float64{0.1, 0.6, 0.6, 9}) // two variables of different units, correlation 0.63
	for _, c := range []struct {
		name string
		q    *mat.SymDense
		want numbers // by hand
	}{
		{"0.1x₁² + 2x₂²", mat.NewSymDense(2, []float64{0.2, 0, 0, 4}), num(20, 1)},
		{"ravine at 45°, 0.1(x₁+x₂)² + 2(x₁−x₂)²", mat.NewSymDense(2, []float64{4.2, -3.8, -3.8, 4.2}), num(20, 20)},
		{"0.05x₁² + 0.6x₁x₂ + 4.5x₂²", units, num((9.1+math.Sqrt(9.1*9.1-4*0.54))/(9.1-math.Sqrt(9.1*9.1-4*0.54)), (1+0.6/math.Sqrt(0.9))/(1-0.6/math.Sqrt(0.9)))},
	} {
		before, err := conditionOf(c.q)
		if err != nil {
			return err
		}
		after, err := conditionOf(preconditioned(c.q))
		if err != nil {
			return err
		}
		p.exact(c.name+": condition number before and after preconditioning; the printed values are computed by hand", c.want, num(before, after))
	}

	f := func(x autograd.Var) autograd.Var {
		a, b, k := x.Index(0), x.Index(1), autograd.Const
		return k(0.05).Mul(a.Square()).Add(k(0.6).Mul(a).Mul(b)).Add(k(4.5).Mul(b.Square()))
	}
	window := landscape{f: f, x: figure.Range{Min: -6, Max: 6}, y: figure.Range{Min: -2, Max: 2}}
	o, err := autograd.NewObjective(f, 2)
	if err != nil {
		return err
	}
	var paths []minimize.Path
	for _, by := range []minimize.Stepper{
		minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(0.2)},
		minimize.Search{Direction: minimize.Diagonal{}, Length: minimize.Fixed(0.5), Hessian: o.Hessian},
	} {
		path, err := p.follow(f, []float64{-5, -1.5}, 20, by)
		if err != nil {
			return err
		}
		paths = append(paths, path)
	}
	panel, err := window.panel("0.05x₁² + 0.6x₁x₂ + 4.5x₂²", labeled{"descent, η 0.2", paths[0]}, labeled{"with the diagonal of the Hessian, η 0.5", paths[1]})
	if err != nil {
		return err
	}
	p.figure("diagonal", "Twenty steps with and without the diagonal", figure.Figure{Panels: []figure.Panel{panel}})
	p.exact("the diagonal reduces the distance from the minimum after 20 steps (1: yes)", num(1), num(truth(norm(endOf(paths[1])) < norm(endOf(paths[0]))/10)))
	return eigenbasis(p)
}

// eigenbasis holds the change of variables of (11.7.1) to its gradient.
func eigenbasis(p *page) error {
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
	var ours [2]float64 // f̄ − f with x̄ = Ux, as it is, and with x̄ = Uᵀx, as printed
	for i, o := range []mat.Matrix{&u, u.T()} {
		var xBar, cBar mat.VecDense
		xBar.MulVec(o, x)
		cBar.MulVec(o, c)
		ours[i] = value(diagonal, &cBar, &xBar) - value(q, c, x)
	}
	p.erratum("(11.7.1) f̄(x̄) − f(x) for Q = UᵀΛU in three dimensions: with x = Ux̄ as printed, and with x = Uᵀx̄", num(ours[1]), num(ours[0]),
		math.Abs(ours[0]) < 1e-12 && math.Abs(ours[1]) > 1e-3,
		"printed x = Ux̄ and c = Uc̄. With Q = UᵀΛU the new variables are x̄ = Ux, so x = Uᵀx̄ and c = Uᵀc̄, which agrees with the later z = Λ^½Ux.")

	// The minimizer −Λ⁻¹c̄ moves by δ/λ when c̄ moves by δ.
	var moved numbers
	for _, delta := range []float64{0, 0.01} {
		for i, l := range lambda {
			path, err := p.descend(func(x autograd.Var) autograd.Var {
				return autograd.Const(l / 2).Mul(x.Index(0).Square()).Add(autograd.Const(1 + delta).Mul(x.Index(0)))
			}, []float64{0}, 100, optimizers.SGD{}, 1/l)
			if err != nil {
				return err
			}
			if delta == 0 {
				moved = append(moved, endOf(path)[0])
			} else {
				moved[i] -= endOf(path)[0]
			}
		}
	}
	p.exact(fmt.Sprintf("shift of the minimum of ½λx² + cx if c changes by 0.01, for λ = %.3f, %.3f and %.3f; the printed values are 0.01/λ", lambda[0], lambda[1], lambda[2]),
		num(0.01/lambda[0], 0.01/lambda[1], 0.01/lambda[2]), moved)
	return nil
}
