package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The book's figures of section 11.5 show .243 to .249 after two epochs.
func TestReachesTheBooksLoss(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-report", "-"}, &stdout, &stderr))
	var r report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r))
	assert.Len(t, r.Runs, 10)
	assert.GreaterOrEqual(t, r.MeanLoss, 0.242)
	assert.LessOrEqual(t, r.MeanLoss, 0.250)
	assert.Contains(t, stderr.String(), "mean loss 0.24")
}

func TestQuiet(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-quiet", "-seeds", "1"}, &stdout, &stderr))
	assert.Equal(t, 1, strings.Count(stdout.String(), "\n"))
	assert.Empty(t, stderr.String())
}

func TestSameSeedSameWeights(t *testing.T) {
	result := func(seed string) string {
		var stdout, stderr bytes.Buffer
		require.NoError(t, run(context.Background(), []string{"-report", "-", "-seeds", "1", "-seed", seed}, &stdout, &stderr))
		var r report
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &r))
		return r.Runs[0].SHA256
	}
	assert.Equal(t, result("3"), result("3"))
	assert.NotEqual(t, result("3"), result("4"))
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	plot, report := filepath.Join(dir, "loss.svg"), filepath.Join(dir, "report.json")
	require.NoError(t, run(context.Background(), []string{"-plot", plot, "-report", report, "-quiet"}, new(bytes.Buffer), new(bytes.Buffer)))
	for _, f := range []string{plot, report} {
		info, err := os.Stat(f)
		require.NoError(t, err)
		assert.NotZero(t, info.Size())
	}
}

func TestBadFlags(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-epochs", "0"}, "linreg: -epochs 0: want 1 or more"},
		{[]string{"-seeds", "-1"}, "linreg: -seeds -1: want 1 or more"},
		{[]string{"-batch", "1501"}, "linreg: -batch 1501: want 1 to 1500, the number of rows"},
		{[]string{"-lr", "-1"}, "linreg: -lr -1: "},
		{[]string{"-lr", "fast"}, `invalid value "fast" for flag -lr`},
		{[]string{"-plot", "x.gif"}, `extension ".gif": want .svg or .png`},
		{[]string{"-report", filepath.Join("no such folder", "r.json")}, "no such file or directory"},
		{[]string{"more"}, `linreg: "more": want only flags`},
	} {
		err := run(context.Background(), test.args, new(bytes.Buffer), new(bytes.Buffer))
		assert.ErrorContains(t, err, test.want)
	}
}
