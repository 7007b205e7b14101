package rundir

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// TestMain runs the tests or, as a process of its own, a run in a directory.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		if err := child(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func child(args []string) error {
	f := flag.NewFlagSet("child", flag.ContinueOnError)
	rule, threads := f.String("rule", "everything", ""), f.Int("threads", 1, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	o, err := run(context.Background(), f.Arg(0), job{rule: *rule, threads: *threads, epochs: 12, resume: true})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(o)
}

// moving is data that changes from epoch to epoch.
type moving struct{ datasets.Dataset }

func (d moving) GatherEpoch(b *datasets.Batch, rows []int, epoch int) error {
	err := d.Gather(b, rows)
	for i := range b.Inputs {
		b.Inputs[i] += float32((epoch+rows[i/2])%3) / 16
	}
	return err
}

// rules are what a run may be made of.
var rules = map[string]func(*trainer.Trainer){
	"momentum": func(t *trainer.Trainer) { t.Rule = optimizers.SGD{Momentum: .9} },
	"muon": func(t *trainer.Trainer) {
		t.Rule, t.Groups = optimizers.DefaultMuon(), []optimizers.Group{{Vectors: true, Rule: optimizers.DefaultAdam(), LRScale: .1}}
	},
	"prodigy":       func(t *trainer.Trainer) { t.Rule, t.Schedule = optimizers.DefaultProdigy(), lrsched.Constant(1) },
	"schedule-free": func(t *trainer.Trainer) { t.Rule = optimizers.DefaultScheduleFreeAdamW() },
	"everything": func(t *trainer.Trainer) {
		t.Rule, t.Schedule = optimizers.EMA{Rule: optimizers.DefaultAdam(), Decay: .9}, lrsched.Warmup{Steps: 9, Then: lrsched.Constant(.01)}
		t.Accumulate, t.SAM, t.EvalEverySteps = 3, .01, 5
		t.Plateau, t.EarlyStopping = &trainer.Plateau{Factor: .5, Patience: 3}, &trainer.EarlyStopping{Patience: 1000}
		t.Metrics = append(t.Metrics, trainer.R2())
	},
}

// job is a run to be made.
type job struct {
	rule    string
	threads int
	epochs  int
	resume  bool
	against string
	seed    uint64
	change  func(*Options)
	hook    trainer.Hook
	wrap    func(datasets.Dataset) datasets.Dataset
}

// result is what must not depend on interruptions.
type result struct {
	Weights string
	History *trainer.History
}

// run makes it, and checks that it continues a run if there is one.
func run(ctx context.Context, dir string, j job) (result, error) {
	train, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: 1, Examples: 300, Seed: 7})
	if err != nil {
		return result{}, err
	}
	test, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: 1, Examples: 50, Seed: 8})
	if err != nil {
		return result{}, err
	}
	net := nn.Sequential(nn.Dense{Units: 8}, nn.BatchNorm{}, nn.Tanh{}, nn.Dropout{Rate: .25}, nn.Dense{Units: 1})
	m, err := nn.NewModel(net, nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 5, Threads: j.threads})
	if err != nil {
		return result{}, err
	}
	defer m.Close()
	o := Options{
		Settings: map[string]any{"rule": j.rule, "epochs": j.epochs, "seed": j.seed, "threads": j.threads},
		Vary:     []string{"epochs", "threads"}, Train: train, Test: test, Resume: j.resume, HashSteps: 10, Against: j.against,
		Keeper: checkpoint.Keeper{EverySteps: 7, EveryEpochs: 2, Best: &checkpoint.Best{}},
	}
	if j.change != nil {
		j.change(&o)
	}
	d, err := Open(ctx, dir, o)
	if err != nil {
		return result{}, err
	}
	t := &trainer.Trainer{
		Model: m, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.01), Epochs: j.epochs, BatchSize: 16, Seed: 3 + j.seed,
		Metrics: []trainer.Metric{trainer.MeanAbsoluteError()}, Hooks: append([]trainer.Hook{j.hook}, d.Hooks()...), Resume: d.Checkpoint(),
	}
	rules[j.rule](t)
	var data datasets.Dataset = moving{train}
	if j.wrap != nil {
		data = j.wrap(data)
	}
	h, err := t.Fit(ctx, data, test)
	if err = errors.Join(err, d.Close()); err != nil {
		return result{}, err
	}
	for _, records := range [][]trainer.Record{h.Epochs, h.Evaluations} {
		for i := range records {
			records[i].Seconds, records[i].ExamplesPerSecond = 0, 0
		}
	}
	return result{m.Fingerprint(), h}, nil
}

var seconds = regexp.MustCompile(`,"seconds":[^,}]+`)

// metrics are the lines of a directory, but for the seconds.
func metrics(t testing.TB, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, metricsFile))
	require.NoError(t, err)
	return string(seconds.ReplaceAll(text, nil))
}

func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func step(n int) string { return fmt.Sprintf("step-%012d.safetensors", n) }

func dataOf(t testing.TB) datasets.Dataset {
	d, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{1}, Examples: 3})
	require.NoError(t, err)
	return d
}
