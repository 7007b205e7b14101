package autograd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// stockOf wraps a stock operation of one input.
func stockOf(f func(*gorgonia.Node) (*gorgonia.Node, error)) func(Var) Var {
	return func(v Var) Var {
		n, err := v.Node()
		if err != nil {
			return Wrap(nil, err)
		}
		return Wrap(f(n))
	}
}

// stockOfTwo wraps a stock operation of two inputs.
func stockOfTwo(f func(a, b *gorgonia.Node) (*gorgonia.Node, error)) func(a, b Var) Var {
	return func(a, b Var) Var {
		n, err := a.Node()
		if err != nil {
			return Wrap(nil, err)
		}
		return stockOf(func(m *gorgonia.Node) (*gorgonia.Node, error) { return f(n, m) })(b)
	}
}

// Gorgonia's own operations inside a Function: first derivatives are right, and
// second ones where the table says so.
func TestStockOperations(t *testing.T) {
	x, v := []float64{0.7, 1.3, 2.1, 0.4}, []float64{0.3, -1.1, 0.8, 1.7}
	mul, add := stockOfTwo(gorgonia.HadamardProd), stockOfTwo(gorgonia.Add)
	sub, div := stockOfTwo(gorgonia.Sub), stockOfTwo(gorgonia.HadamardDiv)
	pow := stockOfTwo(gorgonia.Pow)
	for _, test := range []struct {
		name   string
		f      Function
		second bool
	}{
		{"square", func(x Var) Var { return stockOf(gorgonia.Square)(x).Dot(x) }, true},
		{"cube", func(x Var) Var { return stockOf(gorgonia.Cube)(x).Sum() }, true},
		{"exp", func(x Var) Var { return stockOf(gorgonia.Exp)(x).Dot(x) }, true},
		{"log", func(x Var) Var { return stockOf(gorgonia.Log)(x).Dot(x) }, true},
		{"sqrt", func(x Var) Var { return stockOf(gorgonia.Sqrt)(x).Dot(x) }, true},
		{"sin", func(x Var) Var { return stockOf(gorgonia.Sin)(x).Dot(x) }, true},
		{"cos", func(x Var) Var { return stockOf(gorgonia.Cos)(x).Dot(x) }, true},
		{"tanh", func(x Var) Var { return stockOf(gorgonia.Tanh)(x).Dot(x) }, true},
		{"sigmoid", func(x Var) Var { return stockOf(gorgonia.Sigmoid)(x).Dot(x) }, true},
		{"softplus", func(x Var) Var { return stockOf(gorgonia.Softplus)(x).Dot(x) }, true},
		{"log1p", func(x Var) Var { return stockOf(gorgonia.Log1p)(x).Dot(x) }, true},
		{"expm1", func(x Var) Var { return stockOf(gorgonia.Expm1)(x).Dot(x) }, true},
		{"neg", func(x Var) Var { return stockOf(gorgonia.Neg)(x).Dot(x) }, true},
		{"inverse", func(x Var) Var { return stockOf(gorgonia.Inverse)(x).Dot(x) }, true},
		{"product", func(x Var) Var { return mul(mul(x, x), x).Sum() }, true},
		{"sum of", func(x Var) Var { return add(x, x.Square()).Dot(x) }, true},
		{"difference", func(x Var) Var { return sub(x, x.Square()).Dot(x) }, true},
		{"quotient", func(x Var) Var { return div(x, x.Exp()).Sum() }, true},
		{"power", func(x Var) Var { return pow(x.Add(Const(1)), x).Sum() }, true},
		{"inner product", func(x Var) Var { return stockOfTwo(gorgonia.Mul)(x, x.Square()) }, true},
		{"sum", func(x Var) Var {
			return stockOf(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sum(n) })(x.Square())
		}, true},
		{"mean", func(x Var) Var {
			return stockOf(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Mean(n) })(x.Square())
		}, true},
		{"matrix product", func(x Var) Var {
			m := x.Reshape(2, 2)
			return stockOfTwo(gorgonia.Mul)(m, m).Square().Sum()
		}, true},
		{"transpose", func(x Var) Var {
			m := x.Reshape(2, 2)
			return stockOf(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Transpose(n) })(m).Dot(m.Square())
		}, true},
		{"column", func(x Var) Var { // a view that skips memory
			column := func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Slice(n, nil, gorgonia.S(1)) }
			return stockOf(column)(x.Reshape(2, 2)).Square().Sum()
		}, false},
		{"slice", func(x Var) Var {
			return stockOf(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Slice(n, gorgonia.S(1, 3)) })(x).Square().Sum()
		}, false}, // use Var.Slice
	} {
		t.Run(test.name, func(t *testing.T) {
			o, err := NewObjective(test.f, len(x))
			require.NoError(t, err)
			assert.NoError(t, CheckGradient(o.Evaluate, x, 1e-8))
			err = CheckGradient(hessianTimes(o, v), x, 1e-7)
			if test.second {
				assert.NoError(t, err)
			} else {
				assert.Error(t, err)
			}
		})
	}
}
