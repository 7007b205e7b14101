package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHolm(t *testing.T) {
	for _, c := range golden[struct{ P, Adjusted []float64 }](t, "holm") {
		got, err := Holm(c.P)
		require.NoError(t, err)
		nearAll(t, c.Adjusted, got)
	}
	got, err := Holm(nil)
	require.NoError(t, err)
	assert.Empty(t, got)
}

// Adjusted values keep the order, are between p and m·p, at most 1, equal for
// equal ones, and go with their p when the family is reordered.
func TestHolmProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few values, so that some are equal.
		drawn := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 12).Draw(t, "p·20")
		p := make([]float64, len(drawn))
		reversed := make([]float64, len(drawn))
		for i, v := range drawn {
			p[i] = float64(v) / 20
			reversed[len(drawn)-1-i] = p[i]
		}
		got, err := Holm(p)
		require.NoError(t, err)
		other, err := Holm(reversed)
		require.NoError(t, err)
		for i := range p {
			assert.GreaterOrEqual(t, got[i], p[i])
			assert.LessOrEqual(t, got[i], min(1, float64(len(p))*p[i]))
			assert.Equal(t, got[i], other[len(p)-1-i])
			for j := range p {
				if p[i] == p[j] {
					assert.Equal(t, got[i], got[j])
				}
				if p[i] < p[j] {
					assert.LessOrEqual(t, got[i], got[j])
				}
			}
		}
	})
}

func TestHolmErrors(t *testing.T) {
	_, err := Holm([]float64{0.5, 1.5})
	assert.EqualError(t, err, "stats: Holm: p[1] = 1.5: want [0, 1]")
	_, err = Holm([]float64{math.NaN()})
	assert.EqualError(t, err, "stats: Holm: p[0] = NaN: want [0, 1]")
	_, err = Holm([]float64{-0.1})
	assert.EqualError(t, err, "stats: Holm: p[0] = -0.1: want [0, 1]")
}
