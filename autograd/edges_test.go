package autograd

import (
	"math"
	"testing"

	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// crossEntropy is Gorgonia's, at probabilities 1/(1 + e⁻ˣ). It has a log(1 − p)
// that Gorgonia replaces by log1p(−p), which removes a node of the graph.
func crossEntropy(x Var) Var {
	return xent(stockOf(gorgonia.Sigmoid)(x), x.Mul(Const(0)).Add(Const(.25))).Sum()
}

var xent = stockOfTwo(gorgonia.BinaryXent)

// A walk goes the right way after Gorgonia has removed a node, and after other
// nodes were added.
func TestWalkAfterRemovedNode(t *testing.T) {
	x, v := []float64{.7, -1.3, 2.1}, []float64{.3, -1.1, .8}
	f := func(x Var) Var { return crossEntropy(x).Add(x.Exp().Dot(x)).Add(crossEntropy(x.Square())) }
	o, err := NewObjective(f, len(x))
	require.NoError(t, err)
	assert.NoError(t, CheckGradient(o.Evaluate, x, 1e-8))
	assert.NoError(t, CheckGradient(hessianTimes(o, v), x, 1e-7))

	y, grad, err := Gradient(crossEntropy, x)
	require.NoError(t, err)
	want := 0.
	for i, v := range x {
		p := 1 / (1 + math.Exp(-v))
		want -= .25*math.Log(p) + .75*math.Log1p(-p)
		assert.InDelta(t, p-.25, grad[i], 1e-14)
	}
	assert.InDelta(t, want, y, 1e-14)
}

// A node that Gorgonia has removed and that is used is an error.
func TestRemovedNodeInUse(t *testing.T) {
	// 1 − x is one node with the one that BinaryXent makes and then removes.
	oneMinus := func(x Var) Var {
		xent(x, x.Exp())
		return stockOfTwo(gorgonia.Sub)(Wrap(gorgonia.NewConstant(1.), nil), x)
	}
	for name, f := range map[string]Function{
		"before": func(x Var) Var {
			d := oneMinus(x)
			return d.Exp().Dot(xent(x, x.Exp()))
		},
		"used again": func(x Var) Var {
			d := oneMinus(x)
			y := d.Exp()
			xent(x, x.Exp())
			for range 10 { // Gorgonia takes removed nodes for new ones
				y = y.Add(x.Exp())
			}
			return y.Sum()
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Gradient(f, []float64{.5, .25})
			assert.ErrorIs(t, err, graph.ErrRemoved)
		})
	}
}

// foreign is an operation from elsewhere with a method that panics.
type foreign struct {
	*graph.Op
	bad string
}

func (f foreign) fail(method string) {
	if f.bad == method {
		panic("broken")
	}
}

func (f foreign) DiffWRT(n int) []bool {
	f.fail("DiffWRT")
	return f.Op.DiffWRT(n)
}

func (f foreign) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	f.fail("SymDiff")
	if f.bad == "too many" {
		return gorgonia.Nodes{grad, grad}, nil
	}
	return f.Op.SymDiff(in, out, grad)
}

func (f foreign) Do(v ...gorgonia.Value) (gorgonia.Value, error) {
	f.fail("Do")
	return f.Op.Do(v...)
}

// Whatever method of an operation from elsewhere panics, the error names the
// operation.
func TestForeignPanics(t *testing.T) {
	for _, bad := range []string{"", "DiffWRT", "SymDiff", "Do", "too many"} {
		t.Run(bad, func(t *testing.T) {
			f := func(v Var) Var {
				x, err := v.Index(0).Node()
				if err != nil {
					return Wrap(nil, err)
				}
				o := graph.NewOp("theirs", gorgonia.Nodes{x}, tensor.Float64, nil, func(v []gorgonia.Value) (gorgonia.Value, error) { return v[0], nil })
				o.Diff = []bool{true}
				o.Sym = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
					return gorgonia.Nodes{grad}, nil
				}
				return Wrap(gorgonia.ApplyOp(foreign{o, bad}, x))
			}
			_, grad, err := Gradient(f, []float64{3})
			if bad == "" {
				require.NoError(t, err)
				assert.Equal(t, []float64{1}, grad)
				return
			}
			assert.ErrorContains(t, err, "theirs")
		})
	}
	_, _, err := Gradient(func(Var) Var { panic("broken") }, []float64{3})
	assert.ErrorContains(t, err, "autograd: expression: panic: broken (edges_test.go:")
}
