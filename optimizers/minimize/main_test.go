package minimize_test

import (
	"math"
	"testing"

	"descent/optimizers/minimize"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quadratic is ½xᵀAx − bᵀx with A = [[3, 1], [1, 2]] and b = (1, −1), whose
// minimum is at (0.6, −0.8).
func quadratic(x, grad []float64) (float64, error) {
	a0, a1 := 3*x[0]+x[1], x[0]+2*x[1]
	if grad != nil {
		grad[0], grad[1] = a0-1, a1+1
	}
	return (x[0]*a0+x[1]*a1)/2 - x[0] + x[1], nil
}

func quadraticHessian([]float64) ([][]float64, error) { return [][]float64{{3, 1}, {1, 2}}, nil }

func rosenbrock(x, grad []float64) (float64, error) {
	a, b := 1-x[0], x[1]-x[0]*x[0]
	if grad != nil {
		grad[0], grad[1] = -2*a-400*x[0]*b, 200*b
	}
	return a*a + 100*b*b, nil
}

func rosenbrockHessian(x []float64) ([][]float64, error) {
	return [][]float64{{2 - 400*x[1] + 1200*x[0]*x[0], -400 * x[0]}, {-400 * x[0], 200}}, nil
}

// curve is a function of one variable with its derivatives.
type curve struct{ f, d1, d2 func(x float64) float64 }

func (c curve) objective(x, grad []float64) (float64, error) {
	if grad != nil {
		grad[0] = c.d1(x[0])
	}
	return c.f(x[0]), nil
}

func (c curve) hessian(x []float64) ([][]float64, error) { return [][]float64{{c.d2(x[0])}}, nil }

// The curves of the book's section 12.3.
const omega = .15 * math.Pi

var (
	cosh = curve{
		func(x float64) float64 { return math.Cosh(.5 * x) },
		func(x float64) float64 { return .5 * math.Sinh(.5*x) },
		func(x float64) float64 { return .25 * math.Cosh(.5*x) },
	}
	wave = curve{
		func(x float64) float64 { return x * math.Cos(omega*x) },
		func(x float64) float64 { return math.Cos(omega*x) - omega*x*math.Sin(omega*x) },
		func(x float64) float64 { return -2*omega*math.Sin(omega*x) - x*omega*omega*math.Cos(omega*x) },
	}
)

var _ minimize.Objective = quadratic
