package paths

import (
	"math"

	"descent/autograd"
	"descent/internal/figure"
)

// The functions of one variable that several sections minimize.

// Square is x².
func Square(x autograd.Var) autograd.Var { return x.Index(0).Square() }

// CosineWave is x·cos(0.15πx).
func CosineWave(x autograd.Var) autograd.Var {
	v := x.Index(0)
	return v.Mul(autograd.Const(0.15 * math.Pi).Mul(v).Cos())
}

// The functions of two variables, and where the documents draw them.

// Oval is x₁² + 2x₂², the function of 11.3 and 11.4.
func Oval(x autograd.Var) autograd.Var {
	return x.Index(0).Square().Add(autograd.Const(2).Mul(x.Index(1).Square()))
}

// Ravine is 0.1x₁² + 2x₂², the function of 11.6 to 11.10.
func Ravine(x autograd.Var) autograd.Var {
	a, b := x.Index(0), x.Index(1)
	return autograd.Const(0.1).Mul(a.Square()).Add(autograd.Const(2).Mul(b.Square()))
}

// Rosenbrock is 100(x₁ − x₀²)² + (1 − x₀)², with coordinates counted from 0.
func Rosenbrock(x autograd.Var) autograd.Var {
	a, b, k := x.Index(0), x.Index(1), autograd.Const
	return k(100).Mul(b.Sub(a.Square()).Square()).Add(k(1).Sub(a).Square())
}

// BookStart is where the book's paths in two dimensions start.
var BookStart = []float64{-5, -2}

// The windows of the documents' figures. The levels of Rosenbrock's function are
// the notebook's, np.arange(10)**5.
var (
	OvalWindow       = Landscape{F: Oval, X: figure.Range{Min: -5.5, Max: 1}, Y: figure.Range{Min: -3, Max: 1}}
	RavineWindow     = Landscape{F: Ravine, X: figure.Range{Min: -5.5, Max: 1}, Y: figure.Range{Min: -3, Max: 2}}
	RosenbrockWindow = Landscape{
		F: Rosenbrock, X: figure.Range{Min: -5, Max: 5}, Y: figure.Range{Min: -5, Max: 5},
		Levels: []float64{0, 1, 32, 243, 1024, 3125, 7776, 16807, 32768, 59049},
	}
)
