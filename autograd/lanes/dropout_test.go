package lanes

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestDropoutGradient(t *testing.T) {
	var checks []check
	for name, rate := range map[string]float64{"0": 0, "0.3": 0.3, "0.9": 0.9} {
		for _, shape := range [][]int{{1, 7}, {17, 3}, {3, 2, 3, 3}} {
			checks = append(checks, check{
				name: name, rows: shape[0], inputs: [][]int{shape},
				build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
					return b.Dropout(x, rate, 11)
				}),
			})
		}
	}
	runChecks(t, checks)
}

// dropoutOf returns the outputs for rows of ones.
func dropoutOf(t *testing.T, rows, features int, rate float64, key uint64, active int, step int64) []float64 {
	t.Helper()
	b := newTestBuilder(t, rows, tensor.Float64)
	x := must(t)(b.Input("x", tensor.Float64, rows, features))
	ones := x.Value().Data().([]float64)
	for i := range ones {
		ones[i] = 1
	}
	y := must(t)(b.ToRows(must(t)(b.Dropout(must(t)(b.FromRows(x)), rate, key)), active))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y}})
	require.NoError(t, s.Run(active, step))
	return Output[float64](s, 0)
}

// The mask is a function of key, step, row and place in the row alone: the size
// of the batch does not change the masks of its rows.
func TestDropoutMask(t *testing.T) {
	mask := dropoutOf(t, 40, 50, 0.25, 1, 40, 7)
	kept := 0
	for _, v := range mask {
		if v != 0 {
			assert.InDelta(t, 1/0.75, v, 1e-15)
			kept++
		}
	}
	assert.InDelta(t, 1500, kept, 4*20, "of 2000 values, four standard deviations")
	assert.Equal(t, mask, dropoutOf(t, 40, 50, 0.25, 1, 40, 7))
	assert.Equal(t, mask[:3*50], dropoutOf(t, 3, 50, 0.25, 1, 3, 7))
	assert.Equal(t, mask[:20*50], dropoutOf(t, 40, 50, 0.25, 1, 20, 7))
	assert.NotEqual(t, mask, dropoutOf(t, 40, 50, 0.25, 1, 40, 8), "another step")
	assert.NotEqual(t, mask, dropoutOf(t, 40, 50, 0.25, 2, 40, 7), "another key")
	assert.NotEqual(t, dropoutOf(t, 1, 50, 0.25, 1, 1, 8), dropoutOf(t, 1, 50, 0.25, 2, 1, 7), "key and step are not interchangeable")
	assert.NotEqual(t, mask[:50], mask[50:100], "another row")
}
