package lanes

import (
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// check is a gradient check of a graph of float64 operations with respect to
// all of its inputs at once: they are cut out of one vector.
type check struct {
	name   string
	rows   int     // of the builder: if zero, 2
	active int     // rows of the batch: if zero, all
	inputs [][]int // shapes
	// build adds the operation. What it returns is contracted with random
	// numbers, in the lanes beyond the batch as well: these repeat its last row,
	// so that its gradient is the exact one only if theirs is added to it.
	build func(b *Builder, in gorgonia.Nodes) (*gorgonia.Node, error)
}

const checkTolerance = 1e-7

func runChecks(t *testing.T, checks []check) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.NoError(t, autograd.CheckGradient(c.function(t, nil)))
			for frozen := range c.inputs {
				if len(c.inputs) > 1 {
					c.checkFrozen(t, frozen)
				}
			}
		})
	}
}

// function returns what CheckGradient takes. The inputs in frozen are constants
// in the graph.
func (c check) function(t *testing.T, frozen map[int]bool) (f func(x, grad []float64) (float64, error), x []float64, tol float64) {
	t.Helper()
	if c.rows == 0 {
		c.rows = 2
	}
	if c.active == 0 {
		c.active = c.rows
	}
	b := newTestBuilder(t, c.rows, tensor.Float64)
	total := 0
	for _, shape := range c.inputs {
		total += size(shape)
	}
	x = spread[float64](total, c.name)
	var data [][]float64
	var in, wrt gorgonia.Nodes
	var free []float64
	rest := x
	for i, shape := range c.inputs {
		v := append([]float64(nil), rest[:size(shape)]...)
		rest = rest[size(shape):]
		if frozen[i] {
			in = append(in, constant(t, b, "frozen", v, shape...))
			continue
		}
		data, free = append(data, v), append(free, v...)
		n := variable(t, b, "x", v, shape...)
		in, wrt = append(in, n), append(wrt, n)
	}
	y, err := c.build(b, in)
	require.NoError(t, err)
	loss := contract(t, b, y)
	s := newTestSession(t, b, Program{Loss: loss, Wrt: wrt})
	return func(x, grad []float64) (float64, error) {
		for _, d := range data {
			x = x[copy(d, x):]
		}
		if err := s.Run(c.active, 3); err != nil {
			return 0, err
		}
		for i := range data {
			if grad != nil {
				grad = grad[copy(grad, GradientOf[float64](s, i)):]
			}
		}
		return s.Loss(), nil
	}, free, checkTolerance
}

// checkFrozen compares the gradients when one input, or all but one, are frozen
// with those when none is.
func (c check) checkFrozen(t *testing.T, i int) {
	t.Helper()
	all, x, _ := c.function(t, nil)
	want := make([]float64, len(x))
	_, err := all(x, want)
	require.NoError(t, err)
	var one, others []float64 // of input i, and of the others
	others = append(others, want...)
	from := 0
	for _, shape := range c.inputs[:i] {
		from += size(shape)
	}
	to := from + size(c.inputs[i])
	one = append(one, want[from:to]...)
	others = append(others[:from:from], want[to:]...)

	f, x, _ := c.function(t, map[int]bool{i: true})
	got := make([]float64, len(x))
	_, err = f(x, got)
	require.NoError(t, err)
	assert.Equal(t, others, got, "input %d frozen", i)

	frozen := map[int]bool{}
	for j := range c.inputs {
		frozen[j] = j != i
	}
	f, x, _ = c.function(t, frozen)
	got = make([]float64, len(x))
	_, err = f(x, got)
	require.NoError(t, err)
	assert.Equal(t, one, got, "all but input %d frozen", i)
}

// contract adds the sum of y's elements times random numbers, or y itself if it
// is a scalar.
func contract(t testing.TB, b *Builder, y *gorgonia.Node) *gorgonia.Node {
	t.Helper()
	if len(y.Shape()) == 0 {
		return y
	}
	shape := y.Shape().Clone()
	if b.Dtype() == tensor.Float32 {
		return must(t)(autograd.Wrap(y, nil).Dot(autograd.Wrap(constant(t, b, "cotangent", normal[float32](size(shape), "cotangent"), shape...), nil)).Node())
	}
	return must(t)(autograd.Wrap(y, nil).Dot(autograd.Wrap(constant(t, b, "cotangent", normal[float64](size(shape), "cotangent"), shape...), nil)).Node())
}

// onLanes is a check's build for an operation on lanes: its first input is rows.
func onLanes(f func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error)) func(*Builder, gorgonia.Nodes) (*gorgonia.Node, error) {
	return func(b *Builder, in gorgonia.Nodes) (*gorgonia.Node, error) {
		x, err := b.FromRows(in[0])
		if err != nil {
			return nil, err
		}
		return f(b, x, in[1:])
	}
}

// The check itself finds a wrong gradient and says where.
func TestCheckGradientFindsErrors(t *testing.T) {
	f := func(x, grad []float64) (float64, error) {
		if grad != nil {
			copy(grad, []float64{2 * x[0], 2*x[1] + 0.01, 1})
		}
		return x[0]*x[0] + x[1]*x[1] + x[2], nil
	}
	assert.ErrorContains(t, autograd.CheckGradient(f, []float64{1, 0.5, 3}, 1e-3),
		"autograd: gradient check: coordinate 1: analytic 1.01, numeric 1")
	assert.NoError(t, autograd.CheckGradient(f, []float64{1, 0.5, 3}, 0.02))
}
