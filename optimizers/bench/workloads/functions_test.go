package workloads

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"

	"descent/internal/rng"
	"descent/optimizers"
	"descent/optimizers/bench"
)

func functions() []Function { return []Function{Rosenbrock(), Quadratic()} }

// The mean of many noisy gradients is the gradient.
func TestGradients(t *testing.T) {
	for _, f := range functions() {
		n := 1
		for _, d := range f.Shape {
			n *= d
		}
		x, g, mean := make([]float64, n), make([]float64, n), make([]float64, n)
		f.Start(x, rng.New(3))
		want := fd.Gradient(nil, f.Value, x, &fd.Settings{Formula: fd.Central})
		noise := rng.New(1)
		const draws = 10_000
		var square float64
		for range draws {
			f.Gradient(g, x, noise)
			for i := range g {
				mean[i] += g[i] / draws
			}
			square += (g[0] - want[0]) * (g[0] - want[0]) / draws
		}
		sd := math.Sqrt(square)
		assert.Greater(t, sd, .01, f.About.Name)
		// The noise of the first number is of the size of the others', within a factor of a few.
		for i := range want {
			assert.InDelta(t, want[i], mean[i], 20*sd/math.Sqrt(draws), "%s %d", f.About.Name, i)
		}
	}
	// The noise of Rosenbrock is N(0, 1).
	f := Rosenbrock()
	x, g, noise := []float64{1, 1}, make([]float64, 2), rng.New(1)
	var squares float64
	for range 10_000 {
		f.Gradient(g, x, noise)
		squares += (g[0]*g[0] + g[1]*g[1]) / 20_000
	}
	assert.InDelta(t, 1, squares, .05)
}

func TestEllipsoid(t *testing.T) {
	q := ellipsoid(20, .02, 20)
	dense := mat.NewSymDense(20, nil)
	for i := range 20 {
		for j := range 20 {
			assert.InDelta(t, q[j][i], q[i][j], 1e-14)
			dense.SetSym(min(i, j), max(i, j), q[min(i, j)][max(i, j)])
		}
	}
	var e mat.EigenSym
	require.True(t, e.Factorize(dense, false))
	for k, v := range e.Values(nil) {
		assert.InEpsilon(t, .02*math.Pow(1000, float64(k)/19), v, 1e-11)
	}
	assert.Greater(t, math.Abs(q[0][1]), 1e-3, "not along the axes")
}

func TestFunctionRuns(t *testing.T) {
	for _, f := range functions() {
		source, err := f.Open(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "a formula", source)
		r := at(optimizers.DefaultAdam(), .02, bench.Test)
		r.Epochs = f.About.Epochs
		c, err := f.Run(t.Context(), r)
		require.NoError(t, err)
		first, last := c.Points[0], c.Points[len(c.Points)-1]
		assert.Equal(t, f.Steps*f.About.Epochs, last.Step)
		assert.Less(t, last.Metric, first.Metric/5, f.About.Name)

		r.Split = bench.Validation
		again, err := f.Run(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, untimed(c), untimed(again), "there is no other data")
		r.Seed = 2
		other, err := f.Run(t.Context(), r)
		require.NoError(t, err)
		assert.NotEqual(t, c.Points[0].Metric, other.Points[0].Metric, "another start")

		c, err = f.Run(t.Context(), at(optimizers.SGD{}, 10, bench.Test))
		require.NoError(t, err)
		assert.True(t, c.Diverged)
		assert.NotEmpty(t, c.Points)
	}
}

func TestFunctionErrors(t *testing.T) {
	for want, change := range map[string]func(*Function){
		"workloads: Function: Steps = 0: want 1 or more":                              func(f *Function) { f.Steps = 0 },
		"workloads: Function: Start, Value or Gradient is nil: want functions":        func(f *Function) { f.Start = nil },
		"workloads: Function: Shape = [268435456 2]: want 268435456 or fewer numbers": func(f *Function) { f.Shape = []int{1 << 28, 2} },
		"workloads: Function: Shape = [2 0]: want positive numbers":                   func(f *Function) { f.Shape = []int{2, 0} },
	} {
		f := Rosenbrock()
		change(&f)
		_, err := f.Open(t.Context())
		assert.EqualError(t, err, want)
		_, err = f.Run(t.Context(), at(optimizers.SGD{}, .1, bench.Test))
		assert.EqualError(t, err, want)
	}
}
