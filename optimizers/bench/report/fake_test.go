package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// task is a workload whose curve is a formula, given by the test.
type task struct {
	info  bench.Info
	curve func(r bench.Run, lr float64) bench.Curve
}

func (w task) Info() bench.Info { return w.info }

func (w task) Open(context.Context) (string, error) { return "made up", nil }

func (w task) Run(_ context.Context, r bench.Run) (bench.Curve, error) {
	rates, err := r.Schedule(1)
	if err != nil {
		return bench.Curve{}, err
	}
	return w.curve(r, rates.At(0)), nil
}

// seed is the number of the scoring seed, from 0; negative for one of tuning.
func seed(r bench.Run) int {
	if r.Split == bench.Validation {
		return -1
	}
	return int(r.Seed%1_000_000) - 1
}

// fixed is an optimizer of one setting, told apart by its rate.
func fixed(name string, lr float64) bench.Contender {
	return bench.Contender{Name: name, Make: func([]float64) bench.Setup { return bench.Setup{Rule: optimizers.SGD{}, LR: lr} }}
}

// run runs a plan into a file.
func run(t testing.TB, p bench.Plan) (*bench.Results, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "results.jsonl")
	r, err := bench.Runner{Plan: p, File: file}.Run(t.Context())
	require.NoError(t, err)
	return r, file
}

// steady is a curve of an accuracy that is .1 at first and what ends gives after
// each epoch, with 10 steps in each.
func steady(ends ...float64) bench.Curve {
	c := bench.Curve{Points: []bench.Point{{Metric: .1}}}
	for i, v := range ends {
		c.Points = append(c.Points, bench.Point{Step: 10 * (i + 1), Epoch: float64(i + 1), Loss: 1 - v, Metric: v, Seconds: float64(i+1) / 8})
	}
	return c
}

func mustRun(t testing.TB, p bench.Plan) *bench.Results {
	t.Helper()
	r, _ := run(t, p)
	return r
}

func analyze(t testing.TB, p bench.Plan) *report.Report {
	t.Helper()
	r, err := report.Analyze(mustRun(t, p), report.Options{})
	require.NoError(t, err)
	return r
}

// outputs are the three forms of a report.
func outputs(t testing.TB, r *bench.Results, o ...report.Options) (text, table, html string) {
	t.Helper()
	a, err := report.Analyze(r, append(o, report.Options{})[0])
	require.NoError(t, err)
	var b [3]bytes.Buffer
	require.NoError(t, a.WriteText(&b[0]))
	require.NoError(t, a.WriteCSV(&b[1]))
	require.NoError(t, a.WriteHTML(&b[2]))
	_, err = json.Marshal(a) // fails for a number that JSON has not
	require.NoError(t, err)
	return b[0].String(), b[1].String(), b[2].String()
}

// words are the words of a text, without its lines.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }
