package lanes

import (
	"testing"

	"descent/internal/graph"
	"descent/internal/rng"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newTestEngine returns an engine that ends with the test.
func newTestEngine(t testing.TB, threads int) *Engine {
	t.Helper()
	e, err := NewEngine(EngineConfig{Threads: threads})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// newTestBuilder returns a builder on an engine of two threads.
func newTestBuilder(t testing.TB, rows int, dt tensor.Dtype) *Builder {
	t.Helper()
	b, err := NewBuilder(newTestEngine(t, 2), BuilderConfig{Rows: rows, Dtype: dt})
	require.NoError(t, err)
	return b
}

// spread returns n values between −1 and 1, or −n/1000 and n/1000 if that is
// more, in random order: no two are closer than 2/1000 and none is closer to 0
// than 1/1000, far from the kinks of operations that compare them. Behind a
// convolution it is unlikely that two meet within the 1e-5 that matter; where a
// case fails for that, another name draws others.
func spread[T Float](n int, label string) []T {
	v := make([]T, n)
	half := max(1/float64(n), 1./1000)
	for i, p := range rng.New(1, "spread", label).Perm(n) {
		v[i] = T(float64(2*p-n+1-n%2) * half) // odd multiples
	}
	return v
}

// normal returns n normal values.
func normal[T Float](n int, label string) []T {
	r := rng.New(1, "normal", label)
	v := make([]T, n)
	for i := range v {
		v[i] = T(r.NormFloat64())
	}
	return v
}

// must returns n, or ends the test.
func must(t testing.TB) func(n *gorgonia.Node, err error) *gorgonia.Node {
	return func(n *gorgonia.Node, err error) *gorgonia.Node {
		t.Helper()
		require.NoError(t, err)
		return n
	}
}

// variable adds a variable over data.
func variable[T Float](t testing.TB, b *Builder, name string, data []T, shape ...int) *gorgonia.Node {
	t.Helper()
	return must(t)(b.Variable(name, graph.Dense(data, shape...)))
}

// constant adds a constant over data.
func constant[T Float](t testing.TB, b *Builder, name string, data []T, shape ...int) *gorgonia.Node {
	t.Helper()
	return must(t)(b.Constant(name, graph.Dense(data, shape...)))
}

// newTestSession returns a session for a loss and its gradients.
func newTestSession(t testing.TB, b *Builder, p Program) *Session {
	t.Helper()
	s, err := b.NewSession(p)
	require.NoError(t, err)
	return s
}

// dtypeOf returns Gorgonia's name of T.
func dtypeOf[T Float]() tensor.Dtype {
	var zero T
	if any(zero) == any(float64(0)) {
		return tensor.Float64
	}
	return tensor.Float32
}
