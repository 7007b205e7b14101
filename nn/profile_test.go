package nn_test

import (
	"regexp"
	"strings"
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The profile is that of the graph trained on most, from the call of Profile
// on, also of graphs that are made later.
func TestProfile(t *testing.T) {
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1, Threads: 1})
	small, large := sampleBatch(t, 16), sampleBatch(t, 64)
	step(t, m, small)
	assert.Empty(t, m.OpTimes(), "nothing is measured unasked")
	assert.Equal(t, "no training step was measured\n", m.ProfileTable())

	require.NoError(t, m.Profile())
	assert.Equal(t, "no training step was measured\n", m.ProfileTable())
	for range 2 {
		step(t, m, small)
	}
	for range 3 {
		step(t, m, large)
	}
	evaluate(t, m, large)
	times := m.OpTimes()
	require.NotEmpty(t, times)
	ops := map[string]int{}
	for _, o := range times {
		assert.Equal(t, 3, o.Runs, "%s: of the larger batch", o.Op)
		assert.LessOrEqual(t, 3*o.Min, o.Total, o.Op)
		ops[o.Op]++
	}
	assert.Equal(t, 2, ops["conv2d"], "%v", ops)
	assert.Equal(t, 2, ops["conv2d backward"], "%v", ops)
	assert.Equal(t, 3, ops["affine"], "%v", ops)

	table := strings.Split(strings.TrimRight(m.ProfileTable(), "\n"), "\n")
	require.Len(t, table, len(times)+2)
	assert.Regexp(t, `^ *mean µs +min µs +share +operation$`, table[0])
	assert.Regexp(t, `(?m)^ *\d+\.\d +\d+\.\d +\d+\.\d % +conv2d 4×6×14×14×16$`, strings.Join(table, "\n"))
	assert.Regexp(t, regexp.MustCompile(`^ *\d+\.\d +total of 3 steps' mean$`), table[len(table)-1])
}

func TestProfileOfClosedModel(t *testing.T) {
	m := newModel(t, nn.LinearRegression(), nn.Config{Input: []int{5}})
	m.Close()
	assert.EqualError(t, m.Profile(), "nn: model is closed")
}
