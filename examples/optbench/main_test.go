package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/cli"
)

// try runs the command with the arguments in a line.
func try(line string) (stdout, stderr string, err error) {
	var out, e bytes.Buffer
	err = command().Run(context.Background(), strings.Fields(line), &out, &e)
	return out.String(), e.String(), err
}

const small = "-workloads quadratic,airfoil -optimizers sgd,momentum -studies 1 -trials 3 -seeds 3 -epochs 1 -jobs 2 "

// untimed are the outputs of report -no-timings: what is printed, the table and the page.
func untimed(t *testing.T, dir string) string {
	t.Helper()
	out := t.TempDir()
	stdout, stderr, err := try("report -quiet -no-timings -out " + out + " " + dir)
	require.NoError(t, err)
	require.Empty(t, stderr)
	for _, name := range []string{"summary.csv", "report.html"} {
		b, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		require.NotEmpty(t, b)
		stdout += string(b)
	}
	return stdout
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	stdout, stderr, err := try(small + "-out " + dir)
	require.NoError(t, err)
	assert.Empty(t, stderr)
	assert.True(t, strings.HasPrefix(stdout, "workloads: 2, optimizers: 2, schedules: 1; studies: 1, trials: 3, tuning seeds: 1, scoring seeds: 3; parallel runs: 2; results: "), stdout)
	assert.Contains(t, stdout, "\n12 of 24 runs")
	assert.Contains(t, stdout, "/summary.csv, ")
	assert.NotRegexp(t, "[\x00-\x09\x0b-\x1f]", stdout, "no control characters")

	again, _, err := try(small + "-quiet -out " + dir)
	require.NoError(t, err)
	assert.Contains(t, stdout, again, "from the file alone")

	whole := untimed(t, dir)
	other := t.TempDir()
	_, _, err = try(small + "-jobs 1 -quiet -out " + other)
	require.NoError(t, err)
	assert.Equal(t, whole, untimed(t, other), "one job or two")

	_, _, err = try(small + "-seed 2 -out " + dir)
	assert.ErrorContains(t, err, "results.jsonl was made with different settings (seed is 1 in the file and 2 now): want the same settings or another file")
	_, _, err = try(small + "-trials 4 -out " + dir)
	assert.ErrorContains(t, err, "results.jsonl was made with different settings (trials is 3 in the file and 4 now)")

	stdout, _, err = try("verify " + small + "-runs 5 -out " + dir)
	require.NoError(t, err)
	assert.Equal(t, "5 runs came out the same, bit by bit\n", stdout)

	// More seeds and one more study: only the new runs are run.
	stdout, _, err = try(strings.ReplaceAll(small, "-studies 1", "-studies 2") + "-seeds 4 -out " + dir)
	require.NoError(t, err)
	assert.Contains(t, stdout, "\n32 runs, about ", "4 of the first study, 2·2·(3 + 4) of the second")
}

func TestShards(t *testing.T) {
	whole, parts, all := t.TempDir(), t.TempDir(), t.TempDir()
	_, _, err := try(small + "-quiet -out " + whole)
	require.NoError(t, err)
	t.Setenv("SLURM_ARRAY_TASK_ID", "7")
	t.Setenv("SLURM_ARRAY_TASK_MIN", "5")
	t.Setenv("SLURM_ARRAY_TASK_COUNT", "3")
	for _, shard := range []string{"1/3", "2/3", "env"} {
		stdout, _, err := try(small + "-out " + parts + " -shard " + shard)
		require.NoError(t, err)
		assert.Contains(t, stdout, " of 3 is done: ")
	}
	_, _, err = try("report " + parts)
	assert.ErrorContains(t, err, "has only parts of results: join them with optbench merge "+parts+"/results-1-of-3.jsonl "+parts+"/results-2-of-3.jsonl ")
	stdout, _, err := try(small + "-out " + parts + " -shard 9/9")
	require.NoError(t, err)
	assert.Contains(t, stdout, "part 9 of 9 has nothing to run")
	stdout, _, err = try("merge -quiet -out " + all + " " + parts + "/results-1-of-3.jsonl " + parts + "/results-3-of-3.jsonl")
	require.NoError(t, err)
	assert.Contains(t, stdout, "missing")
	require.NoError(t, os.Remove(parts+"/results-9-of-9.jsonl"))
	stdout, _, err = try("merge -quiet -out " + all + " " + parts)
	require.NoError(t, err)
	assert.NotContains(t, stdout, "missing")
	assert.Equal(t, untimed(t, whole), untimed(t, all))

	_, _, err = try(small + "-seed 2 -quiet -out " + all + " -shard 1/3")
	require.NoError(t, err)
	_, _, err = try("merge -out " + t.TempDir() + " " + all + "/results-1-of-3.jsonl " + whole)
	assert.ErrorContains(t, err, "do not belong together: seed is 2 in the first and 1 in the second")
}

// One rule under two names is no difference; a rate a hundred times too small is one.
func TestPlanted(t *testing.T) {
	stdout, _, err := try("-workloads quadratic,airfoil -optimizers a=sgd:lr=0.01,b=sgd:lr=0.01 -seeds 8 -quiet -out " + t.TempDir())
	require.NoError(t, err)
	assert.NotContains(t, stdout, "is better than")
	assert.Equal(t, 2, strings.Count(stdout, "a and b are the same runs: one setting with two names."))

	stdout, _, err = try("-workloads quadratic,airfoil -optimizers sgd:lr=0.01,slow=sgd:lr=0.0001 -seeds 8 -quiet -out " + t.TempDir())
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(stdout, "sgd:lr=0.01 is better than slow by "), stdout)
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	out := writer(func(b []byte) {
		if bytes.Contains(b, []byte("12 of 24 runs")) {
			cancel()
		}
	})
	err := command().Run(ctx, strings.Fields(small+"-out "+dir), out, out)
	require.ErrorIs(t, err, context.Canceled)
	assert.Regexp(t, `^optbench: interrupted after 1\d of 24 runs: .*canceled; rerun the same command to resume$`, err.Error())
	_, _, err = try(small + "-quiet -out " + dir)
	require.NoError(t, err)
	other := t.TempDir()
	_, _, err = try(small + "-quiet -out " + other)
	require.NoError(t, err)
	assert.Equal(t, untimed(t, other), untimed(t, dir))
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func TestList(t *testing.T) {
	stdout, _, err := try("-list")
	require.NoError(t, err)
	for _, want := range []string{
		"fmnist-2c2d", "(accuracy, 0.92, 100, 128)", "momentum           lr 0.0001..1, momentum 0.5..0.99", "cosine-restarts", "deepobs",
	} {
		assert.Contains(t, stdout, want)
	}
	stdout, _, err = try("-list -preset deepobs")
	require.NoError(t, err)
	assert.Contains(t, stdout, "momentum           fixed")
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("{}\n"), 0o600))
	for line, want := range map[string]string{
		"-workloads lenett":         `optbench: -workloads: "lenett": want some of rosenbrock-noisy, quadratic, airfoil, softmax, mlp, lenet, resnet, quadratic-deep, fmnist-2c2d, fmnist-vae, char-lstm, gpt`,
		"-optimizers adma":          `optbench: -optimizers: "adma": want one of sgd, momentum, nesterov, `,
		"-optimizers sgd,sgd":       `optbench: Plan: optimizer "sgd": want unique, non-empty names`,
		"-optimizers =sgd":          `"=sgd": want a name before =`,
		"-optimizers sgd:lr":        `sgd: "lr": want FIELD=VALUE`,
		"-optimizers sgd:lr=x":      "sgd: lr=x: want a number or a range such as 0.01..1",
		"-optimizers sgd:lr=1..x":   "sgd: lr=1..x: want a number or a range such as 0.01..1",
		"-optimizers sgd:lr=1..0.1": "dimension lr: Low = 1, High = 0.1: want Low < High, both finite",
		"-optimizers sgd:lr=-1":     "optimizer sgd:lr=-1: ",
		"-optimizers adam:beta3=.9": "beta3: rule adam has no such field: want one of beta1, beta2, ",
		"-optimizers adam:beta2=2":  "Beta2 = 2: want [0, 1)",
		"-schedules cosin":          `-schedules: "cosin": want one of constant, `,
		"-schedules cosine:fnal=1":  "fnal: schedule cosine has no such field",
		"-schedules cosine,cosine":  `schedule "cosine": want unique, non-empty names`,
		"-workloads ,":              "no Workloads: want 1 or more",
		"-seeds 0":                  "optbench: -seeds 0: want 1 or more",
		"-studies 0":                "optbench: -studies 0: want 1 or more",
		"-tuned":                    "optbench: -tuned: optimizer sgd has lr 0.001..10 to tune: want a value for each, as in sgd:lr=…",
		"-against adamw":            "optbench: -against adamw: want an entry of the grid: sgd, momentum, rmsprop, adam",
		"-ruleset theirs":           "want one of ours, external, self",
		"verify -runs 0":            "optbench verify: -runs 0: want 1 or more",
		"-trials 0":                 "optbench: -trials 0: want 1 or more",
		"-jobs -1":                  "optbench: -jobs -1: want 1 or more",
		"-epochs 0":                 "optbench: -epochs 0: want 1 or more",
		"-shard 3/2":                "optbench: -shard 3/2: want I/N with 1 ≤ I ≤ N, or env",
		"-shard 1/2 -report -":      "optbench: -report and -shard: want one of them; optbench merge reports on all parts",
		"-preset fast":              "want one of quick, standard, deepobs",
		"report":                    "optbench report: 0 names: want one results file or its directory",
		"merge":                     "optbench merge: no names: want the results files to join",
		"bench-out":                 `optbench: "bench-out": want only flags (-h lists them)`,
		"-report " + dir:            "is a directory: want a file",
	} {
		_, _, err := try(line)
		var usage *cli.UsageError
		assert.ErrorAs(t, err, &usage, line)
		assert.ErrorContains(t, err, want, line)
	}
	for line, want := range map[string]string{
		"report " + file:                          "line 1: ",
		"report " + dir:                           "results.jsonl: no such file",
		"merge -out " + dir + " " + t.TempDir():   "no results*.jsonl in this directory",
		"merge -out " + dir + " " + dir + "/none": "no such file or directory",
		"merge -out " + dir + " " + file:          "line 1: ",
		small + "-out " + file:                    "optbench: -out " + file + ": not a directory",
	} {
		_, _, err := try(line)
		assert.ErrorContains(t, err, want, line)
	}
}
