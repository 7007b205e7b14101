package report_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// tunable is a workload whose accuracy is best at rate 0.1, and which diverges
// beyond rate 3 after one epoch.
func tunable(name string) task {
	return task{
		info: bench.Info{Name: name, About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .7, Epochs: 3, Batch: 8},
		curve: func(r bench.Run, lr float64) bench.Curve {
			g := rng.New(r.Seed, name, string(r.Split))
			v := .9 - .1*distance(lr, .1)
			c := steady(v-.2+.01*g.Float64(), v-.1+.01*g.Float64(), v+.01*g.Float64())
			if lr > 3 {
				return bench.Curve{Points: c.Points[:2], Diverged: true}
			}
			return c
		},
	}
}

// distance is in factors of ten.
func distance(a, b float64) (d float64) {
	for lo, hi := min(a, b), max(a, b); lo < hi; lo *= 10 {
		d++
	}
	return d
}

func tuned(name string, rule optimizers.Rule) bench.Contender {
	return bench.Contender{
		Name: name, Space: bench.Space{{Name: "lr", Low: 1e-3, High: 10, Log: true}},
		Make: func(v []float64) bench.Setup { return bench.Setup{Rule: rule, LR: v[0]} },
	}
}

func tunedPlan() bench.Plan {
	return bench.Plan{
		Workloads:  []bench.Workload{tunable("one"), tunable("two")},
		Optimizers: []bench.Contender{tuned("sgd", optimizers.SGD{}), tuned("adam", optimizers.DefaultAdam()), fixed("fixed", .01)},
		Seed:       3, Trials: 4, TuningSeeds: 2, Seeds: 7,
	}
}

// rewritten reads the results of a file whose lines were changed.
func rewritten(t testing.TB, file string, change func(lines [][]byte) [][]byte) *bench.Results {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "other.jsonl")
	require.NoError(t, os.WriteFile(other, bytes.Join(change(bytes.SplitAfter(b, []byte("\n"))), nil), 0o600))
	r, _, err := bench.ReadResults(other)
	require.NoError(t, err)
	return r
}

func TestOrderOfRuns(t *testing.T) {
	results, file := run(t, tunedPlan())
	text, table, html := outputs(t, results)
	for range 3 {
		shuffled := rewritten(t, file, func(lines [][]byte) [][]byte {
			runs := lines[1 : len(lines)-1]
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
			return lines
		})
		text2, table2, html2 := outputs(t, shuffled)
		assert.Equal(t, text, text2)
		assert.Equal(t, table, table2)
		assert.Equal(t, html, html2)
	}
}

func TestNoTimings(t *testing.T) {
	results, later := mustRun(t, tunedPlan()), mustRun(t, tunedPlan())
	for _, r := range later.Records {
		for i := range r.Points {
			r.Points[i].Seconds = 123.456
		}
	}
	text, table, html := outputs(t, results)
	text2, table2, html2 := outputs(t, later)
	assert.NotEqual(t, text, text2)
	assert.NotEqual(t, table, table2)
	assert.NotEqual(t, html, html2)

	o := report.Options{NoTimings: true}
	text, table, html = outputs(t, results, o)
	text2, table2, html2 = outputs(t, later, o)
	assert.Equal(t, text, text2)
	assert.Equal(t, table, table2)
	assert.Equal(t, html, html2)
	for _, s := range []string{text, table, html} {
		assert.NotContains(t, strings.ToLower(s), "seconds")
		assert.NotContains(t, s, ", s\n")
	}
}

// One random setting is neither tuned nor fixed beforehand.
func TestOneTrial(t *testing.T) {
	p := tunedPlan()
	p.Trials = 1
	text, _, _ := outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "With one trial there is no tuning: sgd and adam ran with a random point of the search space for each of 1 study, and 7 seeds.")
	assert.Equal(t, 4, strings.Count(text, "one random trial, not tuned"))
	assert.Equal(t, 2, strings.Count(text, "fixed setting"))
}

// A grid that is still running has a report at every moment.
func TestIncomplete(t *testing.T) {
	results, file := run(t, tunedPlan())
	for n := 1; n <= len(results.Records)+1; n += 3 {
		part := rewritten(t, file, func(lines [][]byte) [][]byte { return lines[:n] })
		r, err := report.Analyze(part, report.Options{})
		require.NoError(t, err)
		text, table, html := outputs(t, part)
		assert.Equal(t, n-1, r.Runs)
		assert.Equal(t, r.Missing > 0, strings.Contains(words(text), "runs are missing. Everything below covers the available runs."), "%d lines", n)
		assert.NotContains(t, text+table+static(html), "NaN")
		wellFormed(t, html)
	}
	header := rewritten(t, file, func(lines [][]byte) [][]byte { return lines[:1] })
	text, _, _ := outputs(t, header)
	assert.Contains(t, words(text), "The results are incomplete: 90 of 90 runs are missing")
	assert.Contains(t, text, "one: no scoring run has finished yet.")
	assert.Contains(t, text, "sgd and adam: no study to compare.")
	assert.Contains(t, words(text), "Left out: one (runs are missing) and two (runs are missing).")
}

// Pairs are compared on the seeds that both have.
func TestCommonSeeds(t *testing.T) {
	_, file := run(t, bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2)}, Trials: 1, Seeds: 8,
	})
	r, err := report.Analyze(rewritten(t, file, func(lines [][]byte) [][]byte {
		return slices.DeleteFunc(lines, func(b []byte) bool {
			return bytes.Contains(b, []byte(`"lr":1,`)) && bytes.Contains(b, []byte(`"seed":3,`)) || bytes.Contains(b, []byte(`"lr":2,`)) && bytes.Contains(b, []byte(`"seed":8,`))
		})
	}), report.Options{})
	require.NoError(t, err)
	w := r.Workloads[0]
	assert.Equal(t, []int{7, 7}, []int{w.Entries[0].Runs, w.Entries[1].Runs})
	assert.Equal(t, 6, w.Pairs[0].Units)
	assert.InDelta(t, -.03, w.Pairs[0].Difference, 1e-12)
	assert.Equal(t, 2, r.Missing)
	assert.Empty(t, r.Across.Workloads)
}

func TestRefused(t *testing.T) {
	results, _ := run(t, tunedPlan())
	for want, change := range map[string]func(r *bench.Results, o *report.Options){
		"report: Options: Level = 95: want (0, 1), or 0 for 0.95":           func(_ *bench.Results, o *report.Options) { o.Level = 95 },
		"report: header: 0 workloads, 3 optimizers: want 1 or more of each": func(r *bench.Results, _ *report.Options) { r.Header.Workloads = nil },
		"report: header: Seeds = 0: want [1, 1000]":                         func(r *bench.Results, _ *report.Options) { r.Header.Seeds = 0 },
		`report: header: cell 0: study 1 of "sgd" on "one": want a study, an optimizer and a workload of the header`: func(r *bench.Results, _ *report.Options) {
			r.Header.Cells = slices.Clone(r.Header.Cells)
			r.Header.Cells[0].Study = 1
		},
		"report: header: 1001 optimizers: want 1000 or fewer": func(r *bench.Results, _ *report.Options) {
			r.Header.Optimizers = make([]bench.Entry, 1001)
		},
		`report: header: cell 6: study 0 of "sgd" on "one": want each once, by workload, optimizer and study`: func(r *bench.Results, _ *report.Options) {
			r.Header.Cells = append(slices.Clone(r.Header.Cells), r.Header.Cells[0])
		},
		`report: header: "one": target NaN: want a finite number`: func(r *bench.Results, _ *report.Options) {
			r.Header.Workloads = slices.Clone(r.Header.Workloads)
			r.Header.Workloads[0].Target = math.NaN()
		},
		`report: header: "sgd" on "one": [1] at rate +Inf: want finite numbers`: func(r *bench.Results, _ *report.Options) {
			r.Header.Cells = slices.Clone(r.Header.Cells)
			r.Header.Cells[0].Candidates = []bench.Candidate{{Values: []float64{1}, LR: math.Inf(1)}}
		},
		`report: header: cell 1: study 0 of "adam" on "one": want each once, by workload, optimizer and study`: func(r *bench.Results, _ *report.Options) {
			r.Header.Cells = slices.Clone(r.Header.Cells)
			r.Header.Cells[0].Entry = "adam"
		},
		`report: header: "sgd" on "one": no candidates: want 1 or more`: func(r *bench.Results, _ *report.Options) {
			r.Header.Cells = slices.Clone(r.Header.Cells)
			r.Header.Cells[0].Candidates = nil
		},
		`report: header: "fixed" on "one": 0 values: want 1, the dimensions of its space`: func(r *bench.Results, _ *report.Options) {
			r.Header.Optimizers = slices.Clone(r.Header.Optimizers)
			r.Header.Optimizers[2].Space = r.Header.Optimizers[1].Space
		},
	} {
		r, o := *results, report.Options{}
		change(&r, &o)
		_, err := report.Analyze(&r, o)
		assert.EqualError(t, err, want)
	}
	_, err := report.Analyze(nil, report.Options{})
	assert.EqualError(t, err, "report: the results are nil: want *bench.Results")
}

// A full disk is an error.
func TestWriteErrors(t *testing.T) {
	r := analyze(t, tunedPlan())
	for _, write := range []func(io.Writer) error{r.WriteText, r.WriteCSV, r.WriteHTML} {
		assert.ErrorIs(t, write(full{}), errFull)
		assert.ErrorContains(t, write(full{}), "report: ")
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// A level next to 1 asks for no more draws than a moment takes.
func TestLevelNextToOne(t *testing.T) {
	if testing.Short() {
		t.Skip("ten million draws")
	}
	results := mustRun(t, bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("near", 3)}, Trials: 1, Seeds: 21,
	})
	r, err := report.Analyze(results, report.Options{Level: 1 - 1e-15})
	require.NoError(t, err)
	assert.False(t, r.Workloads[0].Pairs[0].Differs)
}
