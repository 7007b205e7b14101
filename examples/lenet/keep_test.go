package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// canceling ends a context when a text is written.
type canceling struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (c *canceling) Write(b []byte) (int, error) {
	n, err := c.Buffer.Write(b)
	if bytes.Contains(c.Bytes(), []byte(c.at)) {
		c.cancel()
	}
	return n, err
}

// TestRun: an interrupted run says how to continue, and with that ends as one that was
// left alone.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	whole, cut, report := filepath.Join(dir, "whole"), filepath.Join(dir, "cut"), filepath.Join(dir, "report.json")
	args := func(run string, more ...string) []string {
		return append([]string{"-data", "sample", "-batch", "64", "-epochs", "2", "-optimizer", "adam", "-schedule", "constant", "-checkpoint-steps", "20", "-run", run}, more...)
	}
	sum := func() string {
		text, err := os.ReadFile(report)
		require.NoError(t, err)
		var r struct {
			WeightsSHA256 string `json:"weights_sha256"`
		}
		require.NoError(t, json.Unmarshal(text, &r))
		return r.WeightsSHA256
	}
	metrics := func(run string) string {
		text, err := os.ReadFile(filepath.Join(run, "metrics.jsonl"))
		require.NoError(t, err)
		return regexp.MustCompile(`,"seconds":[^,}]+`).ReplaceAllString(string(text), "")
	}
	require.NoError(t, run(t.Context(), args(whole, "-report", report), new(bytes.Buffer), new(bytes.Buffer)))
	want := sum()

	ctx, cancel := context.WithCancel(t.Context())
	err := run(ctx, args(cut), &canceling{at: "epoch  1/2:", cancel: cancel}, new(bytes.Buffer))
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualError(t, err, "lenet: interrupted after 94 updates, in epoch 2 of 2: context canceled; rerun with the same flags and -resume to continue")
	err = run(t.Context(), args(cut), new(bytes.Buffer), new(bytes.Buffer))
	assert.EqualError(t, err, "lenet: -run: "+cut+": already has a run: want to resume it, or another directory")
	require.NoError(t, os.Truncate(filepath.Join(cut, "step-000000000094.safetensors"), 999))
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), args(cut, "-resume", "-report", report), &stdout, &stderr))
	assert.Contains(t, stdout.String(), "\nresuming after update 80, in epoch 1\n")
	assert.Contains(t, stderr.String(), "step-000000000094.safetensors")
	assert.Equal(t, want, sum())
	assert.Equal(t, metrics(whole), metrics(cut))

	require.NoError(t, run(t.Context(), args(cut, "-resume", "-epochs", "3"), new(bytes.Buffer), new(bytes.Buffer)))
	require.NoError(t, run(t.Context(), args(filepath.Join(dir, "third"), "-epochs", "3", "-against", cut), new(bytes.Buffer), new(bytes.Buffer)))
	err = run(t.Context(), args(filepath.Join(dir, "fourth"), "-against", cut, "-seed", "2"), new(bytes.Buffer), new(bytes.Buffer))
	assert.Regexp(t, `^lenet: run directory: StepEnd: against .*: step 1: the loss is .*; after step 100 the first parameter that differs is "0.weight", and the batches differ$`, err)
}

// TestExtend: of a run whose schedule ends with it, it is said which do not.
func TestExtend(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	args := func(more ...string) []string {
		return append(append([]string{"-run", dir, "-optimizer", "sgd"}, short...), more...)
	}
	require.NoError(t, run(t.Context(), args(), new(bytes.Buffer), new(bytes.Buffer)))
	err := run(t.Context(), args("-resume", "-epochs", "2"), new(bytes.Buffer), new(bytes.Buffer))
	require.ErrorContains(t, err, "lenet: Resume: the schedule ")
	assert.ErrorContains(t, err, "; -epochs can be raised in a run with -schedule constant, square-root, ")
}
