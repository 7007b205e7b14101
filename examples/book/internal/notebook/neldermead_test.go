package notebook

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// In one dimension, with the corners 0 and 1: the reflection of 1 is −1, the
// expansion −2, and the contractions are −½ and ½. Each kind of step is known by
// the point it takes and its evaluations.
func TestSimplexSteps(t *testing.T) {
	for name, c := range map[string]struct {
		values      map[float64]float64 // f at the points that may be asked
		want        float64             // the corner that replaces 1
		evaluations int
	}{
		"expansion":                    {map[float64]float64{0: 1, 1: 2, -1: 0.5, -2: 0.25}, -2, 2},
		"reflection, expansion higher": {map[float64]float64{0: 1, 1: 2, -1: 0.5, -2: 0.75}, -1, 2},
		"outer contraction":            {map[float64]float64{0: 1, 1: 2, -1: 1.5, -0.5: 1.5}, -0.5, 2},
		"inner contraction":            {map[float64]float64{0: 1, 1: 2, -1: 3, 0.5: 1.5}, 0.5, 2},
		"shrink after the outer":       {map[float64]float64{0: 1, 1: 2, -1: 1.5, -0.5: 1.75, 0.5: 1.9}, 0.5, 3},
		"shrink after the inner":       {map[float64]float64{0: 1, 1: 2, -1: 3, 0.5: 2}, 0.5, 3},
	} {
		s := &simplex{value: func(x []float64) (float64, error) {
			v, known := c.values[x[0]]
			assert.True(t, known, "%s: f at %v", name, x[0])
			return v, nil
		}, corners: []corner{{[]float64{0}, c.values[0]}, {[]float64{1}, c.values[1]}}}
		require.NoError(t, s.step())
		var points []float64
		for _, k := range s.corners {
			points = append(points, k.x[0])
			assert.Equal(t, c.values[k.x[0]], k.f, name)
		}
		assert.ElementsMatch(t, []float64{0, c.want}, points, name)
		assert.LessOrEqual(t, s.corners[0].f, s.corners[1].f, "%s: the lowest first", name)
		assert.Equal(t, c.evaluations, s.evaluations, name)
	}
}

// A plain reflection comes to lie between the lowest and the second highest of
// three corners.
func TestSimplexReflects(t *testing.T) {
	s := &simplex{value: func(x []float64) (float64, error) { return x[1] + 0.1, nil }, corners: []corner{{[]float64{0, 0}, 0}, {[]float64{0, 1}, 1}, {[]float64{1, 0.5}, 2}}}
	require.NoError(t, s.step())
	assert.Equal(t, 1, s.evaluations)
	assert.Equal(t, corner{[]float64{-1, 0.5}, 0.6}, s.corners[1], "between the two others")
	assert.False(t, s.small())
	for i := range s.corners {
		s.corners[i] = corner{[]float64{1, 1 + 1e-5*float64(i)}, 0}
	}
	assert.True(t, s.small())
}
