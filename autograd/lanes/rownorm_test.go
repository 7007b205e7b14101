package lanes

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// rowNormOf adds the normalization of a name, over n dimensions or in n groups.
func rowNormOf(b *Builder, name string, n int, eps float64, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
	weight, bias := optional(rest), optional(rest[min(1, len(rest)):])
	switch name {
	case "group norm":
		return b.GroupNorm(x, weight, bias, n, eps)
	case "rms norm":
		return b.RMSNorm(x, weight, n, eps)
	}
	return b.LayerNorm(x, weight, bias, n, eps)
}

func TestRowNormGradient(t *testing.T) {
	var checks []check
	for _, c := range []struct {
		name   string
		n      int
		shape  []int
		weight []int
	}{
		{"layer norm", 1, []int{2, 5}, []int{5}},
		{"layer norm", 1, []int{17, 4}, []int{4}},
		{"layer norm", 1, []int{3, 2, 4}, []int{4}},
		{"layer norm", 2, []int{3, 2, 3, 2}, []int{3, 2}},
		{"layer norm", 3, []int{3, 2, 3, 2}, []int{2, 3, 2}},
		{"rms norm", 1, []int{17, 4}, []int{4}},
		{"rms norm", 1, []int{3, 3, 3}, []int{3}},
		{"group norm", 2, []int{3, 4}, []int{4}},
		{"group norm", 2, []int{3, 4, 2, 3}, []int{4}},
		{"group norm", 1, []int{17, 3, 2}, []int{3}},
		{"group norm", 3, []int{2, 3, 2}, []int{3}},
	} {
		for affine := range 3 {
			if c.name == "rms norm" && affine == 2 {
				continue
			}
			shapes := [][]int{c.shape}
			for range affine {
				shapes = append(shapes, c.weight)
			}
			checks = append(checks, check{
				name: fmt.Sprintf("%s %d of %v, %d", c.name, c.n, c.shape, affine), rows: c.shape[0], inputs: shapes,
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					return rowNormOf(b, c.name, c.n, .1, x, rest)
				}),
			})
		}
	}
	runChecks(t, checks)
}

// A mean that is large beside the deviations costs no accuracy that float32 has.
func TestLayerNormOfLargeOffset(t *testing.T) {
	const n = 40
	wide, narrow := make([]float64, n), make([]float32, n)
	for i := range wide {
		narrow[i] = float32(1<<20 + i*i%7)
		wide[i] = float64(narrow[i])
	}
	a, b := newTestBuilder(t, 1, tensor.Float64), newTestBuilder(t, 1, tensor.Float32)
	y := must(t)(a.LayerNorm(must(t)(a.FromRows(constant(t, a, "x", wide, 1, n))), nil, nil, 1, 1e-5))
	z := must(t)(b.LayerNorm(must(t)(b.FromRows(constant(t, b, "x", narrow, 1, n))), nil, nil, 1, 1e-5))
	s, u := newTestSession(t, a, Program{Outputs: gorgonia.Nodes{y}}), newTestSession(t, b, Program{Outputs: gorgonia.Nodes{z}})
	require.NoError(t, s.Run(1, 0))
	require.NoError(t, u.Run(1, 0))
	for i, v := range Output[float64](s, 0) {
		assert.InDelta(t, v, Output[float32](u, 0)[i], 1e-6)
	}
}

func TestRowNormErrors(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", normal[float64](3*24, "x"), 3, 4, 3, 2)))
	two, four := constant(t, b, "two", []float64{1, 2}, 2), constant(t, b, "four", []float64{1, 2, 3, 4}, 4)
	for _, c := range []struct {
		name string
		n    int
		eps  float64
		rest gorgonia.Nodes
		want string
	}{
		{"layer norm", 0, 1, nil, "dims = 0: want 1 to 3, the dimensions of rows of shape [4 3 2]"},
		{"layer norm", 4, 1, nil, "dims = 4: want 1 to 3, the dimensions of rows of shape [4 3 2]"},
		{"layer norm", 1, 1, gorgonia.Nodes{four}, "weight of shape [4]: want [2]"},
		{"layer norm", 1, 1, gorgonia.Nodes{two, four}, "bias of shape [4]: want [2]"},
		{"layer norm", 2, 1, gorgonia.Nodes{two}, "weight of shape [2]: want [3 2]"},
		{"rms norm", -1, 1, nil, "dims = -1: want 1 to 3, the dimensions of rows of shape [4 3 2]"},
		{"rms norm", 1, math.NaN(), nil, "eps = NaN: want 0 or more, finite"},
		{"group norm", 0, 1, nil, "groups = 0: want a divisor of the 4 channels"},
		{"group norm", 3, 1, nil, "groups = 3: want a divisor of the 4 channels"},
		{"group norm", -2, 1, nil, "groups = -2: want a divisor of the 4 channels"},
		{"group norm", 2, 1, gorgonia.Nodes{two}, "weight of shape [2]: want [4]"},
		{"group norm", 2, -1, nil, "eps = -1: want 0 or more, finite"},
	} {
		_, err := rowNormOf(b, c.name, c.n, c.eps, x, c.rest)
		assert.EqualError(t, err, "lanes: "+c.name+": "+c.want)
	}
}

// The formula, the same bits for any number of threads, and nothing written beside
// the buffers or left unfilled.
func TestRowNorm(t *testing.T) {
	const rows, c, area, eps = 37, 4, 3, .01
	x := normal[float64](rows*c*area, "x")
	run := func(name string, threads int) (y, dx, dweight []float64) {
		e, err := NewEngine(EngineConfig{Threads: threads, Check: true})
		require.NoError(t, err)
		defer e.Close()
		b, err := NewBuilder(e, BuilderConfig{Rows: rows, Dtype: tensor.Float64})
		require.NoError(t, err)
		in, n, over := variable(t, b, "x", x, rows, c, area), area, 1
		if name == "group norm" {
			n, over = c, 2
		}
		weight := variable(t, b, "weight", []float64{2, -1, .5, 3}[:n], n)
		out := must(t)(b.ToRows(must(t)(rowNormOf(b, name, over, eps, must(t)(b.FromRows(in)), gorgonia.Nodes{weight})), rows))
		s := newTestSession(t, b, Program{Loss: contract(t, b, out), Wrt: gorgonia.Nodes{in, weight}, Outputs: gorgonia.Nodes{out}})
		require.NoError(t, s.Run(rows, 0))
		return Output[float64](s, 0), GradientOf[float64](s, 0), GradientOf[float64](s, 1)
	}
	for _, name := range []string{"layer norm", "rms norm", "group norm"} {
		y, dx, dweight := run(name, 1)
		again, dxAgain, dweightAgain := run(name, 3)
		assert.Equal(t, y, again)
		assert.Equal(t, dx, dxAgain)
		assert.Equal(t, dweight, dweightAgain)
		size, weightOf := area, func(i int) int { return i % area }
		if name == "group norm" {
			size, weightOf = 2*area, func(i int) int { return i / area % c }
		}
		for first := 0; first < len(x); first += size {
			var mean, variance float64
			for _, v := range x[first : first+size] {
				mean += v / float64(size)
			}
			if name == "rms norm" {
				mean = 0
			}
			for _, v := range x[first : first+size] {
				variance += (v - mean) * (v - mean) / float64(size)
			}
			for i := first; i < first+size; i++ {
				want := []float64{2, -1, .5, 3}[weightOf(i)] * (x[i] - mean) / math.Sqrt(variance+eps)
				require.InDelta(t, want, y[i], 1e-12, "%s: value %d", name, i)
			}
		}
	}
}
