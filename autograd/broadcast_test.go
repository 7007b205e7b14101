package autograd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"descent/internal/graph"
	"descent/internal/parallel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// tensorOf adds a variable of normal values.
func tensorOf(g *gorgonia.ExprGraph, name string, r *rand.Rand, shape ...int) (Var, []float32) {
	data := make([]float32, graph.Size(shape))
	for i := range data {
		data[i] = float32(r.NormFloat64())
	}
	return Wrap(gorgonia.NewTensor(g, tensor.Float32, len(shape), gorgonia.WithName(name), gorgonia.WithShape(shape...),
		gorgonia.WithValue(graph.Dense(data, shape...))), nil), data
}

// values runs a graph on some workers and returns what an expression is.
func values(t require.TestingT, workers *parallel.Workers, v Var) []float32 {
	n, err := v.Node()
	require.NoError(t, err)
	m, err := NewMachine(n)
	require.NoError(t, err)
	if workers != nil {
		m.Use(graph.Env{Run: workers.Run, Threads: workers.Threads()})
	}
	require.NoError(t, m.RunAll())
	return slices.Clone(graph.DataOf[float32](m.Value(n)))
}

// at returns the place of an element of a broadcast operand.
func at(index, shape []int) int {
	place := 0
	for i, d := range shape {
		place *= d
		if d > 1 {
			place += index[len(index)-len(shape)+i]
		}
	}
	return place
}

// Broadcasting and sums against plain loops, over shapes of all kinds, with
// workers and without.
func TestBroadcast(t *testing.T) {
	workers := parallel.New(3)
	defer workers.Close()
	rapid.Check(t, func(t *rapid.T) {
		full := rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 3, 17, 40}), 1, 4).Draw(t, "shape")
		operand := func(name string) []int {
			shape := slices.Clone(full[rapid.IntRange(0, len(full)-1).Draw(t, name+" from"):])
			for i := range shape {
				if rapid.Bool().Draw(t, name+" is 1") {
					shape[i] = 1
				}
			}
			return shape
		}
		a, b := operand("a"), operand("b")
		var shape []int
		for i := range max(len(a), len(b)) {
			shape = append(shape, max(dimension(a, max(len(a), len(b))-i), dimension(b, max(len(a), len(b))-i)))
		}
		r := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		g := gorgonia.NewGraph()
		x, xs := tensorOf(g, "x", r, a...)
		y, ys := tensorOf(g, "y", r, b...)

		want := make([]float32, graph.Size(shape))
		kept := make([]int, len(shape)) // for a sum over some axes
		var axes []int
		for i := range shape {
			kept[i] = shape[i]
			if rapid.Bool().Draw(t, "sum") {
				kept[i], axes = 1, append(axes, i)
			}
		}
		sums := make([]float64, graph.Size(kept))
		index := make([]int, len(shape))
		for i := range want {
			rest := i
			for k := len(shape) - 1; k >= 0; k-- {
				index[k], rest = rest%shape[k], rest/shape[k]
			}
			want[i] = xs[at(index, a)] - ys[at(index, b)]
			sums[at(index, kept)] += float64(want[i])
		}
		for _, p := range []*parallel.Workers{nil, workers} {
			d := x.Sub(y)
			require.Equal(t, want, values(t, p, d))
			if len(axes) > 0 {
				got := values(t, p, d.Sum(axes...))
				for i, s := range sums {
					require.InDelta(t, s, got[i], 1e-6*(1+math.Abs(s)))
				}
			}
		}
	})
}

// The workers change no bit of a large expression.
func TestWorkersDoNotMatter(t *testing.T) {
	workers := parallel.New(3)
	defer workers.Close()
	r := rand.New(rand.NewPCG(1, 2))
	g := gorgonia.NewGraph()
	x, _ := tensorOf(g, "x", r, 50, 30, 70)
	w, _ := tensorOf(g, "w", r, 70, 33)
	for name, v := range map[string]Var{
		"exp": x.Exp(), "sin": x.Sin(), "row": x.Sub(x.Mean(-1).Reshape(50, 30, 1)), "scalar": x.Mul(x.Max()), "product": x.MatMul(w),
		"stack": x.MatMul(x.Transpose(0, 2, 1)), "max": x.Max(1), "rows": x.LogSumExp(-1), "batch": x.Sum(0), "transpose": x.Transpose(1, 2, 0),
		"constant": x.Add(Const(3)), "where": x.Where(x.Greater(Const(0)), Const(0)),
	} {
		assert.Equal(t, values(t, nil, v), values(t, workers, v), name)
	}
}

// The same expression of the same nodes is one node.
func TestCommonSubexpressions(t *testing.T) {
	g := gorgonia.NewGraph()
	x, _ := tensorOf(g, "x", rand.New(rand.NewPCG(1, 2)), 4)
	node := func(v Var) *gorgonia.Node {
		n, err := v.Node()
		require.NoError(t, err)
		return n
	}
	assert.Same(t, node(x.Exp().Mul(Const(2))), node(x.Exp().Mul(Const(2))))
	assert.NotSame(t, node(x.Mul(Const(2))), node(x.Mul(Const(3))))
	assert.NotSame(t, node(Const(2).Div(x)), node(x.Div(Const(2))))
	assert.NotSame(t, node(x.Slice(0, 2)), node(x.Slice(1, 3)))
	assert.NotSame(t, node(x.Pow(Const(2))), node(x.Pow(Const(3))))
	assert.NotSame(t, node(x.Exp().Sub(x)), node(x.Sub(x.Exp())))
}

// An element that Where does not take does no harm, nor does its derivative.
func TestWhereOfUndefined(t *testing.T) {
	f := func(x Var) Var { return x.Log().Where(x.Greater(Const(0)), x.Square()).Sum() }
	y, grad, err := Gradient(f, []float64{-2, 1})
	require.NoError(t, err)
	assert.Equal(t, 4.0, y)
	assert.Equal(t, []float64{-4, 1}, grad)
}

// A NaN on either side is the maximum. Where both sides are equal, the second gets the
// derivative.
func TestMaximumOfNaN(t *testing.T) {
	nan := math.NaN()
	for _, f := range []Function{
		func(x Var) Var { return x.Maximum(Const(1)).Sum() },
		func(x Var) Var { return Const(1).Maximum(x).Sum() },
		func(x Var) Var { return x.Slice(0, 1).Maximum(x.Slice(1, 2)).Sum() },
		func(x Var) Var { return x.Slice(1, 2).Maximum(x.Slice(0, 1)).Sum() },
	} {
		y, _, err := Gradient(f, []float64{nan, 2})
		require.NoError(t, err)
		assert.True(t, math.IsNaN(y))
	}
	y, grad, err := Gradient(func(x Var) Var { return x.Maximum(Const(1)).Sum() }, []float64{-math.Inf(1), 1, 3})
	require.NoError(t, err)
	assert.Equal(t, 5.0, y)
	assert.Equal(t, []float64{0, 0, 1}, grad)
}

// Large and infinite values.
func TestLogSumExpExtremes(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{1000, 1000}, 1000 + math.Ln2}, {[]float64{-1000, -1000}, -1000 + math.Ln2}, {[]float64{-inf, 3}, 3}, {[]float64{-inf, -inf}, -inf}, {[]float64{inf, 3}, inf},
	} {
		y, _, err := Gradient(func(x Var) Var { return x.LogSumExp() }, test.x)
		require.NoError(t, err)
		assert.Equal(t, test.want, y)
	}
}

func BenchmarkExpression(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	g := gorgonia.NewGraph()
	x, _ := tensorOf(g, "x", r, 1000, 100)
	w, _ := tensorOf(g, "w", r, 100, 100)
	for name, v := range map[string]Var{
		"exp": x.Exp(), "tanh": x.Tanh(), "add": x.Add(x.Exp()), "scalar": x.Mul(Const(2)), "row": x.Sub(x.Mean(0)), "column": x.Sub(x.Mean(1).Reshape(1000, 1)),
		"sum": x.Sum(), "softmax": x.Sub(x.LogSumExp(1).Reshape(1000, 1)).Exp(), "product": x.MatMul(w),
	} {
		b.Run(name, func(b *testing.B) {
			n, err := v.Node()
			require.NoError(b, err)
			m, err := NewMachine(n)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_ = m.RunAll()
			}
		})
	}
}

// The gradient of a maximum goes to equal elements in equal parts.
func TestMaxOfEqualElements(t *testing.T) {
	y, grad, err := Gradient(func(x Var) Var { return x.Reshape(2, 3).Max(1).Sum() }, []float64{2, 2, 1, 0, 0, 0})
	require.NoError(t, err)
	assert.Equal(t, 2.0, y)
	assert.Equal(t, []float64{.5, .5, 0, 1. / 3, 1. / 3, 1. / 3}, grad)
}
