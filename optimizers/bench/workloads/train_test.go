package workloads

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/trainer"
)

// steps is a task of one parameter, 1 at first, whose gradient is its value.
func steps(perEpoch int, fail error) (task[float64], []float64) {
	x, g := []float64{1}, []float64{0}
	return task[float64]{
		params:   []optimizers.Param[float64]{{Name: "x", Shape: []int{1}, Value: x, Grad: g}},
		perEpoch: perEpoch,
		epoch: func(_ context.Context, epoch int, update func(float64, int) error) error {
			if epoch == 1 && fail != nil {
				return fail
			}
			for i := range perEpoch {
				g[0] = x[0]
				if err := update(float64(i), 1+i); err != nil { // losses 0, 1, … of 1, 2, … rows
					return err
				}
			}
			return nil
		},
		measure: func(context.Context, bool) (float64, error) { return x[0], nil },
	}, x
}

func TestTrain(t *testing.T) {
	task, _ := steps(2, nil)
	c, err := train(t.Context(), task, at(optimizers.SGD{}, .5, bench.Test))
	require.NoError(t, err)
	assert.Equal(t, bench.Curve{Points: []bench.Point{
		{Metric: 1},
		{Step: 1, Epoch: .5, Metric: .5},
		{Step: 2, Epoch: 1, Loss: 1, Metric: .25},
		{Step: 3, Epoch: 1.5, Loss: 0, Metric: .125},
		{Step: 4, Epoch: 2, Loss: 1, Metric: .0625},
	}}, untimed(c))

	// Of 70 updates, those at every twentieth and at the ends of epochs; one that ends
	// early has the same ones.
	task, _ = steps(35, nil)
	c, err = train(t.Context(), task, at(optimizers.SGD{}, .5, bench.Test))
	require.NoError(t, err)
	var seen []int
	for _, p := range c.Points {
		seen = append(seen, p.Step)
	}
	assert.Equal(t, []int{0, 4, 7, 11, 14, 18, 21, 25, 28, 32, 35, 39, 42, 46, 49, 53, 56, 60, 63, 67, 70}, seen)
	for share, end := range map[float64]int{.2: 14, .5: 35, .51: 36, 1: 70} {
		task, _ = steps(35, nil)
		r := at(optimizers.SGD{}, .5, bench.Test)
		r.Stop = share
		part, err := train(t.Context(), task, r)
		require.NoError(t, err)
		last := part.Points[len(part.Points)-1]
		assert.Equal(t, end, last.Step)
		n := len(part.Points)
		if end == 36 {
			n-- // where the whole run has no point
		}
		assert.Equal(t, untimed(c).Points[:n], untimed(part).Points[:n])
	}

	task, _ = steps(2, nil)
	c, err = train(t.Context(), task, at(optimizers.SGD{}, 1e200, bench.Test))
	require.NoError(t, err, "it diverges")
	assert.True(t, c.Diverged)
	assert.Equal(t, []bench.Point{{Metric: 1}, {Step: 1, Epoch: .5, Metric: -1e200}}, untimed(c).Points)

	// The losses are finite, and their sum is not.
	task, _ = steps(2, nil)
	task.epoch = func(_ context.Context, _ int, update func(float64, int) error) error {
		return errors.Join(update(1, 1), update(1e308, 9))
	}
	c, err = train(t.Context(), task, at(optimizers.SGD{}, .5, bench.Test))
	require.NoError(t, err)
	assert.True(t, c.Diverged)
	assert.Len(t, c.Points, 2)

	broken := errors.New("broken")
	task, _ = steps(2, broken)
	_, err = train(t.Context(), task, at(optimizers.SGD{}, .5, bench.Test))
	assert.ErrorIs(t, err, broken)

	r := at(optimizers.SGD{}, .5, bench.Test)
	r.Epochs = 0
	_, err = train(t.Context(), task, r)
	assert.EqualError(t, err, fmt.Sprintf("workloads: Run: Epochs = 0: want [1, %d], for 2 updates in each", math.MaxInt/2))
	r.Epochs = math.MaxInt/2 + 1
	_, err = train(t.Context(), task, r)
	assert.ErrorContains(t, err, "want [1, ")
	r.Epochs, r.Schedule = 1, func(updates int) (lrsched.Schedule, error) {
		assert.Equal(t, 2, updates)
		return nil, broken
	}
	_, err = train(t.Context(), task, r)
	assert.ErrorIs(t, err, broken)
	_, err = train(t.Context(), task, at(optimizers.SGD{Momentum: 2}, .5, bench.Test))
	assert.ErrorContains(t, err, "Momentum = 2: want [0, 1)")
}

// A run is what the trainer does with the same seeds, to the last bit, evaluated
// where the rule wants it.
func TestAsTrainer(t *testing.T) {
	n := Softmax(&Fashion{Sample: true})
	for _, rule := range []optimizers.Rule{optimizers.SGD{Momentum: .9}, optimizers.DefaultScheduleFreeSGD()} {
		r := at(rule, .1, bench.Test)
		var losses []float64
		r.Loss = func(loss float64) { losses = append(losses, loss) }
		c, err := n.Run(t.Context(), r)
		require.NoError(t, err)

		model, err := nn.NewModel(n.Layers, nn.Config{Input: []int{1, 28, 28}, Loss: n.Loss, Seed: modelSeed(1), Threads: 2})
		require.NoError(t, err)
		fit := trainer.Trainer{
			Model: model, Rule: rule, Schedule: lrsched.Constant(.1), Epochs: r.Epochs, BatchSize: 256, Seed: orderSeed(1),
			Metrics: []trainer.Metric{trainer.Accuracy()},
		}
		history, err := fit.Fit(t.Context(), n.data.Train, n.data.Test)
		model.Close()
		require.NoError(t, err)
		last, point := history.Epochs[1], c.Points[len(c.Points)-1]
		assert.Equal(t, last.Test.Metrics[0], point.Metric)
		mean, rows := 0., n.data.Train.Len()
		losses = losses[len(losses)/2:] // of the last epoch
		for i, loss := range losses {
			mean += loss * float64(min(256, rows-256*i)) / float64(rows)
		}
		assert.InEpsilon(t, last.Train.Loss, mean, 1e-12)
		assert.Greater(t, point.Metric, .6)
	}
}

// Results of a workload whose code has changed, under the same name and version,
// are not gone on with; those of one that has not are.
func TestFirstStep(t *testing.T) {
	for _, c := range []struct {
		name string
		make func() bench.Workload
		edit func(w bench.Workload) bench.Workload
	}{
		{"airfoil", func() bench.Workload { return Airfoil() }, func(w bench.Workload) bench.Workload {
			w.(*Network).Loss = nn.SquaredError{}
			return w
		}},
		{"softmax", func() bench.Workload { return Softmax(&Fashion{Sample: true}) }, func(w bench.Workload) bench.Workload {
			w.(*Network).Metric = nil
			return w
		}},
		{"rosenbrock-noisy", func() bench.Workload { return Rosenbrock() }, func(w bench.Workload) bench.Workload {
			f := w.(Function)
			f.Steps++
			return f
		}},
	} {
		lr, err := Optimizers()[0].Fix(bench.Rate, .01)
		require.NoError(t, err)
		runner := bench.Runner{
			Plan: bench.Plan{Workloads: []bench.Workload{c.make()}, Optimizers: []bench.Contender{lr}, Trials: 1, Seeds: 1, Epochs: 1},
			File: t.TempDir() + "/results.jsonl",
		}
		_, err = runner.Run(t.Context())
		require.NoError(t, err)
		runner.Plan.Workloads[0] = c.make()
		runner.Progress = func(p bench.Progress) { assert.Zero(t, p.All) }
		_, err = runner.Run(t.Context())
		require.NoError(t, err)
		runner.Plan.Workloads[0] = c.edit(c.make())
		_, err = runner.Run(t.Context())
		assert.ErrorContains(t, err, "made by different code (workload "+c.name+": different numbers in the file than now with the same settings)")
	}
}
