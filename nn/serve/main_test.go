package serve_test

import (
	"testing"

	"descent/internal/rng"
	"descent/nn"
	"descent/nn/serve"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var lenetConfig = nn.Config{Input: []int{1, 28, 28}, Seed: 1, Threads: 1}

// newModel makes a model that is closed when the test ends.
func newModel(t testing.TB, net nn.Layer, cfg nn.Config) *nn.Model {
	t.Helper()
	m, err := nn.NewModel(net, cfg)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

// newServer makes a server that is closed when the test ends.
func newServer(t testing.TB, m *nn.Model, o serve.Options) *serve.Server {
	t.Helper()
	s, err := serve.New(m, o)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// images returns rows of random pixels, and the numbers that a network sees of them.
func images(n, size int) (pixels [][]uint8, numbers [][]float32) {
	r := rng.New(1, "serve test")
	for range n {
		p, x := make([]uint8, size), make([]float32, size)
		for i := range p {
			p[i] = uint8(r.UintN(256))
			x[i] = float32(p[i]) / 255
		}
		pixels, numbers = append(pixels, p), append(numbers, x)
	}
	return pixels, numbers
}
