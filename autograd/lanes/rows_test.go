package lanes

import (
	"errors"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A layer of stock operations on rows between lanes, with a weight of its own,
// in whole and partial batches.
func TestStockLayerGradient(t *testing.T) {
	layer := onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
		rows, err := b.ToRows(x, b.Rows())
		if err != nil {
			return nil, err
		}
		y := ofStock(gorgonia.Tanh, autograd.Wrap(gorgonia.Mul(rows, rest[0])))
		n, err := y.Mul(y).Node()
		if err != nil {
			return nil, err
		}
		if n, err = b.FromRows(n); err != nil {
			return nil, err
		}
		return b.Affine(n, rest[1], nil, false)
	})
	var checks []check
	for _, active := range []int{1, 5, 18} {
		checks = append(checks, check{name: "stock layer", rows: 18, active: active, inputs: [][]int{{18, 3}, {3, 2}, {2, 2}}, build: layer})
	}
	runChecks(t, checks)
}

// A loss written on rows in float32 equals the one on lanes.
func TestLossOnRows(t *testing.T) {
	const rows = 18
	b := newTestBuilder(t, rows, tensor.Float32)
	x, target := variable(t, b, "x", normal[float32](rows, "x"), rows, 1), constant(t, b, "target", normal[float32](rows, "t"), rows, 1)
	lanes := must(t)(b.SquaredError(must(t)(b.FromRows(x)), must(t)(b.FromRows(target)), false))
	d := autograd.Wrap(must(t)(b.ToRows(must(t)(b.FromRows(x)), rows)), nil).Sub(autograd.Wrap(target, nil))
	own := must(t)(b.MeanRows(must(t)(ofStock(gorgonia.Square, d).Reshape(rows).Node())))
	both := must(t)(autograd.Wrap(lanes, nil).Sub(autograd.Wrap(own, nil)).Node())
	s := newTestSession(t, b, Program{Loss: both, Wrt: gorgonia.Nodes{x}, Outputs: gorgonia.Nodes{lanes, own}})
	for _, active := range []int{rows, 7, 1} {
		require.NoError(t, s.Run(active, 0))
		assert.InEpsilon(t, Output[float32](s, 0)[0], Output[float32](s, 1)[0], 1e-6)
		assert.InDeltaSlice(t, make([]float32, rows), GradientOf[float32](s, 0), 1e-6)
	}
}

// A loss that is a stock operation's.
func TestStockLoss(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		b := newTestBuilder(t, 2, dt)
		x := must(t)(b.Input("x", dt, 2, 2))
		x.Value().(*tensor.Dense).Memset(map[tensor.Dtype]any{tensor.Float32: float32(3), tensor.Float64: 3.0}[dt])
		loss := must(t)(gorgonia.Mean(must(t)(gorgonia.Square(x))))
		s := newTestSession(t, b, Program{Loss: loss, Wrt: gorgonia.Nodes{x}})
		require.NoError(t, s.Run(2, 0))
		assert.Equal(t, 9.0, s.Loss())
	}
}

// What f returns is returned, and a gradient or value that is not a number is
// never taken for right.
func TestCheckGradientOfBadFunctions(t *testing.T) {
	reason := errors.New("reason")
	for calls := range 3 { // the gradient, the value above, the value below
		left := calls
		assert.ErrorIs(t, autograd.CheckGradient(func(x, _ []float64) (float64, error) {
			if left--; left < 0 {
				return 0, reason
			}
			return 0, nil
		}, []float64{1}, 1), reason)
	}
	for at := range 3 {
		err := autograd.CheckGradient(func(_, grad []float64) (float64, error) {
			if grad != nil {
				grad[at] = math.NaN()
			}
			return 0, nil
		}, []float64{1, 1, 1}, 1e9)
		assert.ErrorContains(t, err, "analytic NaN")
	}
	assert.ErrorContains(t, autograd.CheckGradient(func(_, _ []float64) (float64, error) { return math.NaN(), nil }, []float64{1}, 1e9), "numeric NaN")
	zero := func(_, _ []float64) (float64, error) { return 0, nil }
	assert.EqualError(t, autograd.CheckGradient(nil, []float64{1}, 1), "autograd: gradient check: the function is nil")
	assert.EqualError(t, autograd.CheckGradient(zero, []float64{1}, math.NaN()), "autograd: gradient check: tol = NaN: want 0 or more")
	assert.EqualError(t, autograd.CheckGradient(zero, nil, -1), "autograd: gradient check: tol = -1: want 0 or more")
	assert.NoError(t, autograd.CheckGradient(func(_, _ []float64) (float64, error) { return 1, nil }, nil, 0))
}

// Stock operations that share or reuse memory leave the variables alone: this
// sum of a reshaped weight overwrites it in Gorgonia's machine.
func TestStockOperationsLeaveVariables(t *testing.T) {
	b := newTestBuilder(t, 1, gorgonia.Float64)
	w := []float64{1, 2, 3, 4}
	x, k := variable(t, b, "w", w, 2, 2), constant(t, b, "k", []float64{1, 1, 1, 1}, 4)
	sum := must(t)(gorgonia.Add(must(t)(gorgonia.Reshape(x, []int{4})), k))
	s := newTestSession(t, b, Program{Loss: must(t)(autograd.Wrap(sum, nil).Square().Sum().Node()), Wrt: gorgonia.Nodes{x}})
	for range 2 {
		require.NoError(t, s.Run(1, 0))
		assert.Equal(t, []float64{1, 2, 3, 4}, w)
		assert.Equal(t, 4.0+9+16+25, s.Loss())
		assert.Equal(t, []float64{4, 6, 8, 10}, GradientOf[float64](s, 0))
	}
}

// ofStock applies a stock operation to an expression.
func ofStock(f func(*gorgonia.Node) (*gorgonia.Node, error), v autograd.Var) autograd.Var {
	n, err := v.Node()
	if err != nil {
		return autograd.Wrap(nil, err)
	}
	return autograd.Wrap(f(n))
}
