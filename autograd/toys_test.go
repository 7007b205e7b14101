package autograd_test

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// toy is an objective with derivatives worked out by hand.
type toy struct {
	name     string
	f        autograd.Function
	value    func(x, y float64) float64
	gradient func(x, y float64) [2]float64
	hessian  func(x, y float64) [3]float64 // xx, xy, yy
}

var c = autograd.Const

var toys = []toy{
	{
		name: "rosenbrock", f: rosenbrock,
		value:    func(x, y float64) float64 { return (1-x)*(1-x) + 100*(y-x*x)*(y-x*x) },
		gradient: func(x, y float64) [2]float64 { return [2]float64{-2*(1-x) - 400*x*(y-x*x), 200 * (y - x*x)} },
		hessian:  func(x, y float64) [3]float64 { return [3]float64{2 - 400*y + 1200*x*x, -400 * x, 200} },
	},
	{
		name: "beale",
		f: func(v autograd.Var) autograd.Var {
			x, y := v.Index(0), v.Index(1)
			return c(1.5).Sub(x).Add(x.Mul(y)).Square().
				Add(c(2.25).Sub(x).Add(x.Mul(y.Square())).Square()).
				Add(c(2.625).Sub(x).Add(x.Mul(y.Pow(c(3)))).Square())
		},
		value: func(x, y float64) float64 {
			return math.Pow(1.5-x+x*y, 2) + math.Pow(2.25-x+x*y*y, 2) + math.Pow(2.625-x+x*y*y*y, 2)
		},
		gradient: func(x, y float64) [2]float64 {
			a, b, c := 1.5-x+x*y, 2.25-x+x*y*y, 2.625-x+x*y*y*y
			return [2]float64{2*a*(y-1) + 2*b*(y*y-1) + 2*c*(y*y*y-1), 2*a*x + 4*b*x*y + 6*c*x*y*y}
		},
		hessian: func(x, y float64) [3]float64 {
			a, b, c := 1.5-x+x*y, 2.25-x+x*y*y, 2.625-x+x*y*y*y
			return [3]float64{
				2*math.Pow(y-1, 2) + 2*math.Pow(y*y-1, 2) + 2*math.Pow(y*y*y-1, 2),
				2*(x*(y-1)+a) + 2*(2*x*y*(y*y-1)+2*y*b) + 2*(3*x*y*y*(y*y*y-1)+3*y*y*c),
				2*x*x + 8*x*x*y*y + 4*b*x + 18*x*x*y*y*y*y + 12*c*x*y,
			}
		},
	},
	{
		name: "himmelblau",
		f: func(v autograd.Var) autograd.Var {
			x, y := v.Index(0), v.Index(1)
			return x.Square().Add(y).Sub(c(11)).Square().Add(x.Add(y.Square()).Sub(c(7)).Square())
		},
		value: func(x, y float64) float64 { return math.Pow(x*x+y-11, 2) + math.Pow(x+y*y-7, 2) },
		gradient: func(x, y float64) [2]float64 {
			return [2]float64{4*x*(x*x+y-11) + 2*(x+y*y-7), 2*(x*x+y-11) + 4*y*(x+y*y-7)}
		},
		hessian: func(x, y float64) [3]float64 {
			return [3]float64{12*x*x + 4*y - 42, 4*x + 4*y, 4*x + 12*y*y - 26}
		},
	},
	{
		name: "log(eˣ + e^(−2x−3)), in x + y", // convex, used with one variable
		f: func(v autograd.Var) autograd.Var {
			s := v.Sum()
			return s.Exp().Add(s.Mul(c(-2)).Sub(c(3)).Exp()).Log()
		},
		value: func(x, y float64) float64 { s := x + y; return math.Log(math.Exp(s) + math.Exp(-2*s-3)) },
		gradient: func(x, y float64) [2]float64 {
			p := 1 / (1 + math.Exp(-3*(x+y)-3)) // the weight of eˢ
			return [2]float64{3*p - 2, 3*p - 2}
		},
		hessian: func(x, y float64) [3]float64 {
			p := 1 / (1 + math.Exp(-3*(x+y)-3))
			h := 9 * p * (1 - p)
			return [3]float64{h, h, h}
		},
	},
	{
		name: "x·cos(πx) + y·cos(πy)",
		f:    func(v autograd.Var) autograd.Var { return v.Dot(v.Mul(c(math.Pi)).Cos()) },
		value: func(x, y float64) float64 {
			return x*math.Cos(math.Pi*x) + y*math.Cos(math.Pi*y)
		},
		gradient: func(x, y float64) [2]float64 {
			d := func(x float64) float64 { return math.Cos(math.Pi*x) - math.Pi*x*math.Sin(math.Pi*x) }
			return [2]float64{d(x), d(y)}
		},
		hessian: func(x, y float64) [3]float64 {
			d := func(x float64) float64 {
				return -2*math.Pi*math.Sin(math.Pi*x) - math.Pi*math.Pi*x*math.Cos(math.Pi*x)
			}
			return [3]float64{d(x), 0, d(y)}
		},
	},
	{
		name:     "x² − y²",
		f:        func(v autograd.Var) autograd.Var { return v.Index(0).Square().Sub(v.Index(1).Square()) },
		value:    func(x, y float64) float64 { return x*x - y*y },
		gradient: func(x, y float64) [2]float64 { return [2]float64{2 * x, -2 * y} },
		hessian:  func(_, _ float64) [3]float64 { return [3]float64{2, 0, -2} },
	},
}

// Value, gradient and Hessian to 1e-10, relative where they are large.
func TestToys(t *testing.T) {
	for _, toy := range toys {
		o, err := autograd.NewObjective(toy.f, 2)
		require.NoError(t, err)
		for _, p := range [][2]float64{{1, 1}, {0, 0}, {-1.2, 1}, {3, 0.5}, {-2.5, -1.75}, {0.3, -0.7}} {
			t.Run(fmt.Sprint(toy.name, p), func(t *testing.T) {
				near := func(want, got float64) {
					assert.InDelta(t, want, got, 1e-10*max(1, math.Abs(want)))
				}
				grad := make([]float64, 2)
				y, err := o.Evaluate(p[:], grad)
				require.NoError(t, err)
				near(toy.value(p[0], p[1]), y)
				want := toy.gradient(p[0], p[1])
				near(want[0], grad[0])
				near(want[1], grad[1])
				h, err := o.Hessian(p[:])
				require.NoError(t, err)
				second := toy.hessian(p[0], p[1])
				near(second[0], h[0][0])
				near(second[1], h[0][1])
				near(second[1], h[1][0])
				near(second[2], h[1][1])
			})
		}
	}
}

func TestObjectiveErrors(t *testing.T) {
	_, err := autograd.NewObjective(rosenbrock, 0)
	assert.EqualError(t, err, "autograd: objective of 0 variables: want 1 or more")
	_, err = autograd.NewObjective(rosenbrock, 1)
	assert.ErrorContains(t, err, "index 1:2 of 1 along axis 0")
	_, err = autograd.NewObjective(nil, 1)
	assert.EqualError(t, err, "autograd: objective: the function is nil")
	o, err := autograd.NewObjective(rosenbrock, 2)
	require.NoError(t, err)
	_, err = o.Evaluate([]float64{1}, nil)
	assert.EqualError(t, err, "autograd: objective of 2 variables at a point of 1")
	_, err = o.Hessian([]float64{1, 2, 3})
	assert.EqualError(t, err, "autograd: objective of 2 variables at a point of 3")
	_, err = o.Evaluate([]float64{1, 1}, make([]float64, 3))
	assert.EqualError(t, err, "autograd: objective: room for a gradient of 3: want 2")
	_, _, err = autograd.Gradient(rosenbrock, nil)
	assert.Error(t, err)
	_, err = autograd.Hessian(rosenbrock, nil)
	assert.Error(t, err)
}

// Evaluating allocates next to nothing: optimizers ask thousands of times.
func TestObjectiveAllocations(t *testing.T) {
	o, err := autograd.NewObjective(rosenbrock, 2)
	require.NoError(t, err)
	x, grad := []float64{1, 2}, make([]float64, 2)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = o.Evaluate(x, grad) }), 0.0)
}

// A gradient is overwritten, also where the function does not depend on x.
func TestGradientOverwrites(t *testing.T) {
	for _, f := range []autograd.Function{
		func(autograd.Var) autograd.Var { return c(3) },
		func(x autograd.Var) autograd.Var { return x.Index(0).Mul(c(0)) },
	} {
		o, err := autograd.NewObjective(f, 2)
		require.NoError(t, err)
		grad := []float64{7, 7}
		_, err = o.Evaluate([]float64{1, 1}, grad)
		require.NoError(t, err)
		assert.Equal(t, []float64{0, 0}, grad)
	}
}
