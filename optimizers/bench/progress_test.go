package bench

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every workload is tried once at first, and then the time left is known.
func TestProgress(t *testing.T) {
	p := plan()
	var seen []Progress
	_, err := Runner{Plan: p, File: filepath.Join(t.TempDir(), "r"), Progress: func(p Progress) { seen = append(seen, p) }}.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, seen, planned+1)
	assert.Nil(t, seen[0].Last)
	assert.Equal(t, "one", seen[1].Last.Key.Workload)
	assert.Equal(t, "two", seen[2].Last.Key.Workload)
	for i, v := range seen {
		assert.Equal(t, i, v.Done)
		switch {
		case i < 2:
			assert.Negative(t, v.Left)
		case i < planned:
			assert.Positive(t, v.Left)
		default:
			assert.Zero(t, v.Left)
		}
	}
}

func TestLeft(t *testing.T) {
	x := &execution{
		Runner: Runner{Jobs: 2},
		contest: &contest{header: Header{
			Workloads: []HeaderWorkload{{Name: "fast"}, {Name: "slow"}}, Cells: []Cell{{Workload: "fast"}},
		}},
		took: map[string]duration{},
	}
	ran := func(workload string, seconds float64) {
		x.time(Record{Key: RunKey{Workload: workload}, TotalSeconds: seconds})
	}
	ran("fast", 1)
	ran("fast", 3)
	a := &agenda{x: x, missing: map[string]amount{"fast": {10, 6}}, ahead: map[int]int{0: 4}}
	assert.Equal(t, 10*time.Second, x.left(a), "2 s each, two at a time")
	a.missing["slow"] = amount{1, 1}
	assert.Negative(t, x.left(a))
	ran("slow", 60)
	assert.Equal(t, 40*time.Second, x.left(a))
}
