package trainer

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"descent/datasets"
)

// gathering calls a function before each batch.
type gathering struct {
	*datasets.Slices
	before func() error
}

func (g gathering) Gather(b *datasets.Batch, rows []int) error {
	if err := g.before(); err != nil {
		return err
	}
	return g.Slices.Gather(b, rows)
}

// TestNoGoroutineIsLeft: when Fit has returned, nothing of it is at work, however
// the run ended.
func TestNoGoroutineIsLeft(t *testing.T) {
	var ctx context.Context
	var cancel context.CancelFunc
	third := func(what func() error) func() error {
		n := 0
		return func() error {
			if n++; n == 3 {
				return what()
			}
			return nil
		}
	}
	cancels := func() func() error { return third(func() error { cancel(); return nil }) }
	metric := func(f func() error) []Metric {
		return []Metric{{
			Name: "own", Check: func(*datasets.Batch, []float32) error { return f() },
			Sum: func(*datasets.Batch, []float32) float64 { return 0 },
		}}
	}
	for name, change := range map[string]func(tr *Trainer, train, test *datasets.Dataset){
		"success": func(*Trainer, *datasets.Dataset, *datasets.Dataset) {},
		"stop in the middle of an epoch": func(tr *Trainer, _, _ *datasets.Dataset) {
			tr.Hooks = []Hook{{StepEnd: func(*State) error { return ErrStop }}}
		},
		"error in a hook": func(tr *Trainer, _, _ *datasets.Dataset) {
			tr.Hooks = []Hook{{StepEnd: func(*State) error { return errFake }}}
		},
		"panic in a hook": func(tr *Trainer, _, _ *datasets.Dataset) {
			tr.Hooks = []Hook{{StepEnd: func(*State) error { panic("broken") }}}
		},
		"error in a metric": func(tr *Trainer, _, _ *datasets.Dataset) { tr.Metrics = metric(third(func() error { return errFake })) },
		"panic in a metric": func(tr *Trainer, _, _ *datasets.Dataset) {
			tr.Metrics = metric(third(func() error { panic("broken") }))
		},
		"error in the data": func(_ *Trainer, train, _ *datasets.Dataset) {
			*train = gathering{data(t, 22), third(func() error { return errFake })}
		},
		"panic in the model": func(tr *Trainer, _, _ *datasets.Dataset) {
			tr.Model.(*linear).onStep = func(int, *linear, *float64) error { panic("broken") }
		},
		"error in an evaluation": func(_ *Trainer, _, test *datasets.Dataset) {
			*test = gathering{data(t, 22), third(func() error { return errFake })}
		},
		"canceled in a step": func(tr *Trainer, _, _ *datasets.Dataset) {
			f := cancels()
			tr.Model.(*linear).onStep = func(int, *linear, *float64) error { return f() }
		},
		"canceled in an evaluation": func(tr *Trainer, _, _ *datasets.Dataset) {
			f := cancels()
			tr.Model.(*linear).onEvaluate = func(int, *float64) error { return f() }
		},
		"canceled in the loader": func(_ *Trainer, train, _ *datasets.Dataset) {
			*train = gathering{data(t, 22), cancels()}
		},
		"canceled in the loader of an evaluation": func(_ *Trainer, _, test *datasets.Dataset) {
			*test = gathering{data(t, 22), cancels()}
		},
		"canceled in a hook": func(tr *Trainer, _, _ *datasets.Dataset) {
			f := cancels()
			tr.Hooks = []Hook{{EpochEnd: func(*State) error { return f() }}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel = context.WithCancel(t.Context())
			defer cancel()
			tr := basic(newLinear(2))
			tr.Epochs = 4
			var train, test datasets.Dataset = data(t, 22), data(t, 22)
			change(tr, &train, &test)
			running := goleak.IgnoreCurrent()
			_, err := tr.Fit(ctx, train, test)
			goleak.VerifyNone(t, running)
			switch {
			case ctx.Err() != nil:
				assert.ErrorIs(t, err, context.Canceled)
			case name == "success" || name == "stop in the middle of an epoch":
				assert.NoError(t, err)
			default:
				assert.Error(t, err)
			}
		})
	}
}
