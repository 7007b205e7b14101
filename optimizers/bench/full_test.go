package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/fulldisk"
)

// A disk that becomes full in the middle of a grid, after whatever number of
// bytes, is an error that names the file. All finished runs that there was room
// for are in it, nothing else, and the same plan goes on when there is room.
func TestFullDisk(t *testing.T) { fulldisk.Test(t, func() { fullDisk(t) }) }

func fullDisk(t *testing.T) {
	small := func() Plan {
		p := plan()
		p.Workloads, p.Optimizers, p.Studies, p.Trials, p.Seeds = p.Workloads[:1], p.Optimizers[:1], 1, 2, 2
		return p
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "whole.jsonl")
	whole, err := Runner{Plan: small(), File: file}.Run(t.Context())
	require.NoError(t, err)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	header := bytes.IndexByte(b, '\n') + 1
	for room := 0; room < len(b)-20; room += 97 { // the times vary in length
		file := filepath.Join(dir, "results.jsonl")
		fulldisk.At(t, room, func() {
			_, err := Runner{Plan: small(), File: file, Jobs: 2}.Run(t.Context())
			require.ErrorIs(t, err, fulldisk.Error)
			require.ErrorContains(t, err, file)
		})
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(got), room)
		if room >= header+20 {
			assert.True(t, bytes.HasSuffix(got, []byte("\n")), "%q", got)
		}
		again, err := Runner{Plan: small(), File: file, Notice: func(s string) { t.Error(s) }}.Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, lines(t, whole), lines(t, again))
		require.NoError(t, os.Remove(file))
	}
}
