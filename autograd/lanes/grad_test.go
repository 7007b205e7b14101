package lanes

import (
	"testing"

	"descent/autograd"
	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestGradErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := variable(t, b, "x", []float64{1, 2}, 2)
	y := must(t)(autograd.Wrap(x, nil).Sum().Node())
	other := variable(t, b, "other", []float64{1, 2}, 2)
	frozen := constant(t, b, "frozen", []float64{1, 2, 3, 4}, 2, 2)
	lanes := must(t)(b.FromRows(frozen))
	count := must(t)(b.Input("count", tensor.Int32, 1))
	plain := must(t)(gorgonia.ApplyOp(graph.NewOp("plain", gorgonia.Nodes{x}, tensor.Float64, nil, nil), x))
	for _, test := range []struct {
		y, wrt *gorgonia.Node
		want   string
	}{
		{nil, x, "autograd: gradient of <nil>: want a scalar node"},
		{x, x, "want a scalar node"},
		{count, count, "want a scalar node"},
		{y, other, "does not depend on"},
		{y, nil, "does not depend on"},
		{contract(t, b, lanes), frozen, "rows to lanes has no derivative with respect to its input"},
		{plain, x, "plain has no derivative with respect to its input"},
	} {
		_, err := autograd.Grad(test.y, test.wrt)
		assert.ErrorContains(t, err, test.want)
	}
}

// A derivative that panics, as some stock ones do, is an error.
func TestPanickingDerivative(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := variable(t, b, "x", []float64{1, 2}, 2)
	o := graph.NewOp("faulty", gorgonia.Nodes{x}, tensor.Float64, nil, nil)
	o.Diff = []bool{true}
	o.Sym = func(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node) (gorgonia.Nodes, error) { panic("no such axis") }
	_, err := autograd.Grad(must(t)(gorgonia.ApplyOp(o, x)), x)
	assert.EqualError(t, err, "autograd: gradient: faulty: panic: no such axis")
}

// An operation on lanes has one derivative: asking for the second is an error,
// not a silent zero.
func TestSecondDerivativeOfLanes(t *testing.T) {
	for name, build := range map[string]func(b *Builder, x, w *gorgonia.Node) (*gorgonia.Node, error){
		"rows to lanes backward": func(_ *Builder, x, _ *gorgonia.Node) (*gorgonia.Node, error) { return x, nil },
		"tanh backward":          func(b *Builder, x, _ *gorgonia.Node) (*gorgonia.Node, error) { return b.Tanh(x) },
		"affine backward":        func(b *Builder, x, w *gorgonia.Node) (*gorgonia.Node, error) { return b.Affine(x, w, nil, false) },
		"squared error backward": func(b *Builder, x, _ *gorgonia.Node) (*gorgonia.Node, error) { return b.SquaredError(x, x, true) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newTestBuilder(t, 2, tensor.Float64)
			x, w := variable(t, b, "x", []float64{1, 2, 3, 4}, 2, 2), variable(t, b, "w", []float64{1, 2, 3, 4}, 2, 2)
			y := must(t)(build(b, must(t)(b.FromRows(x)), w))
			g, err := autograd.Grad(must(t)(autograd.Wrap(contract(t, b, y), nil).Square().Node()), x)
			require.NoError(t, err)
			_, err = autograd.Grad(must(t)(autograd.Wrap(g[0], nil).Sum().Node()), x)
			assert.ErrorContains(t, err, "backward has no derivative with respect to its input")
			if len(y.Shape()) == 0 {
				return
			}
			_, err = autograd.Grad(must(t)(autograd.Wrap(g[0], nil).Sum().Node()), w)
			assert.Error(t, err)
		})
	}
}

// Gradients are taken of nodes in the middle as well, and of the scalar itself.
func TestGradOfInnerNodes(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := variable(t, b, "x", []float64{1, 2}, 2)
	squares := must(t)(autograd.Wrap(x, nil).Square().Node())
	y := must(t)(autograd.Wrap(squares, nil).Sum().Square().Node()) // (1 + 4)²
	s := newTestSession(t, b, Program{Loss: y, Wrt: gorgonia.Nodes{squares, x, y, x}})
	require.NoError(t, s.Run(1, 0))
	assert.Equal(t, 25.0, s.Loss())
	assert.Equal(t, []float64{10, 10}, GradientOf[float64](s, 0))
	assert.Equal(t, []float64{20, 40}, GradientOf[float64](s, 1))
	assert.Equal(t, []float64{1}, GradientOf[float64](s, 2))
	assert.Equal(t, []float64{20, 40}, GradientOf[float64](s, 3))
}

// A weight of three layers: the terms are added always in the same order.
func TestGradTermsInOrder(t *testing.T) {
	var want []float32
	for range 5 {
		b := newTestBuilder(t, 3, tensor.Float32)
		x := must(t)(b.FromRows(constant(t, b, "x", normal[float32](3*9, "x"), 3, 9)))
		w := variable(t, b, "w", normal[float32](81, "w"), 9, 9)
		for range 3 {
			x = must(t)(b.Affine(x, w, nil, true))
		}
		s := newTestSession(t, b, Program{Loss: contract(t, b, x), Wrt: gorgonia.Nodes{w}})
		require.NoError(t, s.Run(3, 0))
		if want == nil {
			want = GradientOf[float32](s, 0)
		}
		assert.Equal(t, want, GradientOf[float32](s, 0))
	}
}
