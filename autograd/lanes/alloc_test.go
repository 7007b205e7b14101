package lanes

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stepAllocs returns the allocations of a training step of n.
func stepAllocs(t *testing.T, rows int) float64 {
	t.Helper()
	n := newNet(t, newTestEngine(t, 1), rows, netWeights())
	s := n.session(t)
	pixels, labels := netBatch(rows)
	return testing.AllocsPerRun(20, func() {
		if err := s.Run(rows, 0, Feed{n.pixels, pixels}, Feed{n.labels, labels}); err != nil {
			t.Fatal(err)
		}
	})
}

// A step allocates little, and not more for a larger batch.
func TestStepAllocations(t *testing.T) {
	few, many := stepAllocs(t, 1), stepAllocs(t, 200)
	assert.Equal(t, few, many)
	assert.Less(t, many, 100.0)
}

func BenchmarkStep(b *testing.B) {
	const rows = 64
	n := newNet(b, newTestEngine(b, 2), rows, netWeights())
	s := n.session(b)
	pixels, labels := netBatch(rows)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Run(rows, 0, Feed{n.pixels, pixels}, Feed{n.labels, labels}))
	}
}
