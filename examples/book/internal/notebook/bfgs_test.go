package notebook

import (
	"fmt"
	"testing"

	"descent/autograd"
	"descent/examples/book/internal/paths"
	"descent/optimizers/minimize"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// After each step the estimate maps the last change of the gradient to that of
// the point, and is symmetric.
func TestBFGSSecant(t *testing.T) {
	r := &bfgs{b: [][]float64{{2, 0.5, 0}, {0.5, 1, -0.25}, {0, -0.25, 3}}}
	s, y := []float64{1, -2, 0.5}, []float64{3, -1, 2}
	r.learn(s, y, innerProduct(s, y))
	for i := range s {
		assert.InDelta(t, s[i], innerProduct(r.b[i], y), 1e-12)
		for j := range s {
			assert.InDelta(t, r.b[j][i], r.b[i][j], 1e-12)
		}
	}
}

// On a quadratic function with exact line searches BFGS is at the minimum
// after as many steps as there are coordinates.
func TestBFGSQuadratic(t *testing.T) {
	o, err := autograd.NewObjective(steep, 2)
	require.NoError(t, err)
	path, err := minimize.Run(t.Context(), o.Evaluate, []float64{-1, -0.3}, 2, minimize.Search{
		Direction: &bfgs{}, Length: minimize.Bisection{Tolerance: 1e-12},
	})
	require.NoError(t, err)
	assert.Less(t, path.Values[2], 1e-15)
}

func TestRoundingTo(t *testing.T) {
	for _, x := range roundingTo([]float64{1.52226677, -0.00000001}, 100, "test") {
		assert.Equal(t, "1.52226677 -0.00000001", fmt.Sprintf("%.8f %.8f", x[0], x[1]))
	}
}

// The quotient of x² is off by its step, central ones by rounding alone.
func TestGradientError(t *testing.T) {
	o, err := autograd.NewObjective(paths.Square, 1)
	require.NoError(t, err)
	forward, err := gradientError(o.Evaluate, []float64{0.5}, forwardStep, false)
	require.NoError(t, err)
	assert.InDelta(t, 0x1p-26, forward, 1e-15)
	central, err := gradientError(o.Evaluate, []float64{0.5}, centralStep, true)
	require.NoError(t, err)
	assert.Less(t, central, 1e-10)
}
