package bench

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerify(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	p := plan()
	r := Runner{Plan: p, File: file, Jobs: 2}
	_, err := r.Run(t.Context())
	require.NoError(t, err)
	v, err := r.Verify(t.Context(), 20, 1)
	require.NoError(t, err)
	assert.Equal(t, Verification{Checked: 20}, v)
	v, err = r.Verify(t.Context(), 1_000, 1)
	require.NoError(t, err)
	assert.Equal(t, planned, v.Checked)

	_, err = r.Verify(t.Context(), 0, 1)
	assert.EqualError(t, err, "bench: Verify: n = 0: want 1 or more")
	other := r
	other.Plan.Seed = 2
	_, err = other.Verify(t.Context(), 1, 1)
	assert.ErrorContains(t, err, "does not belong to the plan: seed is 1 in the file and 2 now")
	other = r
	other.Plan.Studies = 1 // a part of the file
	v, err = other.Verify(t.Context(), 1_000, 1)
	require.NoError(t, err)
	assert.Equal(t, planned/2, v.Checked)
}

// What a run leaves behind changes the next one: alone, it comes out differently.
func TestLeaks(t *testing.T) {
	var left atomic.Int64
	leaking := func() Plan {
		p := plan()
		p.Workloads = []Workload{&bowl{name: "one", gradient: func(g float64) float64 {
			return g + float64(left.Add(1))/1e4
		}}}
		return p
	}
	file := filepath.Join(t.TempDir(), "results.jsonl")
	_, err := Runner{Plan: leaking(), File: file}.Run(t.Context())
	require.NoError(t, err)
	left.Store(0) // as at the first run, whose gradient identifies the workload
	v, err := Runner{Plan: leaking(), File: file}.Verify(t.Context(), 10, 1)
	require.NoError(t, err)
	assert.Equal(t, 10, v.Checked)
	assert.NotEmpty(t, v.Differ)
	assert.Contains(t, v.Differ[0], "one, optimizers.SGD{")
}

func TestEstimate(t *testing.T) {
	p := plan()
	slow := &bowl{name: "slow", gradient: func(g float64) float64 {
		time.Sleep(2 * time.Millisecond)
		return g
	}}
	p.Workloads = []Workload{slow}
	file := filepath.Join(t.TempDir(), "results.jsonl")
	var e Estimate
	errNo := errors.New("no")
	r := Runner{Plan: p, File: file, Start: func(cost Estimate) error {
		e = cost
		return errNo
	}}
	_, err := r.Run(t.Context())
	require.ErrorIs(t, err, errNo)
	assert.Equal(t, planned/2, e.Runs)
	// Of 64 runs to the rung and 64 to the end, 20 updates each.
	assert.Greater(t, e.Time, 2*time.Second)
	assert.Zero(t, slow.runs.Load())

	r.Plan.Optimizers, r.Plan.Seeds, r.Start = r.Plan.Optimizers[3:], 1, nil
	_, err = r.Run(t.Context())
	require.NoError(t, err)
	r.Start = func(cost Estimate) error {
		e = cost
		return nil
	}
	_, err = r.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Estimate{}, e, "all is done")
}

// A grid grows by optimizers, studies, seeds and workloads, with nothing run twice.
func TestGrows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	grow := func(change func(p *Plan)) (r *Results, ran int64) {
		p := plan()
		change(&p)
		r, err := Runner{Plan: p, File: file}.Run(t.Context())
		require.NoError(t, err)
		read, notices, err := ReadResults(file)
		require.NoError(t, err)
		assert.Empty(t, notices)
		assert.Equal(t, jsonText(t, r.Header), jsonText(t, read.Header))
		assert.Equal(t, lines(t, r), lines(t, read))
		return r, runs(p)
	}
	few := func(p *Plan) {
		p.Workloads, p.Optimizers, p.Studies, p.Seeds = p.Workloads[:1], p.Optimizers[2:3], 1, 3
	}
	_, ran := grow(few)
	assert.EqualValues(t, 10+6+3, ran)
	_, ran = grow(func(p *Plan) { few(p); p.Seeds = 4 })
	assert.EqualValues(t, 1, ran)
	r, ran := grow(func(p *Plan) { few(p); p.Seeds = 4; p.Optimizers = plan().Optimizers[:2] })
	assert.EqualValues(t, 40, ran)
	require.Len(t, r.Header.Optimizers, 3, "what is there is kept")
	missing, all := r.Missing()
	assert.Equal(t, []int{0, 60}, []int{missing, all})
	r, ran = grow(func(*Plan) {})
	assert.EqualValues(t, planned-60, ran)
	assert.Len(t, r.Header.Cells, 16)
	_, ran = grow(func(*Plan) {})
	assert.Zero(t, ran)

	// Files of different optimizers are merged.
	dir := t.TempDir()
	var files []string
	for i := range 4 {
		files = append(files, filepath.Join(dir, string(rune('a'+i))))
		p := plan()
		p.Optimizers = p.Optimizers[i : i+1]
		_, err := Runner{Plan: p, File: files[i]}.Run(t.Context())
		require.NoError(t, err)
	}
	_, err := Merge(filepath.Join(dir, "all"), files...)
	require.NoError(t, err)
	merged, _, err := ReadResults(filepath.Join(dir, "all"))
	require.NoError(t, err)
	assert.Equal(t, lines(t, r), lines(t, merged))
}
