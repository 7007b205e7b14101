package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/cli"
	"descent/nn"
	"descent/nn/modelfile"
	"descent/trainer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// short is a run of a second: an epoch of the sample.
var short = []string{"-data", "sample", "-epochs", "1", "-batch", "64"}

// calm are settings at which a difference in rounding stays one: at the default
// rate it grows within an epoch.
var calm = []string{"-optimizer", "sgd", "-lr", "0.05"}

func result(t *testing.T, args ...string) report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), append(append([]string(nil), short...), append(args, "-report", "-")...), &stdout, &stderr))
	var r report
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &r), "nothing but the report goes to standard output")
	return r
}

func TestLearnsTheSample(t *testing.T) {
	r := result(t)
	assert.Equal(t, 61706, r.Parameters)
	assert.EqualValues(t, "sample", r.DatasetSource)
	assert.Equal(t, []int{6000, 1000}, []int{r.TrainExamples, r.TestExamples})
	require.Len(t, r.History, 1)
	assert.Greater(t, r.History[0].TestAccuracy, 0.6)
	assert.Positive(t, r.PeakRSSBytes)
	assert.Positive(t, r.MinSecondsPerEpoch)
	assert.Len(t, r.WeightsSHA256, 64)
}

func TestSameSeedSameWeights(t *testing.T) {
	first := result(t, "-seed", "1", "-threads", "1").WeightsSHA256
	assert.Equal(t, first, result(t, "-seed", "1", "-threads", "3").WeightsSHA256, "three threads")
	old := runtime.GOMAXPROCS(1)
	one := result(t, "-seed", "1").WeightsSHA256
	runtime.GOMAXPROCS(old)
	assert.Equal(t, first, one, "GOMAXPROCS 1")
	assert.NotEqual(t, first, result(t, "-seed", "2").WeightsSHA256, "another seed")
}

// AVX2 and AVX-512 train the same weights, and the plain loops as good ones;
// the best of them is what is used if nobody asks.
func TestInstructionSets(t *testing.T) {
	best, plain := result(t, calm...), report{}
	for _, isa := range []lanes.ISA{lanes.ISAAVX512, lanes.ISAAVX2, lanes.ISAGo} {
		if isa.Available() != nil {
			err := run(context.Background(), append(append([]string(nil), short...), "-isa", isa.String()), new(bytes.Buffer), new(bytes.Buffer))
			assert.ErrorContains(t, err, "ISA "+isa.String()+": not available on this machine or in this build: want auto, go")
			continue
		}
		r := result(t, append([]string{"-isa", isa.String()}, calm...)...)
		if isa == lanes.ISAGo {
			plain = r
		} else {
			assert.Equal(t, best.WeightsSHA256, r.WeightsSHA256, isa)
		}
	}
	assert.InEpsilon(t, best.History[0].TrainLoss, plain.History[0].TrainLoss, 1e-3)
	assert.InDelta(t, best.History[0].TestAccuracy, plain.History[0].TestAccuracy, 0.01)
	assert.Equal(t, lanes.ISAAVX2.Available() != nil, best.WeightsSHA256 == plain.WeightsSHA256, "the plain loops round otherwise")
}

// Leaving zeros out changes how sums round, and no more.
func TestSkipZeros(t *testing.T) {
	never, always := result(t, append([]string{"-skip-zeros", "never"}, calm...)...), result(t, append([]string{"-skip-zeros", "always"}, calm...)...)
	assert.InEpsilon(t, never.History[0].TrainLoss, always.History[0].TrainLoss, 1e-3)
	assert.InDelta(t, never.History[0].TestAccuracy, always.History[0].TestAccuracy, 0.01)
	assert.Equal(t, lanes.ISAAVX2.Available() != nil, never.WeightsSHA256 == always.WeightsSHA256)
}

func TestProfile(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), append(append([]string(nil), short...), "-profile"), &stdout, &stderr))
	assert.Regexp(t, `(?m)^ *mean µs +min µs +share +operation$`, stdout.String())
	assert.Regexp(t, `(?m)^ *[\d.]+ +[\d.]+ +[\d.]+ % +conv2d backward`, stdout.String())
	assert.Regexp(t, `(?m)^ *[\d.]+ +total of \d+ steps' mean$`, stdout.String())
	assert.Regexp(t, `\ntest accuracy \S+ \(sample\) after 1 epochs`, stdout.String(), "the result stands last")
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	plot, save, report := filepath.Join(dir, "curves.png"), filepath.Join(dir, "lenet.safetensors"), filepath.Join(dir, "report.json")
	var stdout, stderr bytes.Buffer
	args := append(append([]string(nil), short...), "-plot", plot, "-save", save, "-report", report, "-quiet")
	require.NoError(t, run(context.Background(), args, &stdout, &stderr))
	assert.Regexp(t, `^test accuracy 0\.\d{4} \(sample\) after 1 epochs, best \S+ s/epoch\n$`, stdout.String())
	assert.Empty(t, stderr.String())

	b, err := os.ReadFile(plot)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(b, []byte("\x89PNG")))
	var r struct {
		WeightsSHA256 string `json:"weights_sha256"`
	}
	b, err = os.ReadFile(report)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &r))
	m, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}})
	require.NoError(t, err)
	defer m.Close()
	require.NoError(t, m.Load(save))
	assert.Equal(t, r.WeightsSHA256, m.Fingerprint(), "the saved weights are those of the report")

	described, info, err := modelfile.Load(save, nn.Config{})
	require.NoError(t, err)
	defer described.Close()
	assert.Equal(t, r.WeightsSHA256, described.Fingerprint())
	assert.Equal(t, datasets.FashionClasses(), info.Classes)
}

func TestOutputIntoAPipe(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), short, &stdout, &stderr))
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	require.Len(t, lines, 5)
	assert.Contains(t, lines[0], "Fashion-MNIST (sample): 6000 training and 1000 test images")
	assert.Contains(t, lines[3], "epoch  1/1: train loss ")
	assert.NotContains(t, stdout.String(), "\r")
	assert.NotContains(t, stdout.String(), "\x1b")
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := run(ctx, short, new(bytes.Buffer), new(bytes.Buffer))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "interrupted after 0 updates, in epoch 1 of 1: context canceled; nothing was saved")
}

// Neither the result nor the other files are lost with one that fails.
func TestAFileFails(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	report := filepath.Join(t.TempDir(), "report.json")
	var stdout, stderr bytes.Buffer
	err := run(context.Background(), append(append([]string(nil), short...), "-save", "/dev/full", "-report", report), &stdout, &stderr)
	assert.ErrorContains(t, err, "lenet: save: ")
	assert.FileExists(t, report)
	assert.Contains(t, stdout.String(), "report written to "+report)
	assert.NotContains(t, stdout.String(), "weights written")
	assert.Contains(t, stdout.String(), "test accuracy 0.")
}

func TestEpochOf(t *testing.T) {
	scores := new(trainer.Scores)
	assert.Equal(t, 1, epochOf(&trainer.History{}))
	assert.Equal(t, 2, epochOf(&trainer.History{Epochs: []trainer.Record{{Epoch: 1, Test: scores}}}))
	assert.Equal(t, 2, epochOf(&trainer.History{Epochs: []trainer.Record{{Epoch: 1, Test: scores}, {Epoch: 2}}}), "in its evaluation")
}

func TestBadFlags(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	for _, test := range []struct {
		args  string
		want  string
		usage bool
	}{
		{"-epochs 0", "lenet: -epochs 0: want 1 or more", true},
		{"-batch 0", "lenet: -batch 0: want 1 or more", true},
		{"-batch 6001 -data sample", "lenet: -batch 6001: want 1 to 6000, the number of training images", true},
		{"-threads -1", "lenet: -threads -1: want 0 (all processors) to 1024", true},
		{"-threads 1025", "lenet: -threads 1025: want 0 (all processors) to 1024", true},
		{"-plot x.svg -report x.svg", "lenet: -plot x.svg and -report x.svg are the same file: want different ones", true},
		{"-epochs 9000000000000000000", "want 1 to 1000000", true},
		{"-lr -0.1", "lenet: -lr -0.1, -schedule cosine: ", true},
		{"-lr NaN", "lenet: -lr NaN, -schedule cosine: ", true},
		{"-momentum 1.5", "lenet: -optimizer momentum: SGD", true},
		{"-optimizer sgd -momentum 0.5", "lenet: -momentum: want -optimizer momentum or nesterov, not sgd", true},
		{"-optimizer adma", `lenet: invalid value "adma" for flag -optimizer: want one of sgd, momentum, nesterov, ewa, `, true},
		{"-optimizer adam -set bet1=0.8", "lenet: -optimizer adam: bet1: rule adam has no such field: want one of beta1, beta2, eps, ", true},
		{"-optimizer adam -set beta1=1", "Beta1 = 1: want [0, 1)", true},
		{"-momentum 0.5 -set momentum=0.6", "lenet: -momentum and -set momentum=0.6: want one of them", true},
		{"-schedule-set every=10", "lenet: -lr 0.1, -schedule cosine: every: schedule cosine has no such field: want one of base, final, from, to", true},
		{"-schedule multi-factor -schedule-set milestones=5:3", "lenet: -lr 0.1, -schedule multi-factor: MultiFactor", true},
		{"-data sample -schedule-set warmup=1000", "lenet: -schedule cosine: Warmup", true},
		{"-find-lr -save x", "lenet: -find-lr and -save: want one of them", true},
		{"-find-lr -run x", "lenet: -find-lr and -run: want one of them", true},
		{"-resume", "lenet: -resume: want -run DIR as well", true},
		{"-against x", "lenet: -against: want -run DIR as well", true},
		{"-run x -checkpoint-steps -1", "lenet: -checkpoint-steps -1: want 0 (none) or more", true},
		{"-find-lr -lr 0.1", "lenet: -find-lr and -lr: want one of them", true},
		{"-isa sse", `lenet: invalid value "sse" for flag -isa: ISA "sse": want one of auto, go, avx2, avx512`, true},
		{"-skip-zeros some", `lenet: invalid value "some" for flag -skip-zeros: SkipZeros "some": want one of auto, never, always`, true},
		{"-schedule stair", `lenet: invalid value "stair" for flag -schedule: want one of constant, square-root, `, true},
		{"-seed -1", `invalid value "-1" for flag -seed`, true},
		{"-frobnicate", "lenet: flag provided but not defined: -frobnicate", true},
		{"train", `lenet: "train": want only flags`, true},
		{"-save -", "lenet: -save -: want a file", true},
		{"-plot x.svg -save ./x.svg", "lenet: -plot x.svg and -save ./x.svg are the same file: want different ones", true},
		{"-plot x.gif", `extension ".gif": want .svg or .png`, true},
		{"-save " + filepath.Join(missing, "w"), "no such file or directory", false},
		{"-data " + missing, missing, false},
	} {
		t.Run(test.args, func(t *testing.T) {
			err := run(context.Background(), strings.Fields(test.args), new(bytes.Buffer), new(bytes.Buffer))
			require.ErrorContains(t, err, test.want)
			var usage *cli.UsageError
			assert.Equal(t, test.usage, errors.As(err, &usage))
		})
	}
}
