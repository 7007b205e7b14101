package minimize_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"descent/autograd"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
	"gonum.org/v1/gonum/optimize"
)

// The book's f(x) = 0.1·x₀² + 2·x₁², plain and with momentum.
func ExampleRun() {
	f := func(x, grad []float64) (float64, error) {
		if grad != nil {
			grad[0], grad[1] = .2*x[0], 4*x[1]
		}
		return .1*x[0]*x[0] + 2*x[1]*x[1], nil
	}
	for _, d := range []minimize.Descent{
		{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.4)},
		{Rule: optimizers.SGD{Momentum: .5}, Schedule: lrsched.Constant(.6)},
	} {
		path, err := minimize.Run(context.Background(), f, []float64{-5, -2}, 20, d)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("x = %.6f, f = %.6f, %d evaluations\n", path.Points[20], path.Values[20], path.Evaluations)
	}
	// Output:
	// x = [-0.943467 -0.000073], f = 0.089013, 21 evaluations
	// x = [0.007188 0.002553], f = 0.000018, 21 evaluations
}

// Newton's method on a Gorgonia expression, with derivatives from autograd: the
// book's x·cos(0.15πx), where the full step goes astray.
func ExampleSearch() {
	c := autograd.Const
	o, err := autograd.NewObjective(func(x autograd.Var) autograd.Var {
		return x.Mul(x.Mul(c(.15 * math.Pi)).Cos()).Sum()
	}, 1)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range []minimize.Search{
		{Direction: minimize.Newton{}},
		{Direction: minimize.Newton{}, Length: minimize.Fixed(.5)},
		{Direction: minimize.Newton{Absolute: true}, Length: minimize.Backtracking{}},
	} {
		s.Hessian = o.Hessian
		path, err := minimize.Run(context.Background(), o.Evaluate, []float64{10}, 10, s)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("x = %.6f, f = %.6f\n", path.Points[10][0], path.Values[10])
	}
	// Output:
	// x = 26.834133, f = 26.750617
	// x = 7.269860, f = -6.978141
	// x = 7.269388, f = -6.978141
}

// Adam under gonum's driver, which stops it.
func ExampleMethod() {
	f := func(x, grad []float64) (float64, error) {
		if grad != nil {
			grad[0], grad[1] = .2*x[0], 4*x[1]
		}
		return .1*x[0]*x[0] + 2*x[1]*x[1], nil
	}
	result, err := optimize.Minimize(minimize.Problem(f, nil), []float64{-5, -2},
		&optimize.Settings{GradientThreshold: 1e-6, Converger: optimize.NeverTerminate{}},
		minimize.Method(optimizers.DefaultAdam(), lrsched.Constant(.1)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v after %d iterations, f = %.1e\n", result.Status, result.MajorIterations, result.F)
	// Output: GradientThreshold after 285 iterations, f = 1.6e-13
}

// A rule on a gonum problem.
func ExampleFromProblem() {
	f, _ := minimize.FromProblem(optimize.Problem{
		Func: func(x []float64) float64 { return (x[0] - 3) * (x[0] - 3) },
		Grad: func(grad, x []float64) { grad[0] = 2 * (x[0] - 3) },
	})
	d := minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.25)}
	path, err := minimize.Run(context.Background(), f, []float64{1}, 3, d)
	fmt.Println(path.Points, err)
	// Output: [[1] [2] [2.5] [2.75]] <nil>
}
