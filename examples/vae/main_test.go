package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/internal/cli"
	"descent/nn"
	"descent/nn/modelfile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// short is a run of two updates.
var short = []string{"-data", "sample", "-images", "80", "-epochs", "1", "-batch", "40"}

// result runs the command with its pictures in a directory.
func result(t *testing.T, dir string, args ...string) report {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes minutes in an emulator")
	}
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), append(append([]string(nil), short...), append(args, "-out", dir, "-report", "-")...), &stdout, &stderr))
	var r report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r), "nothing but the report goes to standard output")
	return r
}

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	save := filepath.Join(t.TempDir(), "vae.safetensors")
	r := result(t, dir, "-save", save)
	assert.Equal(t, 10_151_489, r.Parameters)
	assert.EqualValues(t, "sample", r.DatasetSource)
	assert.Equal(t, []int{80, 14}, []int{r.TrainExamples, r.TestExamples})
	require.Len(t, r.History, 1)
	assert.Less(t, r.History[0].TestLoss, 160.)
	for name, size := range map[string][2]int{garmentsName: {16*60 + 4, 8*60 + 4}, planeName: {15*60 + 4, 15*60 + 4}} {
		f, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		picture, err := png.Decode(f)
		require.NoError(t, errors.Join(err, f.Close()))
		assert.Equal(t, size, [2]int{picture.Bounds().Dx(), picture.Bounds().Dy()})
	}
	codes, err := os.ReadFile(filepath.Join(dir, codesName))
	require.NoError(t, err)
	assert.True(t, bytes.Contains(codes, []byte("<svg ")))

	m, _, err := modelfile.Load(save, nn.Config{})
	require.NoError(t, err)
	defer m.Close()
	assert.Equal(t, r.WeightsSHA256, m.Fingerprint(), "the saved weights are those of the report")
}

func TestSameSeedSamePictures(t *testing.T) {
	read := func(seed, threads string) (weights, garments string) {
		dir := t.TempDir()
		r := result(t, dir, "-seed", seed, "-threads", threads)
		b, err := os.ReadFile(filepath.Join(dir, garmentsName))
		require.NoError(t, err)
		return r.WeightsSHA256, string(b)
	}
	weights, garments := read("1", "1")
	again, same := read("1", "3")
	assert.Equal(t, weights, again)
	assert.True(t, garments == same)
	other, others := read("2", "1")
	assert.NotEqual(t, weights, other)
	assert.False(t, garments == others)
}

func TestOutputIntoAPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes minutes in an emulator")
	}
	var stdout, stderr bytes.Buffer
	out := filepath.Join(t.TempDir(), "out")
	require.NoError(t, run(context.Background(), append(append([]string(nil), short...), "-out", out), &stdout, &stderr))
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	require.Len(t, lines, 8)
	assert.Equal(t, "Fashion-MNIST (sample): 80 training and 14 test images", lines[0])
	assert.Regexp(t, `^epoch  1/1: train loss \d+\.\d{3}, test loss \d+\.\d{3}; \S+ s, \d+ images/s$`, lines[3])
	assert.Equal(t, "invented garments written to "+filepath.Join(out, garmentsName), lines[4])
	assert.Regexp(t, `^test loss \S+ \(sample\) after 1 epochs; pictures in `, lines[7])
	assert.NotContains(t, stdout.String(), "\r")
	assert.Empty(t, stderr.String())
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := run(ctx, append(append([]string(nil), short...), "-out", t.TempDir()), new(bytes.Buffer), new(bytes.Buffer))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "vae: interrupted after 0 updates, in epoch 1 of 1: context canceled; nothing was saved")
}

func TestBadFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		args  string
		want  string
		usage bool
	}{
		{"-epochs 0", "vae: -epochs 0: want 1 to 1000000", true},
		{"-epochs 9000000000000000000", "want 1 to 1000000", true},
		{"-batch 0", "vae: -batch 0: want 1 or more", true},
		{"-batch 6001 -data sample", "vae: -batch 6001: want 1 to 6000, the number of training images", true},
		{"-batch 64 -images 63 -data sample", "vae: -batch 64: want 1 to 63, the number of training images", true},
		{"-images 0", "vae: -images 0: want 1 or more", true},
		{"-images 6001 -data sample", "vae: -images 6001: want 1 to 6000, the number of training images", true},
		{"-threads 1025", "vae: -threads 1025: want 0 (all processors) to 1024", true},
		{"-lr NaN", "vae: -lr NaN: want 0 or more, finite", true},
		{"-save -", "vae: -save -: want a file", true},
		{"-save vae-out/plane.png", "vae: -save vae-out/plane.png and vae-out/plane.png are the same file: want different ones", true},
		{"-out=", `vae: -out "": want a directory`, true},
		{"-frobnicate", "vae: flag provided but not defined: -frobnicate", true},
		{"train", `vae: "train": want only flags`, true},
		{"-data none", "none", false},
	} {
		t.Run(test.args, func(t *testing.T) {
			err := run(context.Background(), strings.Fields(test.args), new(bytes.Buffer), new(bytes.Buffer))
			require.ErrorContains(t, err, test.want)
			var usage *cli.UsageError
			assert.Equal(t, test.usage, errors.As(err, &usage))
		})
	}
}
