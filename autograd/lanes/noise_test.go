package lanes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestNoiseGradient(t *testing.T) {
	var checks []check
	for _, shape := range [][]int{{1, 7}, {17, 3}, {3, 2, 3, 3}} {
		checks = append(checks, check{
			name: fmt.Sprintf("noise of %v", shape), rows: shape[0], inputs: [][]int{shape},
			build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				x, err := b.Noise(x, .7, 11)
				return autograd.Wrap(x, err).Square().Node()
			}),
		}, check{
			name: fmt.Sprintf("dropout of channels of %v", shape), rows: shape[0], inputs: [][]int{shape},
			build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.DropoutChannels(x, .4, 11)
			}),
		})
	}
	runChecks(t, checks)
}

// randomOf returns what an operation makes of rows of ones.
func randomOf(t *testing.T, f func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error), threads, active int, step int64, shape ...int) []float64 {
	t.Helper()
	e, err := NewEngine(EngineConfig{Threads: threads})
	require.NoError(t, err)
	defer e.Close()
	b, err := NewBuilder(e, BuilderConfig{Rows: shape[0], Dtype: tensor.Float64})
	require.NoError(t, err)
	x := must(t)(b.Input("x", tensor.Float64, shape...))
	ones := x.Value().Data().([]float64)
	for i := range ones {
		ones[i] = 1
	}
	y := must(t)(b.ToRows(must(t)(f(b, must(t)(b.FromRows(x)))), active))
	s, err := b.NewSession(Program{Outputs: gorgonia.Nodes{y}})
	require.NoError(t, err)
	require.NoError(t, s.Run(active, step))
	return slices.Clone(Output[float64](s, 0))
}

func noiseOf(sd float64, key uint64) func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
	return func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.Noise(x, sd, key) }
}

// The numbers are a function of key, step, row and place in the row alone.
func TestNoiseIsAFunction(t *testing.T) {
	want := randomOf(t, noiseOf(2, 1), 1, 40, 7, 40, 51)
	assert.Equal(t, want, randomOf(t, noiseOf(2, 1), 3, 40, 7, 40, 51), "threads")
	assert.Equal(t, want[:3*51], randomOf(t, noiseOf(2, 1), 1, 3, 7, 3, 51), "a smaller batch")
	assert.Equal(t, want[:20*51], randomOf(t, noiseOf(2, 1), 1, 20, 7, 40, 51), "fewer active rows")
	assert.Equal(t, want[:50], randomOf(t, noiseOf(2, 1), 1, 1, 7, 1, 50), "fewer values")
	for name, other := range map[string][]float64{
		"another step": randomOf(t, noiseOf(2, 1), 1, 40, 8, 40, 51), "another key": randomOf(t, noiseOf(2, 2), 1, 40, 7, 40, 51),
	} {
		for i, v := range other {
			require.NotEqual(t, want[i], v, name)
		}
	}
	slices.Sort(want)
	assert.Len(t, slices.Compact(want), 40*51, "all are different")
	for _, v := range randomOf(t, noiseOf(0, 1), 1, 2, 7, 2, 3) {
		assert.Equal(t, 1., v, "no noise")
	}
}

// The numbers are those of the normal distribution: the largest distance of its
// distribution function from theirs is below the bound that one in 10,000 samples
// exceeds (Kolmogorov), and so it is for the sums and products of neighbors.
func TestNoiseIsNormal(t *testing.T) {
	const rows, features, sd = 400, 50, 3
	y := randomOf(t, noiseOf(sd, 5), 2, rows, 1, rows, features)
	normal := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	var all, pairs, next []float64
	for i, v := range y {
		v = (v - 1) / sd
		all = append(all, v)
		if i%2 == 1 {
			pairs = append(pairs, (v+(y[i-1]-1)/sd)/math.Sqrt2)
		}
		if i >= features {
			next = append(next, (v-(y[i-features]-1)/sd)/math.Sqrt2)
		}
	}
	for name, sample := range map[string][]float64{"numbers": all, "sums of pairs": pairs, "differences of rows": next[:rows*features/2]} {
		slices.Sort(sample)
		n, distance := float64(len(sample)), 0.
		for i, v := range sample {
			distance = max(distance, math.Abs(normal(v)-float64(i)/n), math.Abs(normal(v)-float64(i+1)/n))
		}
		assert.Less(t, distance*math.Sqrt(n), 2.23, name)
	}
	var product float64
	for i := 1; i < len(y); i += 2 {
		product += (y[i] - 1) * (y[i-1] - 1) / (sd * sd)
	}
	assert.Less(t, math.Abs(product)/math.Sqrt(float64(len(y)/2)), 4., "pairs do not correlate")
}

// Random bits at their ends: no number is infinite.
func TestNormals(t *testing.T) {
	for _, r := range []uint64{0, 1 << 11, math.MaxUint64} {
		for _, angle := range []uint64{0, 1 << 62, math.MaxUint64} {
			a, b := normals(r, angle)
			assert.LessOrEqual(t, math.Hypot(a, b), 8.6, "%x %x", r, angle)
		}
	}
	a, b := normals(0, 1<<62) // the smallest number, a quarter of the way around
	assert.InDelta(t, 0, a, 1e-15)
	assert.InDelta(t, math.Sqrt(106*math.Ln2), b, 1e-14)
}

// Channels are dropped as features are, each as a whole.
func TestDropoutChannels(t *testing.T) {
	drop := func(rate float64, key uint64) func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
		return func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.DropoutChannels(x, rate, key) }
	}
	const rows, channels = 40, 50
	want := dropoutOf(t, rows, channels, .25, 1, rows, 7)
	for _, threads := range []int{1, 3} {
		got := randomOf(t, drop(.25, 1), threads, rows, 7, rows, channels, 3, 2)
		for i, v := range got {
			require.Equal(t, want[i/6], v, "channel %d", i/6)
		}
	}
	assert.Equal(t, want, randomOf(t, drop(.25, 1), 1, rows, 7, rows, channels), "rows of features")
	b := newTestBuilder(t, 1, tensor.Float64)
	x := must(t)(b.FromRows(constant(t, b, "x", []float64{math.Inf(1), math.NaN(), math.Inf(1), math.NaN()}, 1, 2, 2)))
	y := must(t)(b.ToRows(must(t)(b.DropoutChannels(x, .999999, 1)), 1))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y}})
	require.NoError(t, s.Run(1, 0))
	assert.Equal(t, make([]float64, 4), Output[float64](s, 0), "whatever they hold")
}

func TestRandomErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", []float64{1, 2}, 2, 1)))
	for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := b.Noise(x, v, 1)
		assert.EqualError(t, err, fmt.Sprintf("lanes: noise: sd = %v: want 0 or more, finite", v))
		_, err = b.DropoutChannels(x, v, 1)
		assert.EqualError(t, err, fmt.Sprintf("lanes: dropout of channels: rate = %v: want [0, 1)", v))
	}
}
