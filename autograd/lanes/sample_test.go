package lanes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestSampleNormalGradient(t *testing.T) {
	var checks []check
	for _, shape := range [][]int{{1, 7}, {17, 3}, {33, 2, 3}} {
		for _, sourced := range []bool{false, true} {
			checks = append(checks, check{
				name: fmt.Sprintf("sample of %v, source %v", shape, sourced), rows: shape[0], inputs: [][]int{shape, shape},
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					var source *gorgonia.Node
					if sourced {
						source = must(t)(b.FromRows(constant(t, b, "source", make([]float64, 2*shape[0]), shape[0], 2)))
					}
					return b.SampleNormal(x, must(t)(b.FromRows(rest[0])), source, 11)
				}),
			})
		}
	}
	runChecks(t, checks)
}

// sampled returns draws for means of 0 and variances of 1, two a row, in a batch of
// these rows of a source.
func sampled(t *testing.T, key uint64, threads int, step int64, sources ...float64) []float64 {
	t.Helper()
	e, err := NewEngine(EngineConfig{Threads: threads})
	require.NoError(t, err)
	defer e.Close()
	n := len(sources)
	b, err := NewBuilder(e, BuilderConfig{Rows: n, Dtype: tensor.Float64})
	require.NoError(t, err)
	zero := must(t)(b.FromRows(constant(t, b, "zero", make([]float64, 2*n), n, 2)))
	source := must(t)(b.FromRows(constant(t, b, "source", sources, n, 1)))
	z := must(t)(b.ToRows(must(t)(b.SampleNormal(zero, zero, source, key)), n))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{z}})
	require.NoError(t, s.Run(n, step))
	return slices.Clone(Output[float64](s, 0))
}

// Without a source the numbers are those of noise; with one they are a row's own.
func TestSampleNormalNumbers(t *testing.T) {
	const rows, features = 40, 5
	noise := randomOf(t, noiseOf(1, 3), 1, rows, 7, rows, features)
	got := randomOf(t, func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
		zero := must(t)(b.FromRows(constant(t, b, "zero", make([]float64, rows*features), rows, features)))
		return b.SampleNormal(x, zero, nil, 3)
	}, 3, rows, 7, rows, features)
	assert.Equal(t, noise, got)

	want := sampled(t, 1, 1, 0, 5, 6, 7)
	var many []float64
	for i := range 50 {
		many = append(many, float64(100+i))
	}
	batch := sampled(t, 1, 3, 9, append(many, 7, 5)...)
	assert.Equal(t, want[4:], batch[100:102], "in another place, at another step")
	assert.Equal(t, want[:2], batch[102:])
	assert.NotEqual(t, want, sampled(t, 2, 1, 0, 5, 6, 7), "another key")
	slices.Sort(batch)
	assert.Len(t, slices.Compact(batch), 2*52, "all are different")
	var sum, squares float64
	for i := range 4000 {
		many = append(many, float64(i)/8)
	}
	all := sampled(t, 1, 2, 0, many...)
	for _, v := range all {
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(all))
	assert.Less(t, math.Abs(sum)/math.Sqrt(n), 4.)
	assert.InDelta(t, 1, squares/n, 4*math.Sqrt(2/n))
}

func TestSampleNormalErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", make([]float64, 6), 2, 3)))
	y := must(t)(b.FromRows(variable(t, b, "y", make([]float64, 4), 2, 2)))
	_, err := b.SampleNormal(x, y, nil, 1)
	assert.EqualError(t, err, "lanes: sample: means of shape [3] with log variances of shape [2]: want the same")
	_, err = b.SampleNormal(x, nil, nil, 1)
	assert.EqualError(t, err, "lanes: sample: log variance: the node is nil: want a node of the graph")
	_, err = b.SampleNormal(x, x, constant(t, b, "rows", make([]float64, 4), 2, 2), 1)
	assert.EqualError(t, err, "lanes: sample: source: shape [2 2]: want lanes [1 ... 16]")
}
