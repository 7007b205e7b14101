package lanes

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

func TestBatchNormGradient(t *testing.T) {
	var checks []check
	for _, c := range []struct {
		active int
		shape  []int
	}{
		{2, []int{2, 1}},
		{5, []int{5, 3}},
		{16, []int{16, 2}},
		{17, []int{17, 3}},
		{20, []int{33, 2}},
		{1, []int{1, 2, 3}},
		{3, []int{5, 2, 1, 3}},
		{3, []int{17, 2, 2, 2}},
	} {
		for affine := range 3 { // of weight and bias, how many there are
			shapes := [][]int{c.shape}
			for range affine {
				shapes = append(shapes, []int{c.shape[1]})
			}
			arg := func(in gorgonia.Nodes) (weight, bias *gorgonia.Node) {
				return optional(in), optional(in[min(1, len(in)):])
			}
			checks = append(checks, check{
				name: fmt.Sprintf("%d of %v, %d", c.active, c.shape, affine), rows: c.shape[0], active: c.active, inputs: shapes,
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					w, bias := arg(rest)
					y, _, _, err := b.BatchNorm(x, w, bias, BatchNormOptions{Eps: .1})
					return y, err
				}),
			}, check{
				name: fmt.Sprintf("fixed, %d of %v, %d", c.active, c.shape, affine), rows: c.shape[0], active: c.active, inputs: shapes,
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					w, bias := arg(rest)
					n := c.shape[1]
					mean, variance := make([]float64, n), make([]float64, n)
					for i := range n {
						mean[i], variance[i] = float64(i)-.3, float64(i)+.2
					}
					return b.BatchNormFixed(x, w, bias, constant(t, b, "mean", mean, n), constant(t, b, "variance", variance, n), BatchNormOptions{Eps: .1})
				}),
			})
		}
		for _, relu := range []bool{false, true} {
			checks = append(checks, check{
				name: fmt.Sprintf("%d of %v, addend, ReLU %v", c.active, c.shape, relu), rows: c.shape[0], active: c.active,
				inputs: [][]int{c.shape, {c.shape[1]}, {c.shape[1]}, c.shape},
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					y, _, _, err := b.BatchNorm(x, rest[0], rest[1], BatchNormOptions{Eps: .1, Add: must(t)(b.FromRows(rest[2])), ReLU: relu})
					return y, err
				}),
			})
		}
	}
	runChecks(t, checks)
}

// normed is what a batch normalization gives, forward and backward.
type normed struct{ y, mean, variance, dx, dweight, dbias []float64 }

// batchNormed runs one for the first rows of x [rows, c, area], in T.
func batchNormed[T Float](t testing.TB, threads, most int, x, dy []float64, rows, c, area int) normed {
	t.Helper()
	e, err := NewEngine(EngineConfig{Threads: threads, Check: true})
	require.NoError(t, err)
	defer e.Close()
	b, err := NewBuilder(e, BuilderConfig{Rows: most, Dtype: dtypeOf[T]()})
	require.NoError(t, err)
	narrow := func(x []float64, n int) []T {
		v := make([]T, n)
		for i := range x {
			v[i] = T(x[i])
		}
		return v
	}
	wide := func(x []T) []float64 {
		v := make([]float64, len(x))
		for i := range x {
			v[i] = float64(x[i])
		}
		return v
	}
	n := most * c * area
	in := variable(t, b, "x", narrow(x, n), most, c, area)
	weight := variable(t, b, "weight", narrow([]float64{1.5, -2, .5, 1, 3}[:c], c), c)
	bias := variable(t, b, "bias", narrow([]float64{.5, 1, -1, 0, 2}[:c], c), c)
	y, mean, variance, err := b.BatchNorm(must(t)(b.FromRows(in)), weight, bias, BatchNormOptions{Eps: 1e-5})
	require.NoError(t, err)
	out := must(t)(b.ToRows(y, most))
	loss := must(t)(autograd.Wrap(out, nil).Dot(autograd.Wrap(constant(t, b, "dy", narrow(dy, n), most, c, area), nil)).Node())
	s := newTestSession(t, b, Program{Loss: loss, Wrt: gorgonia.Nodes{in, weight, bias}, Outputs: gorgonia.Nodes{out, mean, variance}})
	require.NoError(t, s.Run(rows, 1))
	return normed{
		wide(Output[T](s, 0)[:rows*c*area]), wide(Output[T](s, 1)), wide(Output[T](s, 2)),
		wide(GradientOf[T](s, 0)[:rows*c*area]), wide(GradientOf[T](s, 1)), wide(GradientOf[T](s, 2)),
	}
}

// The formula, row by row, and the same bits for any number of threads and whatever
// the size of the batch that the graph is for.
func TestBatchNorm(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows, c, area := rapid.IntRange(1, 50).Draw(r, "rows"), rapid.IntRange(1, 5).Draw(r, "channels"), rapid.IntRange(1, 5).Draw(r, "area")
		if rows*area < 2 {
			return
		}
		n := rows * c * area
		x, dy := spread[float64](n, "x"), normal[float64](n, "dy")
		got := batchNormed[float64](t, 1, rows, x, dy, rows, c, area)
		assert.Equal(r, got, batchNormed[float64](t, 3, rows+20, x, dy, rows, c, area))
		assert.Equal(r, batchNormed[float32](t, 1, rows, x, dy, rows, c, area), batchNormed[float32](t, 2, rows+5, x, dy, rows, c, area))
		count := float64(rows * area)
		for k := range c {
			var mean, squares float64
			each := func(f func(i int)) {
				for i := range n {
					if i/area%c == k {
						f(i)
					}
				}
			}
			each(func(i int) { mean += x[i] / count })
			each(func(i int) { squares += (x[i] - mean) * (x[i] - mean) })
			assert.InDelta(r, mean, got.mean[k], 1e-12)
			assert.InEpsilon(r, squares/(count-1), got.variance[k], 1e-11)
			weight, bias, sd := []float64{1.5, -2, .5, 1, 3}[k], []float64{.5, 1, -1, 0, 2}[k], math.Sqrt(squares/count+1e-5)
			each(func(i int) { assert.InDelta(r, weight*(x[i]-mean)/sd+bias, got.y[i], 1e-10) })
		}
	})
}

// A mean that is large beside the deviations costs no accuracy that float32 has.
func TestBatchNormOfLargeOffset(t *testing.T) {
	const rows = 40
	x, dy := make([]float64, rows), normal[float64](rows, "dy")
	for i := range x {
		x[i] = float64(1<<20 + i*i%7) // exact in float32
	}
	narrow, wide := batchNormed[float32](t, 2, rows, x, dy, rows, 1, 1), batchNormed[float64](t, 2, rows, x, dy, rows, 1, 1)
	for i := range x {
		assert.InDelta(t, wide.y[i], narrow.y[i], 1e-6)
		assert.InDelta(t, wide.dx[i], narrow.dx[i], 1e-6)
	}
	assert.InEpsilon(t, wide.variance[0], narrow.variance[0], 1e-7)
	assert.InEpsilon(t, wide.dweight[0], narrow.dweight[0], 1e-6)
}

func TestBatchNormErrors(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", normal[float64](6, "x"), 3, 2)))
	two, three := constant(t, b, "two", []float64{1, 2}, 2), constant(t, b, "three", []float64{1, 2, 3}, 3)
	for _, c := range []struct {
		weight, bias, mean *gorgonia.Node
		eps                float64
		want               string
	}{
		{three, two, two, 1, "weight of shape [3]: want [2]"},
		{two, three, two, 1, "bias of shape [3]: want [2]"},
		{two, two, two, -1, "eps = -1: want 0 or more, finite"},
		{two, two, two, math.NaN(), "eps = NaN: want 0 or more, finite"},
		{two, two, two, math.Inf(1), "eps = +Inf: want 0 or more, finite"},
		{two, two, three, 1, "mean of shape [3]: want [2]"},
	} {
		_, err := b.BatchNormFixed(x, c.weight, c.bias, c.mean, two, BatchNormOptions{Eps: c.eps})
		assert.EqualError(t, err, "lanes: batch norm of given statistics: "+c.want)
		if c.mean == two {
			_, _, _, err = b.BatchNorm(x, c.weight, c.bias, BatchNormOptions{Eps: c.eps})
			assert.EqualError(t, err, "lanes: batch norm: "+c.want)
		}
	}
	_, err := b.BatchNormFixed(x, nil, nil, two, three, BatchNormOptions{})
	assert.EqualError(t, err, "lanes: batch norm of given statistics: variance of shape [3]: want [2]")
	_, _, _, err = b.BatchNorm(two, nil, nil, BatchNormOptions{})
	assert.EqualError(t, err, "lanes: batch norm: input: shape [2]: want lanes [1 ... 16]")

	wide := must(t)(b.FromRows(constant(t, b, "wide", normal[float64](9, "wide"), 3, 3)))
	_, _, _, err = b.BatchNorm(x, nil, nil, BatchNormOptions{Add: wide})
	assert.EqualError(t, err, "lanes: batch norm: rows of shape [3] added to rows of shape [2]: want one shape")

	y, _, _, err := b.BatchNorm(x, nil, nil, BatchNormOptions{})
	require.NoError(t, err)
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y}})
	assert.EqualError(t, s.Run(1, 0), "lanes: batch norm: one value in each channel, whose variance is 0: want a batch of 2 or more rows")
	assert.NoError(t, s.Run(2, 0))
}
