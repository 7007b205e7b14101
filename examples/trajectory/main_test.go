package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"descent/internal/cli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// try runs the command with the arguments in a line.
func try(line string) (stdout, stderr string, err error) {
	var out, e bytes.Buffer
	err = run(context.Background(), strings.Fields(line), &out, &e)
	return out.String(), e.String(), err
}

func reported(t *testing.T, line string) report {
	t.Helper()
	stdout, _, err := try(line + " -report -")
	require.NoError(t, err)
	var r report
	d := json.NewDecoder(strings.NewReader(stdout))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&r))
	return r
}

// What the book (Dive into Deep Learning) prints in sections 11.3, 11.6, 11.7
// and 11.8, as far as its own rules are these.
func TestTheBooksNumbers(t *testing.T) {
	for line, want := range map[string]string{
		"-f bowl":                                          "x1: -0.057646, x2: -0.000073",
		"-f ravine -lr .4":                                 "x1: -0.943467, x2: -0.000073",
		"-f ravine -lr .6":                                 "x1: -0.387814, x2: -1673.365109",
		"-f ravine -lr .4 -rule d2l-adagrad":               "x1: -2.382563, x2: -0.158591",
		"-f ravine -lr 2 -rule d2l-adagrad":                "x1: -0.002295, x2: -0.000000",
		"-f ravine -lr .4 -rule d2l-rmsprop":               "x1: -0.010599, x2: 0.000000",
		"-f ravine -lr .6 -rule momentum -set momentum=.5": "x1: 0.007188, x2: 0.002553",
		"-f ravine -rule sgd -set momentum=.25 -lr .6":     "x1: -0.126340, x2: -0.186632",
		"-f square -lr .05 -steps 10":                      "x: 3.486784",
		"-f square -lr 1.1 -steps 10":                      "x: 61.917364",
		"-f xcos -lr 2 -steps 10":                          "x: -1.528166",
		"-f cosh -rule newton -steps 10":                   "x: 0.000000",
		"-f xcos -rule newton -steps 10":                   "x: 26.834133",
		"-f xcos -rule newton -steps 10 -lr .5":            "x: 7.269860",
	} {
		stdout, _, err := try("-quiet " + line)
		require.NoError(t, err, line)
		assert.Contains(t, stdout, want, line)
	}
	r := reported(t, "-f square -x0 10 -steps 10 -lr .2")
	assert.Equal(t, []float64{10}, r.Runs[0].Points[0])
	assert.Equal(t, []float64{0.06046617599999997}, r.Runs[0].Points[10])
}

func TestReport(t *testing.T) {
	stdout, stderr, err := try("-f rosenbrock -x0 -1.2,1 -rule adam -set beta1=0.8,eps=1e-6 -lr 0.05 -steps 200 -report -")
	require.NoError(t, err)
	assert.Contains(t, stderr, "adam (lr 0.05, beta1 0.8, beta2 0.999, eps 1e-06): step 200, x1: ", "for people, beside the report")
	var r map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	assert.Equal(t, "rosenbrock", r["function"])
	assert.Equal(t, 200., r["steps"])
	all := r["runs"].([]any)
	require.Len(t, all, 1)
	one := all[0].(map[string]any)
	assert.Equal(t, "adam", one["rule"])
	points, values := one["points"].([]any), one["values"].([]any)
	require.Len(t, points, 201)
	require.Len(t, values, 201)
	assert.Equal(t, []any{-1.2, 1.}, points[0])
	assert.InDelta(t, 24.2, values[0], 1e-12)
	assert.Equal(t, 201., one["evaluations"])
	settings := one["settings"].(map[string]any)
	for name, want := range map[string]any{
		"beta1": .8, "beta2": .999, "eps": 1e-6, "amsgrad": false, "weight_decay": 0.,
		"lr": .05, "schedule": "constant", "noise": 0., "seed": 1.,
	} {
		assert.Equal(t, want, settings[name], name)
	}
	assert.NotContains(t, one, "error")
}

func TestSeveralRules(t *testing.T) {
	r := reported(t, "-lr .2 -set weight_decay=.1 -schedule cosine -rule sgd -rule momentum -set momentum=.5 -lr .3"+
		" -rule adam -set beta1=.7 -schedule constant -rule adam -set beta1=.7,weight_decay=0 -schedule-set final=.1,warmup=4 -steps 8")
	require.Len(t, r.Runs, 4)
	at := func(i int, name string) any { return r.Runs[i].Settings[name] }
	assert.Equal(t, []any{.2, .3, .2, .2}, []any{at(0, "lr"), at(1, "lr"), at(2, "lr"), at(3, "lr")})
	assert.Equal(t, []any{.1, .1, .1, 0.}, []any{at(0, "weight_decay"), at(1, "weight_decay"), at(2, "weight_decay"), at(3, "weight_decay")})
	assert.Equal(t, []any{0., .5}, []any{at(0, "momentum"), at(1, "momentum")})
	assert.Equal(t, []any{"cosine", "cosine", "constant", "cosine"}, []any{at(0, "schedule"), at(1, "schedule"), at(2, "schedule"), at(3, "schedule")})
	schedule := at(3, "schedule_settings").(map[string]any)
	assert.Equal(t, []any{.2, .1, 4., 4.}, []any{schedule["base"], schedule["final"], schedule["warmup"], schedule["from"]})
	assert.NotEqual(t, r.Runs[2].Points[8], r.Runs[3].Points[8])

	for i, alone := range []string{"-rule sgd -lr .2 -set weight_decay=.1 -schedule cosine", "-rule momentum -lr .3 -set weight_decay=.1,momentum=.5 -schedule cosine"} {
		assert.Equal(t, r.Runs[i].Points, reported(t, alone+" -steps 8").Runs[0].Points, "a run is the same beside others")
	}
}

// The rate of Newton's method follows a schedule too.
func TestNewtonBySchedule(t *testing.T) {
	r := reported(t, "-f bowl -x0 1,1 -rule newton -schedule linear -schedule-set base=.5,final=0,to=2 -steps 3").Runs[0]
	assert.InDeltaSlice(t, []float64{.5, .5}, r.Points[1], 1e-15)
	assert.InDeltaSlice(t, []float64{.375, .375}, r.Points[2], 1e-15)
	assert.Equal(t, r.Points[2], r.Points[3])
}

func TestNoise(t *testing.T) {
	points := func(line string) [][]float64 { return reported(t, "-noise .5 "+line).Runs[0].Points }
	assert.Equal(t, points("-seed 3"), points("-seed 3"))
	assert.NotEqual(t, points("-seed 3"), points("-seed 4"))
	draws := func(line string) [][]float64 { return reported(t, "-rule sgld "+line).Runs[0].Points }
	assert.Equal(t, draws("-seed 3"), draws("-seed 3"), "a rule's own random numbers")
	assert.NotEqual(t, draws("-seed 3"), draws("-seed 4"))
	r := reported(t, "-noise 1 -rule sgd -rule sgd -steps 5")
	assert.Equal(t, r.Runs[0].Points, r.Runs[1].Points, "all runs have the same noise")

	// On a flat function the steps are the noise.
	r = reported(t, "-f quadratic -coef 0,0 -x0 0,0 -noise 2 -lr 1 -steps 5000")
	var sum, squares float64
	for i := 1; i <= 5000; i++ {
		d := r.Runs[0].Points[i][0] - r.Runs[0].Points[i-1][0]
		sum, squares = sum+d, squares+d*d
	}
	assert.InDelta(t, 0, sum/5000, .15)
	assert.InDelta(t, 4, squares/5000, .4)
}

// A run that diverges is reported and drawn so far, and the others whole.
func TestDiverges(t *testing.T) {
	plot := filepath.Join(t.TempDir(), "out.svg")
	stdout, stderr, err := try("-f rosenbrock -rule sgd -lr .1 -rule adam -lr .1 -steps 50 -report - -plot " + plot)
	require.ErrorContains(t, err, "trajectory: sgd (lr 0.1): diverged: after step 5: value = +Inf")
	var usage *cli.UsageError
	assert.NotErrorAs(t, err, &usage)
	assert.Contains(t, stderr, "sgd (lr 0.1): step 4, x1: -1.175084e+56, x2: ")
	var r report
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	assert.Len(t, r.Runs[0].Points, 5)
	assert.Len(t, r.Runs[0].Values, 5)
	assert.Contains(t, r.Runs[0].Error, "value = +Inf")
	assert.Len(t, r.Runs[1].Points, 51)
	assert.Empty(t, r.Runs[1].Error)
	assert.FileExists(t, plot)
}

func TestEveryRule(t *testing.T) {
	var names []string
	for _, m := range searches {
		names = append(names, m.name)
	}
	for _, name := range append(firstOrder(), names...) {
		r := reported(t, "-f bowl -steps 5 -rule "+name).Runs[0]
		assert.Equal(t, name, r.Rule)
		assert.Len(t, r.Points, 6, name)
		assert.NotEqual(t, r.Points[0], r.Points[5], name)
		assert.GreaterOrEqual(t, r.Evaluations, 6, name)
	}
}

// The points of a Schedule-Free rule are averages.
func TestTrainingPoints(t *testing.T) {
	r := reported(t, "-rule schedulefree-sgd -lr .1 -steps 10").Runs[0]
	require.Len(t, r.Training, len(r.Points))
	assert.Equal(t, r.Points[0], r.Training[0])
	assert.NotEqual(t, r.Points[10], r.Training[10])
	assert.Nil(t, reported(t, "-rule sgd").Runs[0].Training)
}

// Into a pipe go lines and nothing that moves a cursor.
func TestPlainOutput(t *testing.T) {
	stdout, stderr, err := try("-f beale -rule sgd -lr .01 -rule adam")
	require.NoError(t, err)
	assert.Empty(t, stderr)
	assert.Equal(t, 3, strings.Count(stdout, "\n"))
	for _, r := range stdout {
		assert.True(t, r == '\n' || !unicode.IsControl(r), "%q", r)
	}
	stdout, stderr, err = try("-quiet -report -")
	require.NoError(t, err)
	assert.Empty(t, stderr)
	assert.True(t, json.Valid([]byte(stdout)))
	stdout, _, err = try("-quiet")
	require.NoError(t, err)
	assert.Equal(t, "sgd (lr 0.1): step 20, x1: -0.057646, x2: -0.000073, f: 0.00332308, 21 evaluations\n", stdout)
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := run(ctx, nil, new(bytes.Buffer), new(bytes.Buffer))
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "trajectory: sgd (lr 0.1): interrupted after step 0 of 20")
}
