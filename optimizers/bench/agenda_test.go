package bench

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// When the file cannot be written, all of the runs that end at once are waited
// for, and none is kept.
func TestFileFails(t *testing.T) {
	var together sync.WaitGroup
	together.Add(4)
	p := plan()
	p.Workloads = []Workload{&bowl{name: "one", onRun: func(n int64) error {
		if n <= 4 {
			together.Done()
			together.Wait()
		}
		return nil
	}}}
	c, err := p.open(t.Context())
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "results.jsonl")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	f, err := os.Open(file) // for reading
	require.NoError(t, err)
	defer f.Close()
	x := &execution{
		Runner: Runner{Jobs: 4, File: file}, contest: c, store: &store{file: f},
		results: &Results{Header: c.header, byKey: map[RunKey]int{}}, took: map[string]duration{},
	}
	ended := make(chan error)
	go func() { ended <- x.run(t.Context()) }()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		require.Fail(t, "it hangs")
	}
	assert.ErrorIs(t, err, errFile)
	assert.ErrorContains(t, err, "results.jsonl: ")
	assert.Empty(t, x.results.Records)
}
