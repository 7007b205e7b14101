package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
)

func runs(p Plan) (n int64) {
	for _, w := range p.Workloads {
		n += w.(*bowl).runs.Load()
	}
	return n
}

// lines are a file's lines without times, sorted.
func lines(t *testing.T, r *Results) []string {
	t.Helper()
	var all []string
	for _, v := range r.Records {
		b, err := json.Marshal(untimed(v))
		require.NoError(t, err)
		all = append(all, string(b))
	}
	slices.Sort(all)
	return all
}

// planned is the number of runs of plan.
const planned = 256

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	p := plan()
	var seen []Progress
	r, err := Runner{Plan: p, File: file, Jobs: 3, Progress: func(p Progress) { seen = append(seen, p) }}.Run(t.Context())
	require.NoError(t, err)

	assert.EqualValues(t, planned, runs(p))
	assert.Len(t, r.Records, planned)
	missing, all := r.Missing()
	assert.Zero(t, missing)
	assert.Equal(t, planned, all)
	assert.Equal(t, Progress{Done: planned, All: planned, Last: seen[planned].Last}, seen[planned])
	require.Len(t, r.Header.Cells, 16)
	cell := func(i int) Cell { return r.Header.Cells[i] }
	assert.Equal(t, "a", cell(1).Entry)
	assert.Equal(t, 1, cell(1).Study)
	for _, i := range []int{1, 2, 8} {
		assert.NotEqual(t, cell(0).Candidates, cell(i).Candidates, "each study, optimizer and workload has its own")
	}
	for i, c := range r.Header.Cells {
		best, ok := r.Selected(c)
		require.True(t, ok)
		score := func(k int, rung bool) (sum float64) {
			for _, run := range r.Tuning(c, k, rung) {
				sum += run.Final()
				if run.Diverged {
					return 1e300
				}
			}
			return sum
		}
		left, ok := r.Survivors(c)
		require.True(t, ok)
		if c.tuned() {
			require.Len(t, left, 3)
			for k := range c.Candidates {
				if slices.Contains(left, k) {
					assert.LessOrEqual(t, score(best, false), score(k, false), "cell %d", i)
					continue
				}
				assert.Nil(t, r.Tuning(c, k, false)[0])
				for _, better := range left {
					assert.LessOrEqual(t, score(better, true), score(k, true), "cell %d", i)
				}
			}
			rung, whole := r.Tuning(c, left[0], true)[0].Points, r.Tuning(c, left[0], false)[0].Points
			assert.Equal(t, 4, rung[len(rung)-1].Step)
			assert.Equal(t, untimed(Record{Points: whole[:len(rung)]}), untimed(Record{Points: rung}))
		}
		for k, run := range r.Scoring(c) {
			require.NotNil(t, run)
			assert.Equal(t, Test, run.Key.Split)
			assert.EqualValues(t, 1_000_001+1000*c.Study+k, run.Key.Seed)
		}
	}

	read, notices, err := ReadResults(file)
	require.NoError(t, err)
	assert.Empty(t, notices)
	assert.Equal(t, lines(t, r), lines(t, read))
	assert.Equal(t, jsonText(t, r.Header), jsonText(t, read.Header))

	again := plan()
	_, err = Runner{Plan: again, File: file}.Run(t.Context())
	require.NoError(t, err)
	assert.Zero(t, runs(again), "nothing is run twice")

	other := filepath.Join(t.TempDir(), "results.jsonl")
	alone, err := Runner{Plan: plan(), File: other, Jobs: 1}.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, lines(t, r), lines(t, alone), "one job or three")
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// Killed after every number of bytes that a file can have, a run goes on.
func TestResume(t *testing.T) {
	small := func() Plan {
		p := plan()
		p.Workloads, p.Optimizers, p.Studies, p.Trials, p.Seeds = p.Workloads[:1], p.Optimizers[:1], 1, 2, 2
		return p
	}
	file := filepath.Join(t.TempDir(), "results.jsonl")
	whole, err := Runner{Plan: small(), File: file}.Run(t.Context())
	require.NoError(t, err)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	for size := 0; size < len(b); size += 13 {
		require.NoError(t, os.WriteFile(file, b[:size], 0o600))
		var notices []string
		r, err := Runner{Plan: small(), File: file, Jobs: 2, Notice: func(s string) { notices = append(notices, s) }}.Run(t.Context())
		require.NoError(t, err, "%d bytes", size)
		require.Equal(t, lines(t, whole), lines(t, r))
		if torn := bytes.LastIndexByte(b[:size], '\n') + 1; torn > 0 && torn < size {
			require.Len(t, notices, 1)
			assert.Contains(t, notices[0], "dropped an incomplete last line")
		}
		got, notices, err := ReadResults(file)
		require.NoError(t, err)
		assert.Empty(t, notices)
		assert.Equal(t, lines(t, whole), lines(t, got))
	}
}

// What is left of the first line of a larger plan does not stay behind.
func TestTornHeader(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	_, err := Runner{Plan: plan(), File: file}.Run(t.Context())
	require.NoError(t, err)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	b = bytes.Repeat(b[:bytes.IndexByte(b, '\n')], 10)
	require.NoError(t, os.WriteFile(file, b, 0o600))
	p := plan()
	p.Workloads, p.Optimizers, p.Studies, p.Seeds = p.Workloads[:1], p.Optimizers[3:], 1, 1
	_, err = Runner{Plan: p, File: file}.Run(t.Context())
	require.NoError(t, err)
	r, notices, err := ReadResults(file)
	require.NoError(t, err)
	assert.Empty(t, notices)
	assert.Len(t, r.Records, 1)
}

func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	p := plan()
	p.Workloads[0].(*bowl).onRun = func(n int64) error {
		if n == 7 {
			cancel()
		}
		return nil
	}
	_, err := Runner{Plan: p, File: file, Jobs: 2}.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	part, _, err := ReadResults(file)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(part.Records), 4)
	assert.Less(t, len(part.Records), 10)
	r, err := Runner{Plan: plan(), File: file, Jobs: 2}.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, r.Records, planned)
}

func TestFailures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	p := plan()
	p.Workloads[0].(*bowl).onRun = func(n int64) error {
		if n == 5 {
			return errFake
		}
		return nil
	}
	_, err := Runner{Plan: p, File: file, Jobs: 2}.Run(t.Context())
	require.ErrorIs(t, err, errFake)
	assert.ErrorContains(t, err, "bench: one, optimizers.SGD{Momentum:0 ")
	part, _, err := ReadResults(file)
	require.NoError(t, err)
	assert.NotEmpty(t, part.Records)
	p.Workloads[0].(*bowl).onRun = func(int64) error { panic("broken") }
	_, err = Runner{Plan: p, File: file, Jobs: 2}.Run(t.Context())
	assert.ErrorContains(t, err, "bench: one, optimizers.SGD{Momentum:0 ")
	assert.ErrorContains(t, err, ": panic: broken (run_test.go:")

	for want, change := range map[string]func(*Plan){
		"trials is 5 in the file and 6 now":                           func(p *Plan) { p.Trials = 6 },
		"seed is 1 in the file and 2 now":                             func(p *Plan) { p.Seed = 2 },
		"full_trials is false in the file and true now":               func(p *Plan) { p.FullTrials = true },
		"workload two epochs is 2 in the file and 7 now":              func(p *Plan) { p.Workloads[1] = &longer{bowl{name: "two"}} },
		"optimizer a schedule is constant in the file and cosine now": func(p *Plan) { p.Schedules = []Schedule{CosineRate()} },
		"optimizer momentum space lr high is 1 in the file and 2 now": func(p *Plan) { p.Optimizers[2].Space[0].High = 2 },
		"study 1 of fixed on one candidates 1 fields is ": func(p *Plan) {
			p.Optimizers[3].Make = func([]float64) Setup { return Setup{Rule: optimizers.SGD{Momentum: .5}, LR: .3} }
		},
	} {
		p := plan()
		change(&p)
		_, err := Runner{Plan: p, File: file}.Run(t.Context())
		assert.ErrorContains(t, err, "results.jsonl was made with different settings ("+want)
	}
	for content, want := range map[string]string{
		"":                                     "no header: want a results file",
		"hello\n":                              "line 1: no header: want a results file",
		`{"kind":"header","version":9}` + "\n": "line 1: version 9: want version 3",
		`{"kind":"header","version":2}` + "\n": "line 1: version 2: want version 3, as its runs belong to no study: run the grid again, with another file",
	} {
		other := filepath.Join(t.TempDir(), "other")
		require.NoError(t, os.WriteFile(other, []byte(content), 0o600))
		_, _, err := ReadResults(other)
		assert.ErrorContains(t, err, want)
	}
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	parts := bytes.SplitAfter(b, []byte("\n"))
	require.NoError(t, os.WriteFile(file, bytes.Join([][]byte{parts[0], []byte("{\n"), parts[1]}, nil), 0o600))
	_, _, err = ReadResults(file)
	assert.ErrorContains(t, err, "line 2: the line was changed: its sum does not match its bytes")
	another, elsewhere, other := part.Records[0], part.Records[0], part.Records[0]
	another.Points = slices.Clone(another.Points)
	another.Points[1].Metric++
	elsewhere.Key.LR++
	other.Kind = "ran"
	for want, v := range map[string]Record{
		"duplicate with different numbers": another,
		"the hash of its settings":         elsewhere,
		`kind "ran": want "run"`:           other,
	} {
		line, err := seal(v)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, bytes.Join([][]byte{parts[0], parts[1], line, []byte("\n")}, nil), 0o600))
		_, _, err = ReadResults(file)
		assert.ErrorContains(t, err, want)
	}
}

// longer is a bowl with another budget.
type longer struct{ bowl }

func (l *longer) Info() Info {
	i := l.bowl.Info()
	i.Epochs = 7
	return i
}

func TestShards(t *testing.T) {
	dir := t.TempDir()
	whole, err := Runner{Plan: plan(), File: filepath.Join(dir, "whole")}.Run(t.Context())
	require.NoError(t, err)
	var files []string
	total := int64(0)
	for i := range 3 {
		files = append(files, filepath.Join(dir, "part"+string(rune('0'+i))))
		p := plan()
		_, err := Runner{Plan: p, File: files[i], Shard: Shard{Index: i, Count: 3}}.Run(t.Context())
		require.NoError(t, err)
		assert.Less(t, runs(p), int64(planned))
		total += runs(p)
	}
	assert.EqualValues(t, planned, total)
	dst := filepath.Join(dir, "merged")
	notices, err := Merge(dst, files...)
	require.NoError(t, err)
	assert.Empty(t, notices)
	merged, _, err := ReadResults(dst)
	require.NoError(t, err)
	assert.Equal(t, lines(t, whole), lines(t, merged))

	h := merged.Header
	h.Kernels = "other-" + h.Kernels
	b, err := seal(h)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(files[1], append(b, '\n'), 0o600))
	_, err = Merge(dst, files...)
	assert.ErrorContains(t, err, "do not belong together: kernels is "+whole.Header.Kernels+" in the first and other-")
	before, err := os.ReadFile(dst)
	require.NoError(t, err)
	another := plan()
	another.Seed = 9
	_, err = Runner{Plan: another, File: files[1]}.Run(t.Context())
	assert.Error(t, err)
	require.NoError(t, os.Remove(files[1]))
	_, err = Runner{Plan: another, File: files[1]}.Run(t.Context())
	require.NoError(t, err)
	_, err = Merge(dst, files[1])
	assert.ErrorContains(t, err, "do not belong together: seed is 9 in the first and 1 in the second", "what is there is not written over")
	after, err := os.ReadFile(dst)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	_, err = Merge(dst, files[0])
	require.NoError(t, err)
	merged, _, err = ReadResults(dst)
	require.NoError(t, err)
	assert.Equal(t, lines(t, whole), lines(t, merged), "what is there is kept")
	_, err = Runner{Plan: plan(), File: dst, Shard: Shard{Index: 3, Count: 3}}.Run(t.Context())
	assert.EqualError(t, err, "bench: Shard: Index = 3, Count = 3: want 0 ≤ Index < Count")
}

// A file has one writer at a time.
func TestOneWriter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	p := plan()
	p.Workloads = []Workload{&bowl{name: "one", onRun: func(n int64) error {
		if n == 1 {
			_, err := Runner{Plan: plan(), File: file}.Run(t.Context())
			assert.ErrorContains(t, err, "results.jsonl: another process is writing to it: want one process per file")
			_, err = Merge(file, file)
			assert.ErrorContains(t, err, "results.jsonl: another process is writing to it: want a file that is not in use")
		}
		return nil
	}}}
	_, err := Runner{Plan: p, File: file, Commit: "abc"}.Run(t.Context())
	require.NoError(t, err)
	r, _, err := ReadResults(file)
	require.NoError(t, err)
	assert.Equal(t, "abc", r.Header.Environment.Commit)

	var notices []string
	_, err = Runner{Plan: p, File: file, Commit: "def", Notice: func(s string) { notices = append(notices, s) }}.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, notices, 1)
	assert.Contains(t, notices[0], "was started in another environment (commit is abc in the file and def now), which the report shows")
}
