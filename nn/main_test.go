package nn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"descent/datasets"
	"descent/internal/rng"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// random is the source of a test's data.
func random(label string) *rand.Rand { return rng.New(1, "nn test", label) }

// normal returns n normal values.
func normal(n int, label string) []float32 {
	v, r := make([]float32, n), random(label)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// pixelBatch returns rows of random bytes with labels below classes.
func pixelBatch(rows, size, classes int, label string) *datasets.Batch {
	b, r := &datasets.Batch{Rows: rows, Pixels: make([]uint8, rows*size)}, random(label)
	for i := range b.Pixels {
		b.Pixels[i] = uint8(r.UintN(256))
	}
	for range rows {
		b.Labels = append(b.Labels, int32(r.IntN(classes)))
	}
	return b
}

// inputBatch returns rows of normal inputs and targets.
func inputBatch(rows, inputs, targets int, label string) *datasets.Batch {
	return &datasets.Batch{Rows: rows, Inputs: normal(rows*inputs, label+" inputs"), Targets: normal(rows*targets, label+" targets")}
}

// result is what a step gives, copied.
type result struct {
	loss   uint64 // bits: results are compared exactly
	output []float32
	grads  map[string][]float32
}

func step(t testing.TB, m *nn.Model, b *datasets.Batch) result {
	t.Helper()
	loss, output, err := m.Step(b)
	require.NoError(t, err)
	return result{math.Float64bits(loss), slices.Clone(output), gradients(m)}
}

func evaluate(t testing.TB, m *nn.Model, b *datasets.Batch) result {
	t.Helper()
	loss, output, err := m.Evaluate(b)
	require.NoError(t, err)
	return result{loss: math.Float64bits(loss), output: slices.Clone(output)}
}

// gradients returns copies of the gradients by name.
func gradients(m *nn.Model) map[string][]float32 {
	g := map[string][]float32{}
	for _, p := range m.Params() {
		g[p.Name] = slices.Clone(p.Grad)
	}
	return g
}

// param returns a parameter by its name.
func param(t testing.TB, m *nn.Model, name string) optimizers.Param[float32] {
	t.Helper()
	all := m.Params()
	i := slices.IndexFunc(all, func(p optimizers.Param[float32]) bool { return p.Name == name })
	require.GreaterOrEqual(t, i, 0, "no parameter %q", name)
	return all[i]
}

// newModel makes a model that is closed when the test ends.
func newModel(t testing.TB, net nn.Layer, cfg nn.Config) *nn.Model {
	t.Helper()
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}
