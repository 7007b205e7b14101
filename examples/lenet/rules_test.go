package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets/sample"
	"descent/internal/byname"
	"descent/lrsched"
	"descent/nn"
	"descent/trainer"
)

// Every rule lowers the loss of LeNet in a hundred updates at its usual rate.
func TestEveryRuleLearns(t *testing.T) {
	train, _, err := sample.FashionMNIST()
	require.NoError(t, err)
	for _, name := range byname.Rules() {
		t.Run(name, func(t *testing.T) {
			o, err := parse([]string{"-optimizer", name}, io.Discard)
			require.NoError(t, err)
			rule, err := o.rule(train.Len())
			require.NoError(t, err)
			model, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
			require.NoError(t, err)
			defer model.Close()
			var losses []float64
			fit := trainer.Trainer{
				Model: model, Rule: rule.Rule, Groups: rule.Groups, Schedule: lrsched.Constant(rule.Rate), Epochs: 2, BatchSize: 64, Seed: 1,
				Hooks: []trainer.Hook{{StepEnd: func(s *trainer.State) error {
					losses = append(losses, s.Loss)
					if len(losses) == 100 {
						return trainer.ErrStop
					}
					return nil
				}}},
			}
			_, err = fit.Fit(t.Context(), train, nil)
			require.NoError(t, err)
			require.Len(t, losses, 100)
			assert.Less(t, mean(losses[90:]), mean(losses[:10])-.01)
		})
	}
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// Fields go to the rule and to the schedule.
func TestSets(t *testing.T) {
	plain := result(t, "-optimizer", "adam")
	assert.Equal(t, "adam", plain.Optimizer)
	set := result(t, "-optimizer", "adam", "-set", "beta1=0.5")
	assert.Equal(t, "adam beta1=0.5", set.Optimizer)
	assert.NotEqual(t, plain.WeightsSHA256, set.WeightsSHA256)
	assert.Equal(t, plain.WeightsSHA256, result(t, "-optimizer", "adam", "-set", "beta1=0.9").WeightsSHA256)

	step := result(t, "-optimizer", "adam", "-schedule", "step", "-schedule-set", "every=10,factor=0.5")
	assert.Equal(t, "step 0.001 over 94 updates; every=10,factor=0.5", step.Schedule)
	assert.InEpsilon(t, .001/512, step.History[0].LearningRate, 1e-12, "of update 93")
	long := result(t, "-optimizer", "adam", "-schedule-set", "warmup=94")
	assert.InEpsilon(t, .001*93/94, long.History[0].LearningRate, 1e-12)
}

func TestFindRate(t *testing.T) {
	dir := t.TempDir()
	plot := filepath.Join(dir, "range.svg")
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-data", "sample", "-find-lr", "-optimizer", "adam", "-plot", plot, "-report", "-"}, &stdout, &stderr))
	var s trainer.Sweep
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &s))
	assert.Greater(t, s.Steepest, 1e-5)
	assert.Less(t, s.Steepest, .1)
	assert.Regexp(t, `suggested learning rate: \S+, where the loss falls fastest; or \S+, a tenth of the rate with the lowest loss\n$`, stderr.String())
	b, err := os.ReadFile(plot)
	require.NoError(t, err)
	assert.Contains(t, string(b), "steepest")
}
