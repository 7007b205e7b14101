package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/datasets"
	"descent/internal/cli"
	"descent/internal/rng"
	"descent/nn"
	"descent/nn/modelfile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// saying is a text of 1,890 characters that a small model learns.
var saying = strings.Repeat("the cat sat on the mat; the dog sat on the log.\n", 40)[:1890]

// models are flags of small models, by name. The lengths are coprime to that of the saying, 48, so
// that each of its characters is at each place of a row.
var models = map[string][]string{
	"transformer": {"-width", "16", "-heads", "2", "-layers", "1", "-length", "13", "-batch", "8", "-lr", "0.01"},
	"lstm":        {"-rnn", "-width", "16", "-layers", "1", "-length", "8", "-batch", "9", "-lr", "0.02"},
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	return name
}

func result(t *testing.T, args ...string) report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), append(args, "-report", "-"), &stdout, &stderr))
	var r report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r), "nothing but the report goes to standard output")
	return r
}

func TestLearns(t *testing.T) {
	data := file(t, saying)
	for name, flags := range models {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-data", data, "-epochs", "15", "-characters", "20", "-prompt", "the c"}, flags...)
			r := result(t, args...)
			assert.Equal(t, []int{1701, 189, 16}, []int{r.TrainCharacters, r.TestCharacters, r.Vocabulary})
			require.Len(t, r.History, 15)
			last := r.History[14]
			assert.Greater(t, r.History[0].TestLoss, 2.)
			assert.Less(t, last.TestLoss, 1.9)
			assert.Len(t, last.Text, len("the c")+20+1)
			assert.Equal(t, r, result(t, args...).with(r), "again")
			assert.Equal(t, r.WeightsSHA256, result(t, append(args, "-threads", "3")...).WeightsSHA256)
			assert.NotEqual(t, r.WeightsSHA256, result(t, append(args, "-seed", "2")...).WeightsSHA256)
		})
	}
}

// with returns the report with the times of another.
func (r report) with(other report) report {
	for i := range r.History {
		r.History[i].Seconds, r.History[i].CharactersPerSecond = other.History[i].Seconds, other.History[i].CharactersPerSecond
	}
	r.MinSecondsPerEpoch, r.PeakRSSBytes = other.MinSecondsPerEpoch, other.PeakRSSBytes
	return r
}

// A model is saved with its characters, and writes on.
func TestSaveAndLoad(t *testing.T) {
	data, dir := file(t, saying), t.TempDir()
	for name, flags := range models {
		t.Run(name, func(t *testing.T) {
			save := filepath.Join(dir, name)
			var stdout, stderr bytes.Buffer
			require.NoError(t, run(t.Context(), append([]string{"-data", data, "-epochs", "2", "-save", save, "-characters", "10", "-prompt", "dog"}, flags...), &stdout, &stderr))
			assert.Contains(t, stdout.String(), "model written to "+save)
			assert.Regexp(t, `(?m)^epoch  2/2: train loss \S+, test loss \S+; \S+ s, \d+ characters/s$`, stdout.String())
			assert.Regexp(t, `\ntest loss \S+ nats a character after 2 epochs, best \S+ s/epoch\n$`, stdout.String())
			assert.NotContains(t, stdout.String(), "\x1b")
			info, err := modelfile.ReadInfo(save)
			require.NoError(t, err)
			v, err := datasets.Characters(saying)
			require.NoError(t, err)
			assert.EqualValues(t, v, info.Tokens)

			var first, again, cold bytes.Buffer
			require.NoError(t, run(t.Context(), []string{"-load", save, "-prompt", "dog", "-characters", "10"}, &first, &stderr))
			require.NoError(t, run(t.Context(), []string{"-load", save, "-prompt", "dog", "-characters", "10", "-threads", "1"}, &again, &stderr))
			require.NoError(t, run(t.Context(), []string{"-load", save, "-prompt", "dog", "-characters", "10", "-temperature", "0"}, &cold, &stderr))
			assert.Equal(t, first.String(), again.String())
			assert.Regexp(t, `^(?s)dog.{10}\n$`, first.String())
			assert.Regexp(t, `^(?s)dog.{10}\n$`, cold.String())
			assert.Contains(t, stdout.String(), first.String(), "what it wrote after the last epoch")
			assert.Empty(t, stderr.String())
		})
	}
}

// A run that was interrupted says how to go on, and then ends as one that was not.
func TestRun(t *testing.T) {
	data := file(t, saying)
	for name, flags := range models {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			args := append([]string{"-data", data, "-epochs", "4", "-characters", "5"}, flags...)
			want := result(t, args...)
			ctx, cancel := context.WithCancel(t.Context())
			err := run(ctx, append(args, "-run", filepath.Join(dir, "run")), &canceling{at: "epoch  2/4:", cancel: cancel}, new(bytes.Buffer))
			require.ErrorIs(t, err, context.Canceled)
			assert.Regexp(t, `^gpt: interrupted after \d+ updates: context canceled; rerun with the same flags and -resume to continue$`, err.Error())
			got := result(t, append(args, "-run", filepath.Join(dir, "run"), "-resume")...)
			assert.Equal(t, want.WeightsSHA256, got.WeightsSHA256)
		})
	}
}

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

func TestQuiet(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), append([]string{"-data", file(t, saying), "-epochs", "1", "-quiet"}, models["lstm"]...), &stdout, &stderr))
	assert.Regexp(t, `^test loss \S+ nats a character after 1 epochs, best \S+ s/epoch\n$`, stdout.String())
	assert.Empty(t, stderr.String())
}

// Bytes are tokens of any file.
func TestBytes(t *testing.T) {
	r := result(t, append([]string{"-data", file(t, strings.Repeat("a\xffb\x00é", 300)), "-epochs", "1", "-bytes", "-characters", "3", "-prompt", "é"}, models["lstm"]...)...)
	assert.Equal(t, 256, r.Vocabulary)
	assert.Equal(t, 1620, r.TrainCharacters)
	assert.True(t, strings.HasPrefix(r.History[0].Text, "é"))
}

// Of logits that are far apart each temperature draws the first, and of equal ones any.
func TestDraw(t *testing.T) {
	w := writer{temperature: 1}
	counts := [3]int{}
	random := rng.New(1, "draw")
	for range 3000 {
		counts[w.draw([]float32{1, 1, -50}, random)]++
	}
	assert.InDelta(t, 1500, counts[0], 150)
	assert.Zero(t, counts[2])
	w.temperature = 0
	assert.EqualValues(t, 1, w.draw([]float32{1, 2, 1.9}, random))
	w.temperature = 1e-300
	assert.EqualValues(t, 1, w.draw([]float32{1, 2, 1.9}, random))
}

func TestBadFlags(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	text, plain := file(t, saying), filepath.Join(t.TempDir(), "plain")
	m, err := nn.NewModel(nn.Sequential(nn.Embedding{Width: 2}, nn.Dense{Units: 3}), nn.Config{Input: []int{4}, Vocabulary: 3})
	require.NoError(t, err)
	defer m.Close()
	require.NoError(t, modelfile.Save(plain, m, modelfile.Info{}))
	for _, test := range []struct {
		args  string
		want  string
		usage bool
	}{
		{"-epochs 0", "gpt: -epochs 0: want 1 to 1000000", true},
		{"-batch -1", "gpt: -batch -1: want 1 to 1000000", true},
		{"-length 0", "gpt: -length 0: want 1 to 1000000", true},
		{"-layers 1001", "gpt: -layers 1001: want 1 to 1000", true},
		{"-width 0", "gpt: -width 0: want 1 to 100000", true},
		{"-heads 3", "gpt: -heads 3: want a divisor of -width, 128", true},
		{"-rnn -heads 2", "gpt: -rnn and -heads: want one of them", true},
		{"-dropout 1", "gpt: -dropout 1: want [0, 1)", true},
		{"-lr 0", "gpt: -lr 0: want more than 0, finite", true},
		{"-lr NaN", "gpt: -lr NaN: want more than 0, finite", true},
		{"-temperature -1", "gpt: -temperature -1: want 0 (the likeliest character) or more, finite", true},
		{"-temperature NaN", "gpt: -temperature NaN: want 0", true},
		{"-characters 0", "gpt: -characters 0: want 1 to 1000000000", true},
		{"-threads -1", "gpt: -threads -1: want 0 (all processors) to 1024", true},
		{"-isa sse", `gpt: invalid value "sse" for flag -isa: ISA "sse": want one of auto, go, avx2, avx512`, true},
		{"-resume", "gpt: -resume: want -run DIR as well", true},
		{"-save -", "gpt: -save -: want a file", true},
		{"-save x -report x", "gpt: -save x and -report x are the same file: want different ones", true},
		{"-load x -rnn", "gpt: -load and -rnn: want one of them", true},
		{"-load x -save y", "gpt: -load and -save: want one of them", true},
		{"-load " + missing, "no such file or directory", false},
		{"-load " + text, "gpt: -load: ", false},
		{"-load " + plain, "the file does not have the model's vocabulary: want a file from -save", false},
		{"-data " + missing, "no such file or directory", false},
		{"-data " + file(t, ""), "an empty text: want 1 or more characters", true},
		{"-data " + file(t, "a\xffb"), "byte 1 of the text, 0xff, is not UTF-8: want UTF-8, or the vocabulary of Bytes, as with -bytes", true},
		{"-data " + file(t, "hi"), "the part to train on: a text of 2 tokens: want more than Length, 128", true},
		{"-data " + file(t, "a short text"), "the part to train on: a text of 11 tokens: want more than Length, 128", true},
		{"-data " + text + " -length 200", "the part to test on: a text of 189 tokens: want more than Length, 200", true},
		{"-data " + text + " -rnn -length 20", "the part to test on: a text of 189 tokens: want more than Length, 20, in each of 50 Streams", true},
		{"-data " + text + " -length 16 -batch 107", "gpt: -batch 107: want 1 to 106, the number of rows of 16 characters to train on", true},
		{"-data " + text + " -prompt é", `gpt: -prompt "é": character 'é' at byte 0 of the text: want one of the 16 of the vocabulary`, true},
		{"-prompt \xff", `gpt: -prompt "\xff": want UTF-8`, true},
		{"-frobnicate", "gpt: flag provided but not defined: -frobnicate", true},
		{"train", `gpt: "train": want only flags`, true},
		{"-save " + filepath.Join(missing, "w"), "no such file or directory", false},
	} {
		t.Run(test.args, func(t *testing.T) {
			err := run(t.Context(), strings.Fields(test.args), new(bytes.Buffer), new(bytes.Buffer))
			require.ErrorContains(t, err, test.want)
			var usage *cli.UsageError
			assert.Equal(t, test.usage, errors.As(err, &usage), "%v", err)
		})
	}
}
