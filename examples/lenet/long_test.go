//go:build long

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the command promises of the full set, with its defaults: accuracy, with
// any of three seeds, and memory.
func TestLongFullSet(t *testing.T) {
	const dir = "/usr/share/datasets/fashion-mnist"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the full set is not installed: ", err)
	}
	for _, seed := range []string{"1", "2", "3"} {
		var stdout, stderr bytes.Buffer
		require.NoError(t, run(context.Background(), []string{"-data", dir, "-quiet", "-report", "-", "-seed", seed}, &stdout, &stderr))
		var r report
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &r))
		assert.EqualValues(t, "dir", r.DatasetSource)
		assert.Equal(t, []int{60_000, 10_000}, []int{r.TrainExamples, r.TestExamples})
		assert.Equal(t, 10, r.Epochs)
		assert.GreaterOrEqual(t, r.last().TestAccuracy, 0.89, "seed %s", seed)
		assert.Less(t, r.PeakRSSBytes, int64(250<<20))
	}
}
