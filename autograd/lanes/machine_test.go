package lanes

import (
	"errors"
	"testing"

	"descent/autograd"
	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestNewMachineErrors(t *testing.T) {
	b, other := newTestBuilder(t, 1, tensor.Float32), newTestBuilder(t, 1, tensor.Float32)
	x, stranger := must(t)(b.Input("x", tensor.Float32, 1)), must(t)(other.Input("x", tensor.Float32, 1))
	_, err := autograd.NewMachine()
	assert.EqualError(t, err, "autograd: machine for 0 nodes: want 1 or more, none nil")
	_, err = autograd.NewMachine(x, nil)
	assert.EqualError(t, err, "autograd: machine for 2 nodes: want 1 or more, none nil")
	_, err = autograd.NewMachine(x, stranger)
	assert.ErrorContains(t, err, "is of another graph than")
	_, err = autograd.NewMachine(gorgonia.NewConstant(1.5))
	assert.ErrorContains(t, err, "has no graph")
	_, err = autograd.Grad(gorgonia.NewConstant(1.5), x)
	assert.ErrorContains(t, err, "has no graph")
}

// What an operation returns or panics with reaches the caller as an error.
func TestMachineErrors(t *testing.T) {
	reason := errors.New("reason")
	b := newTestBuilder(t, 1, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32, 2))
	own := func(do func([]gorgonia.Value) (gorgonia.Value, error)) *gorgonia.Node {
		return must(t)(gorgonia.ApplyOp(graph.NewOp("own", gorgonia.Nodes{x}, tensor.Float32, tensor.Shape{2}, do), x))
	}
	run := func(n *gorgonia.Node) error {
		m, err := autograd.NewMachine(n)
		require.NoError(t, err)
		return m.RunAll()
	}
	assert.ErrorIs(t, run(own(func([]gorgonia.Value) (gorgonia.Value, error) { return nil, reason })), reason)
	assert.ErrorContains(t, run(own(func([]gorgonia.Value) (gorgonia.Value, error) { panic("broken") })), "autograd: own: panic: broken (machine_test.go:")
	assert.ErrorContains(t, run(own(func(v []gorgonia.Value) (gorgonia.Value, error) {
		return graph.Dense([]float32{v[0].Data().([]float32)[7]}, 1), nil
	})), "autograd: own: panic: runtime error: index out of range")

	empty := gorgonia.NewVector(b.Graph(), tensor.Float32, gorgonia.WithShape(2), gorgonia.WithName("empty"))
	assert.ErrorContains(t, run(must(t)(autograd.Wrap(empty, nil).Sum().Node())), "has no value")

	for want, do := range map[string]func() error{
		"autograd: stock: reason":                          func() error { return reason },
		"autograd: stock: panic: reason (machine_test.go:": func() error { panic(reason) },
	} {
		o := stock{graph.NewOp("stock", gorgonia.Nodes{x}, tensor.Float32, tensor.Shape{2}, nil), do}
		assert.ErrorContains(t, run(must(t)(gorgonia.ApplyOp(o, x))), want)
	}
}

// stock is an operation that is not of this package and fails.
type stock struct {
	*graph.Op
	fail func() error
}

func (s stock) Do(...gorgonia.Value) (gorgonia.Value, error) { return nil, s.fail() }

// An operation given too few inputs says so.
func TestOpArity(t *testing.T) {
	b := newTestBuilder(t, 1, tensor.Float32)
	x := must(t)(b.FromRows(must(t)(b.Input("x", tensor.Float32, 1, 3))))
	y := must(t)(b.Tanh(x))
	o := y.Op()
	_, err := o.Do()
	assert.EqualError(t, err, "tanh: 0 inputs: want 1")
	_, err = o.Do(x.Value(), x.Value())
	assert.EqualError(t, err, "tanh: 2 inputs: want 1")
	_, err = o.Do(gorgonia.NewF64(1))
	assert.ErrorContains(t, err, "tanh: ")
	assert.Equal(t, 1, o.Arity())
	assert.Equal(t, "tanh", o.String())
	assert.Equal(t, -1, o.OverwritesInput())
	assert.False(t, o.ReturnsPtr())
	assert.False(t, o.CallsExtern())
	assert.NotEqual(t, o.Hashcode(), must(t)(b.Tanh(x)).Op().Hashcode(), "equal operations are not merged")
}

// A machine computes what its targets need, and nothing else.
func TestMachineSkipsWhatNobodyAsksFor(t *testing.T) {
	b := newTestBuilder(t, 1, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32, 1))
	bad := must(t)(gorgonia.ApplyOp(graph.NewOp("bad", gorgonia.Nodes{x}, tensor.Float32, tensor.Shape{1}, func([]gorgonia.Value) (gorgonia.Value, error) {
		panic("not asked for")
	}), x))
	y := must(t)(autograd.Wrap(x, nil).Exp().Node())
	m, err := autograd.NewMachine(y)
	require.NoError(t, err)
	require.NoError(t, m.RunAll())
	assert.Equal(t, []float32{1}, m.Value(y).Data())
	assert.Nil(t, m.Value(bad))
	assert.Nil(t, m.Value(nil))
}

// Inputs are read at each run: a tensor put in place of another counts.
func TestInputsReplaced(t *testing.T) {
	const rows = 40
	b := newTestBuilder(t, rows, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32, rows, 2, 1, 1))
	weight := variable(t, b, "w", []float32{1, 1}, 1, 2)
	y := must(t)(b.ToRows(must(t)(b.Affine(must(t)(b.Flatten(must(t)(b.FromRows(x)))), weight, nil, false)), 1))
	flat := must(t)(b.view("view", weight, tensor.Shape{2, 1}))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y, flat}})
	data := make([]float32, rows*2)
	data[0], data[1] = 2, 3
	require.NoError(t, s.Run(rows, 0, Feed{x, data}))
	assert.Equal(t, []float32{5}, Output[float32](s, 0))
	require.NoError(t, gorgonia.Let(weight, graph.Dense([]float32{10, 100}, 1, 2)))
	require.NoError(t, s.Run(rows, 0))
	assert.Equal(t, []float32{320}, Output[float32](s, 0))
	assert.Equal(t, []float32{10, 100}, Output[float32](s, 1))
}

// An operation that does not keep to its shape makes ours fail with an error,
// also where worker goroutines read what it gave.
func TestWrongShapeAtRun(t *testing.T) {
	b := newTestBuilder(t, 40, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32, 40, 2))
	short := must(t)(gorgonia.ApplyOp(graph.NewOp("short", gorgonia.Nodes{x}, tensor.Float32, tensor.Shape{40, 2}, func([]gorgonia.Value) (gorgonia.Value, error) {
		return graph.Dense(make([]float32, 4), 2, 2), nil
	}), x))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{must(t)(b.FromRows(short))}})
	assert.ErrorContains(t, s.Run(40, 0), "lanes: rows to lanes: rows has 4 values: want 80, of shape [40 2]")
}
