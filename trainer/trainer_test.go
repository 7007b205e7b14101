package trainer

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// TestFitByHand holds a run against a loop written out: batches in the
// loader's order, x ← x − lr·g, means weighted by rows.
func TestFitByHand(t *testing.T) {
	train, test := data(t, 22), data(t, 9)
	schedule := lrsched.Cosine{Base: .1, Final: .01, To: 18}
	model := newLinear(2)
	tr := basic(model)
	tr.Schedule, tr.Metrics = schedule, []Metric{MeanAbsoluteError()}
	history, err := tr.Fit(t.Context(), train, test)
	require.NoError(t, err)

	hand, step := newLinear(2), 0
	loader := datasets.Loader{Dataset: train, BatchSize: 4, Seed: 1, Shuffle: true}
	mae := func(b *datasets.Batch, out []float32) (sum float64) {
		for i := range out {
			sum += math.Abs(float64(out[i]) - float64(b.Targets[i]))
		}
		return sum
	}
	require.Len(t, history.Epochs, 3)
	for epoch, got := range history.Epochs {
		loss, abs := 0.0, 0.0
		for b, err := range loader.Epoch(t.Context(), epoch) {
			require.NoError(t, err)
			l, out, _ := hand.Step(b)
			loss += l * float64(b.Rows)
			abs += mae(b, out)
			lr := float32(schedule.At(step))
			for i, g := range hand.gw {
				hand.w[i] -= float32(lr * g) // the product rounded by itself, as the rule has it
			}
			hand.b[0] -= float32(lr * hand.gb[0])
			step++
		}
		all := &datasets.Batch{}
		require.NoError(t, test.Gather(all, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}))
		testLoss, out, _ := hand.Evaluate(all)
		assert.Equal(t, epoch+1, got.Epoch)
		assert.Equal(t, step, got.Step)
		assert.Equal(t, 6*(epoch+1), got.Step)
		assert.Equal(t, schedule.At(step-1), got.LearningRate)
		assert.InDelta(t, loss/22, got.Train.Loss, 1e-12)
		assert.InDelta(t, abs/22, got.Train.Metrics[0], 1e-12)
		assert.InDelta(t, testLoss, got.Test.Loss, 1e-6)
		assert.InDelta(t, mae(all, out)/9, got.Test.Metrics[0], 1e-6)
	}
	assert.Equal(t, hand.w, model.w)
	assert.Equal(t, hand.b, model.b)
	assert.Equal(t, 18, history.Steps)
	assert.Equal(t, []string{"mean_absolute_error"}, history.Metrics)
	assert.Equal(t, &history.Epochs[2], history.Last())
	assert.Empty(t, history.StoppedBy)
	assert.Nil(t, history.Best)
}

func TestFitLearns(t *testing.T) {
	model := newLinear(2)
	tr := basic(model)
	tr.Rule, tr.Epochs = optimizers.SGD{Momentum: .9}, 20
	history, err := tr.Fit(t.Context(), data(t, 200), nil)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{2, -3.4}, model.w, .02)
	assert.InDelta(t, 4.2, model.b[0], .02)
	assert.Nil(t, history.Last().Test, "no test data")
	assert.Zero(t, model.evals)
}

func TestSeed(t *testing.T) {
	run := func(seed uint64) []float32 {
		model := newLinear(2)
		tr := basic(model)
		tr.Seed = seed
		_, err := tr.Fit(t.Context(), data(t, 22), nil)
		require.NoError(t, err)
		return model.w
	}
	assert.Equal(t, run(1), run(1))
	assert.NotEqual(t, run(1), run(2))
}

// asked records which updates a schedule is asked for.
type asked struct{ steps *[]int }

func (a asked) At(step int) float64 {
	*a.steps = append(*a.steps, step)
	return .01
}

func TestScheduleIsAskedPerUpdate(t *testing.T) {
	var steps []int
	tr := basic(newLinear(2))
	tr.Schedule, tr.Accumulate = asked{&steps}, 4
	history, err := tr.Fit(t.Context(), data(t, 22), nil)
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, steps, "6 batches are 2 updates an epoch")
	assert.Equal(t, 6, history.Steps)
}

func TestDropLast(t *testing.T) {
	for drop, want := range map[bool][]int{false: {4, 4, 2}, true: {4, 4}} {
		model := newLinear(2)
		model.onStep = func(int, *linear, *float64) error { return nil }
		tr := basic(model)
		tr.Epochs, tr.DropLast = 1, drop
		_, err := tr.Fit(t.Context(), data(t, 10), nil)
		require.NoError(t, err)
		assert.Equal(t, want, model.rows)
	}
}

// A fixed order is the first of those drawn anew; a given one is that of the data.
func TestOrder(t *testing.T) {
	of := func(order Order) (epochs [][]float32) {
		tr := basic(newLinear(2))
		tr.Epochs, tr.Order = 3, order
		tr.Hooks = []Hook{
			{EpochStart: func(*State) error { epochs = append(epochs, nil); return nil }},
			{StepEnd: func(s *State) error {
				epochs[s.Epoch-1] = append(epochs[s.Epoch-1], s.Batch.Inputs...)
				return nil
			}},
		}
		_, err := tr.Fit(t.Context(), data(t, 22), nil)
		require.NoError(t, err)
		return epochs
	}
	anew, fixed, given := of(NewOrder), of(FixedOrder), of(GivenOrder)
	assert.NotEqual(t, anew[0], anew[1])
	assert.Equal(t, [][]float32{anew[0], anew[0], anew[0]}, fixed)
	var b datasets.Batch
	require.NoError(t, data(t, 22).Gather(&b, []int{0, 1, 2}))
	assert.Equal(t, b.Inputs, given[2][:len(b.Inputs)])
	assert.Equal(t, given[0], given[1])
}

// TestAccumulate: k batches of n rows are one of k·n, also where the last
// group, 4 + 4 + 2 rows, is not full and its batches not equal; 26 rows leave
// a group of one batch alone.
func TestAccumulate(t *testing.T) {
	for _, rows := range []int{22, 24, 26} {
		run := func(batch, accumulate int) (*linear, *History, []State) {
			model := newLinear(2)
			tr := basic(model)
			tr.Rule, tr.BatchSize, tr.Accumulate = optimizers.SGD{Momentum: .9}, batch, accumulate
			var seen []State
			tr.Hooks = []Hook{{StepEnd: func(s *State) error { seen = append(seen, *s); return nil }}}
			history, err := tr.Fit(t.Context(), data(t, rows), nil)
			require.NoError(t, err)
			return model, history, seen
		}
		big, bigHistory, bigSteps := run(12, 0)
		small, smallHistory, smallSteps := run(4, 3)
		assert.InDeltaSlice(t, big.w, small.w, 1e-5)
		assert.InDeltaSlice(t, big.b, small.b, 1e-5)
		assert.Equal(t, bigHistory.Steps, smallHistory.Steps)
		assert.InDelta(t, bigHistory.Last().Train.Loss, smallHistory.Last().Train.Loss, 1e-5)
		require.Len(t, smallSteps, len(bigSteps))
		for i := range bigSteps {
			assert.Equal(t, bigSteps[i].Rows, smallSteps[i].Rows)
			assert.InDelta(t, bigSteps[i].Loss, smallSteps[i].Loss, 1e-4)
			assert.Equal(t, bigSteps[i].Steps, smallSteps[i].Steps)
		}
		assert.Equal(t, smallSteps[0].Steps, smallHistory.Steps)
	}
}

func TestClip(t *testing.T) {
	for clip, want := range map[float64]float32{0: 12, .25: 3} {
		model := newScripted()
		tr := basic(model)
		tr.Schedule, tr.Clip = lrsched.Constant(1), optimizers.Clip{GlobalNorm: clip}
		_, err := tr.Fit(t.Context(), data(t, 16), nil)
		require.NoError(t, err)
		assert.InDelta(t, want, model.w[0], 1e-6, "12 updates with gradients of norm 1, clip %v", clip)
	}
}

func TestWhenEvaluated(t *testing.T) {
	for _, c := range []struct {
		name              string
		epochs, every, by int
		atEpochs, atSteps []int // epochs with test figures, steps with evaluations
		evaluations       int
	}{
		{"default", 3, 0, 0, []int{1, 2, 3}, nil, 3},
		{"every second epoch, and the last", 5, 2, 0, []int{2, 4, 5}, nil, 3},
		{"by steps, and at the end", 2, 0, 3, []int{2}, []int{3, 6}, 3},
		{"by steps that end with the run", 2, 0, 4, []int{1, 2}, []int{4, 8}, 2},
		{"both", 3, 1, 2, []int{1, 2, 3}, []int{2, 4, 6, 8, 10, 12}, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			model := newLinear(2)
			tr := basic(model)
			tr.Epochs, tr.EvalEvery, tr.EvalEverySteps = c.epochs, c.every, c.by
			var hooked []int
			tr.Hooks = []Hook{{StepEnd: func(s *State) error {
				if s.Record != nil {
					require.NotNil(t, s.Record.Test)
					hooked = append(hooked, s.Record.Step)
				}
				return nil
			}}}
			history, err := tr.Fit(t.Context(), data(t, 16), data(t, 3))
			require.NoError(t, err)
			var epochs, steps []int
			for _, e := range history.Epochs {
				if e.Test != nil {
					epochs = append(epochs, e.Epoch)
				}
			}
			for _, e := range history.Evaluations {
				steps = append(steps, e.Step)
				assert.NotNil(t, e.Test)
				assert.Equal(t, (e.Step-1)/4+1, e.Epoch)
			}
			assert.Equal(t, c.atEpochs, epochs)
			assert.Equal(t, c.atSteps, steps)
			assert.Equal(t, c.atSteps, hooked)
			assert.Equal(t, c.evaluations, model.evals, "each step at most once")
		})
	}
}

func TestSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := newLinear(2)
		model.onStep = func(int, *linear, *float64) error { time.Sleep(time.Second); return nil }
		model.onEvaluate = func(int, *float64) error { time.Sleep(time.Hour); return nil }
		slow := func(*State) error { time.Sleep(time.Minute); return nil }
		tr := basic(model)
		tr.EvalEvery, tr.EvalEverySteps = 1, 3
		tr.Hooks = []Hook{{EpochStart: slow, StepEnd: slow, EpochEnd: slow}}
		history, err := tr.Fit(t.Context(), data(t, 16), data(t, 4))
		require.NoError(t, err)
		for _, e := range history.Epochs {
			assert.Equal(t, 4.0, e.Seconds)
			assert.Equal(t, 4.0, e.ExamplesPerSecond)
		}
		assert.Equal(t, 3.0, history.Evaluations[0].Seconds, "the epoch so far")
		assert.Equal(t, 2.0, history.Evaluations[1].Seconds)
	})
}

// TestAllocations: long epochs allocate no more than short ones.
func TestAllocations(t *testing.T) {
	count := func(examples, accumulate int) float64 {
		d := data(t, examples)
		model := newLinear(2)
		tr := basic(model)
		tr.Rule, tr.Metrics, tr.Clip, tr.Accumulate = optimizers.SGD{Momentum: .9}, []Metric{MeanAbsoluteError()}, optimizers.Clip{GlobalNorm: 1}, accumulate
		tr.Hooks = []Hook{{StepEnd: func(*State) error { return nil }}}
		return testing.AllocsPerRun(5, func() {
			_, err := tr.Fit(t.Context(), d, nil)
			require.NoError(t, err)
		})
	}
	for _, k := range []int{1, 3} {
		assert.InDelta(t, count(40, k), count(4000, k), 30, "Accumulate %d: 990 batches more in each of 3 epochs", k)
	}
}

func TestHistoryJSON(t *testing.T) {
	tr := basic(newLinear(2))
	tr.Epochs, tr.Metrics = 1, []Metric{MeanAbsoluteError()}
	history, err := tr.Fit(t.Context(), data(t, 8), data(t, 4))
	require.NoError(t, err)
	text, err := json.Marshal(history)
	require.NoError(t, err)
	var back History
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, *history, back)
	var keys map[string]any
	require.NoError(t, json.Unmarshal(text, &keys))
	record := keys["epochs"].([]any)[0].(map[string]any)
	for _, key := range []string{"epoch", "step", "learning_rate", "train", "test", "seconds", "examples_per_second"} {
		assert.Contains(t, record, key)
	}
	assert.True(t, slices.Contains(back.Metrics, "mean_absolute_error"))
}
