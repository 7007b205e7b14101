package trainer

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
)

// events returns a hook that logs what it is called for, and what went before.
func events(name string, log *[]string) Hook {
	note := func(e event) func(*State) error {
		return func(s *State) error {
			*log = append(*log, fmt.Sprintf("%s %s %d/%d %d/%d", name, e, s.Epoch, s.Epochs, s.Step, s.Steps))
			return nil
		}
	}
	return Hook{Name: name, FitStart: note(fitStart), EpochStart: note(epochStart), StepEnd: note(stepEnd), EpochEnd: note(epochEnd), FitEnd: note(fitEnd)}
}

func TestHookOrder(t *testing.T) {
	var log []string
	tr := basic(newLinear(2))
	tr.Epochs = 2
	tr.Hooks = []Hook{events("a", &log), {}, events("b", &log)}
	_, err := tr.Fit(t.Context(), data(t, 6), nil)
	require.NoError(t, err)
	var want []string
	for _, e := range []string{
		"FitStart 0/2 0/4",
		"EpochStart 1/2 0/4", "StepEnd 1/2 1/4", "StepEnd 1/2 2/4", "EpochEnd 1/2 2/4",
		"EpochStart 2/2 2/4", "StepEnd 2/2 3/4", "StepEnd 2/2 4/4", "EpochEnd 2/2 4/4",
		"FitEnd 2/2 4/4",
	} {
		want = append(want, "a "+e, "b "+e)
	}
	assert.Equal(t, want, log)
}

func TestHookState(t *testing.T) {
	model := newLinear(2)
	tr := basic(model)
	tr.Epochs = 2
	tr.Schedule = lrsched.Cosine{Base: .1, To: 10}
	var rows []int
	tr.Hooks = []Hook{{
		FitStart: func(s *State) error {
			assert.Equal(t, model, s.Model)
			assert.NotNil(t, s.History)
			return nil
		},
		StepEnd: func(s *State) error {
			rows = append(rows, s.Rows)
			assert.Equal(t, tr.Schedule.At(s.Step-1), s.LearningRate)
			assert.Positive(t, s.Loss)
			assert.Equal(t, s.Step, s.History.Steps)
			assert.Nil(t, s.Record)
			return nil
		},
		EpochEnd: func(s *State) error {
			assert.Len(t, s.History.Epochs, s.Epoch)
			assert.Equal(t, s.Epoch, s.Record.Epoch)
			assert.NotNil(t, s.Record.Test)
			return nil
		},
		EpochStart: func(s *State) error { assert.Nil(t, s.Record); return nil },
		FitEnd:     func(s *State) error { assert.Nil(t, s.Record); assert.NoError(t, s.Err); return nil },
	}}
	_, err := tr.Fit(t.Context(), data(t, 6), data(t, 2))
	require.NoError(t, err)
	assert.Equal(t, []int{4, 2, 4, 2}, rows)
}

// failing returns a hook that fails once, at this event in this epoch.
func failing(name string, at event, epoch int, err error) Hook {
	f := func(s *State) error {
		if s.Epoch == epoch {
			return err
		}
		return nil
	}
	h := Hook{Name: name}
	switch at {
	case fitStart:
		h.FitStart = f
	case epochStart:
		h.EpochStart = f
	case stepEnd:
		h.StepEnd = f
	case epochEnd:
		h.EpochEnd = f
	case fitEnd:
		h.FitEnd = f
	}
	return h
}

func TestErrStop(t *testing.T) {
	for _, c := range []struct {
		at                   event
		epoch, steps, epochs int // epoch to stop in; steps done and epochs recorded then
	}{
		{fitStart, 0, 0, 0},
		{epochStart, 2, 2, 1},
		{stepEnd, 2, 3, 2},
		{epochEnd, 2, 4, 2},
	} {
		t.Run(string(c.at), func(t *testing.T) {
			var log []string
			tr := basic(newLinear(2))
			tr.EvalEvery = 3
			tr.Hooks = []Hook{failing("enough", c.at, c.epoch, fmt.Errorf("wrapped: %w", ErrStop)), events("log", &log)}
			history, err := tr.Fit(t.Context(), data(t, 6), data(t, 2))
			require.NoError(t, err)
			assert.Equal(t, c.steps, history.Steps)
			assert.Len(t, history.Epochs, c.epochs)
			assert.Equal(t, "enough", history.StoppedBy)
			require.GreaterOrEqual(t, len(log), 2)
			assert.Equal(t, fmt.Sprintf("log FitEnd %d/3 %d/6", c.epoch, c.steps), log[len(log)-1])
			if c.at == stepEnd {
				assert.Equal(t, "log EpochEnd 2/3 3/6", log[len(log)-2], "the epoch ends there")
				assert.NotNil(t, history.Last().Test, "evaluated at the end")
			}
		})
	}
	t.Run("FitEnd", func(t *testing.T) {
		tr := basic(newLinear(2))
		tr.Hooks = []Hook{failing("late", fitEnd, 3, ErrStop)}
		history, err := tr.Fit(t.Context(), data(t, 6), nil)
		require.NoError(t, err)
		assert.Empty(t, history.StoppedBy)
	})
}

func TestHookErrors(t *testing.T) {
	for _, at := range []event{fitStart, epochStart, stepEnd, epochEnd} {
		t.Run(string(at), func(t *testing.T) {
			epoch := 2
			if at == fitStart {
				epoch = 0
			}
			other := fmt.Errorf("other")
			var log []string
			tr := basic(newLinear(2))
			tr.Hooks = []Hook{
				failing("plot", at, epoch, errFake),
				failing("", at, epoch, other),
				failing("stop", at, epoch, ErrStop),
				events("log", &log),
				{Name: "save", FitEnd: func(s *State) error {
					assert.ErrorIs(t, s.Err, errFake)
					return fmt.Errorf("disk full")
				}},
			}
			history, err := tr.Fit(t.Context(), data(t, 6), nil)
			require.NotNil(t, history)
			assert.ErrorIs(t, err, errFake)
			assert.ErrorIs(t, err, other)
			assert.EqualError(t, err, fmt.Sprintf("trainer: plot: %s: fake\ntrainer: hook 1: %s: other\ntrainer: save: FitEnd: disk full", at, at))
			assert.Empty(t, history.StoppedBy)
			require.NotEmpty(t, log)
			assert.Contains(t, log[len(log)-1], "FitEnd")
			assert.Contains(t, log[len(log)-2], at, "later hooks are called too")
		})
	}
	t.Run("FitEnd", func(t *testing.T) {
		tr := basic(newLinear(2))
		tr.Hooks = []Hook{failing("save", fitEnd, 3, errFake)}
		history, err := tr.Fit(t.Context(), data(t, 6), nil)
		assert.EqualError(t, err, "trainer: save: FitEnd: fake")
		assert.ErrorIs(t, err, errFake)
		assert.Len(t, history.Epochs, 3)
	})
}

func TestCancel(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var log []string
		model := newLinear(2)
		tr := basic(model)
		tr.Hooks = []Hook{events("log", &log)}
		history, err := tr.Fit(ctx, data(t, 22), nil)
		assert.EqualError(t, err, "trainer: ended after step 0: context canceled")
		assert.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, model.steps)
		assert.Empty(t, history.Epochs)
		assert.Equal(t, "log FitEnd 1/3 0/18", log[len(log)-1])
	})
	t.Run("in a step", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		model := newLinear(2)
		model.onStep = func(n int, _ *linear, _ *float64) error {
			if n == 9 { // the third of the second epoch
				cancel()
			}
			return nil
		}
		tr := basic(model)
		history, err := tr.Fit(ctx, data(t, 22), data(t, 4))
		assert.EqualError(t, err, "trainer: ended after step 9: context canceled")
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 9, model.steps, "within one step")
		assert.Equal(t, 9, history.Steps)
		require.Len(t, history.Epochs, 1)
		assert.NotNil(t, history.Epochs[0].Test)
	})
	t.Run("in a group", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		model := newLinear(2)
		model.onStep = func(n int, _ *linear, _ *float64) error {
			if n == 4 {
				cancel()
			}
			return nil
		}
		tr := basic(model)
		tr.Accumulate = 3
		history, err := tr.Fit(ctx, data(t, 24), nil)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 4, model.steps)
		assert.Equal(t, 1, history.Steps)
	})
	t.Run("in an evaluation", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		model := newLinear(2)
		model.onEvaluate = func(n int, _ *float64) error {
			if n == 2 {
				cancel()
			}
			return nil
		}
		history, err := basic(model).Fit(ctx, data(t, 22), data(t, 22))
		assert.EqualError(t, err, "trainer: ended after step 6: context canceled")
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 2, model.evals, "within one batch")
		require.Len(t, history.Epochs, 1, "the epoch was trained")
		assert.Nil(t, history.Epochs[0].Test)
	})
	t.Run("in an evaluation by steps", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		model := newLinear(2)
		model.onEvaluate = func(int, *float64) error { cancel(); return nil }
		tr := basic(model)
		tr.EvalEverySteps = 2
		history, err := tr.Fit(ctx, data(t, 22), data(t, 22))
		assert.EqualError(t, err, "trainer: ended after step 2: context canceled")
		assert.Equal(t, 1, model.evals)
		assert.Empty(t, history.Epochs)
		assert.Empty(t, history.Evaluations)
	})
	t.Run("deadline", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 0)
		defer cancel()
		_, err := basic(newLinear(2)).Fit(ctx, data(t, 22), nil)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
	t.Run("Evaluate", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		model := newLinear(2)
		model.onEvaluate = func(int, *float64) error { cancel(); return nil }
		_, err := Evaluate(ctx, model, data(t, 22), 4)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 1, model.evals)
	})
}
