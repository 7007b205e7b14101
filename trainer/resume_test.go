package trainer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
)

// shifted is data that changes from epoch to epoch.
type shifted struct{ datasets.Dataset }

func (d shifted) GatherEpoch(b *datasets.Batch, rows []int, epoch int) error {
	err := d.Gather(b, rows)
	for i := range b.Inputs {
		b.Inputs[i] += float32(epoch+rows[i/2]%3) / 16
	}
	return err
}

// resumable makes a trainer of a new model that has all that can last.
func resumable(t testing.TB, threads int, change func(*Trainer)) *Trainer {
	t.Helper()
	net := nn.Sequential(nn.Dense{Units: 6}, nn.Tanh{}, nn.BatchNorm{}, nn.Dropout{Rate: .25}, nn.Dense{Units: 1})
	m, err := nn.NewModel(net, nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 5, Threads: threads})
	require.NoError(t, err)
	t.Cleanup(m.Close)
	tr := &Trainer{
		Model: m, Rule: optimizers.SGD{Momentum: .9}, Schedule: lrsched.Constant(.01), Epochs: 3, BatchSize: 8, Seed: 3,
		Metrics: []Metric{MeanAbsoluteError(), R2()},
	}
	change(tr)
	return tr
}

var resumables = map[string]func(*Trainer){
	"momentum": func(*Trainer) {},
	"adam, warm-up": func(t *Trainer) {
		t.Rule, t.Schedule = optimizers.DefaultAdam(), lrsched.Warmup{Steps: 4, Then: lrsched.Cosine{Base: .02, To: 21}}
	},
	"muon": func(t *Trainer) {
		t.Rule, t.Groups = optimizers.DefaultMuon(), []optimizers.Group{{Vectors: true, Rule: optimizers.DefaultAdamW(), LRScale: .1}}
	},
	"soap": func(t *Trainer) {
		t.Rule = optimizers.SOAP{Beta1: .9, Beta2: .9, Beta3: .9, Eps: 1e-8, Interval: 2, MaxDim: 9}
		t.Groups = []optimizers.Group{{Names: []string{"4.*"}, Rule: optimizers.DecoupledDecay{Rule: optimizers.DefaultAdafactor()}, LRScale: .1}}
	},
	"prodigy":       func(t *Trainer) { t.Rule, t.Schedule = optimizers.DefaultProdigy(), lrsched.Constant(1) },
	"schedule-free": func(t *Trainer) { t.Rule = optimizers.DefaultScheduleFreeAdamW() },
	"ema of nadam":  func(t *Trainer) { t.Rule = optimizers.EMA{Rule: optimizers.DefaultNAdam(), Decay: .9} },
	"sgld":          func(t *Trainer) { t.Rule, t.Schedule = optimizers.SGLD{Examples: 50}, lrsched.Constant(1e-4) },
	"sam":           func(t *Trainer) { t.SAM = .05 },
	"accumulation":  func(t *Trainer) { t.Accumulate, t.DropLast, t.BatchSize = 3, true, 6 },
	"fixed order":   func(t *Trainer) { t.Order = FixedOrder },
	"given order":   func(t *Trainer) { t.Order = GivenOrder },
	"plateau":       func(t *Trainer) { t.Plateau, t.EvalEverySteps = &Plateau{Factor: .5, Patience: 2, Cooldown: 1}, 2 },
	"early stopping": func(t *Trainer) {
		t.EarlyStopping, t.EvalEverySteps, t.Rule = &EarlyStopping{Patience: 3, MinDelta: 9}, 2, optimizers.EMA{Rule: optimizers.SGD{}, Decay: .5}
	},
	"groups, clip": func(t *Trainer) {
		t.Clip, t.EvalEvery = optimizers.Clip{GlobalNorm: 1}, 2
		t.Groups = []optimizers.Group{{Names: []string{"4.*"}, Rule: optimizers.DefaultAdam(), LRScale: .1}}
	},
	"freezing": func(t *Trainer) {
		m := t.Model.(*nn.Model)
		t.Rule = optimizers.DefaultAdam()
		t.Hooks = []Hook{{Name: "freeze", StepEnd: func(s *State) error {
			switch s.Step {
			case 5:
				return m.Freeze("0.weight")
			case 12:
				return m.Unfreeze("0.weight")
			}
			return nil
		}}}
	},
}

// outcome is what must not depend on interruptions.
type outcome struct {
	losses  map[int][2]float64 // and an input, by step
	weights string
	states  [][]float32
	counter int64
	history History
}

func fit(t testing.TB, ctx context.Context, tr *Trainer, train, test datasets.Dataset) (outcome, error) {
	t.Helper()
	losses := map[int][2]float64{}
	tr.Hooks = append(tr.Hooks, Hook{StepEnd: func(s *State) error {
		losses[s.Step] = [2]float64{s.Loss, float64(s.Batch.Inputs[0])}
		return nil
	}})
	h, err := tr.Fit(ctx, train, test)
	require.NotNil(t, h, "%v", err)
	m := tr.Model.(*nn.Model)
	o := outcome{losses: losses, weights: m.Fingerprint(), counter: m.Counter(), history: h.clone()}
	for _, s := range m.States() {
		o.states = append(o.states, slices.Clone(s.Value))
	}
	for _, records := range [][]Record{o.history.Epochs, o.history.Evaluations} {
		for i := range records {
			records[i].Seconds, records[i].ExamplesPerSecond = 0, 0
		}
	}
	return o, err
}

// requireSame compares all but the steps that were done before.
func requireSame(t testing.TB, want, got outcome, about ...any) {
	t.Helper()
	for step, loss := range got.losses {
		require.Equal(t, want.losses[step], loss, "the loss of step %d", step)
	}
	want.losses, got.losses = nil, nil
	require.Equal(t, want, got, about...)
}

// recoded is a checkpoint that has been to a file and back.
func recoded(t testing.TB, c *Checkpoint) *Checkpoint {
	t.Helper()
	tensors, text, err := c.Encode()
	require.NoError(t, err)
	c, err = DecodeCheckpoint(tensors, text)
	require.NoError(t, err)
	return c
}

// TestResume: a run that continues from a checkpoint of any event ends as one that
// was never interrupted.
func TestResume(t *testing.T) {
	train, test := shifted{data(t, 50)}, data(t, 20)
	for name, change := range resumables {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := resumable(t, 1, change)
			var kept []*Checkpoint
			var places []string
			keep := func(e string) func(s *State) error {
				return func(s *State) error {
					c, err := s.Checkpoint()
					kept, places = append(kept, c), append(places, fmt.Sprintf("%s %d, %d", e, s.Epoch, s.Step))
					return err
				}
			}
			whole.Hooks = append(whole.Hooks, Hook{FitStart: keep("start"), EpochStart: keep("epoch"), StepEnd: keep("step"), EpochEnd: keep("end")})
			want, err := fit(t, t.Context(), whole, train, test)
			require.NoError(t, err)
			assert.Equal(t, name == "early stopping", want.history.StoppedBy == name)
			for i, c := range kept {
				if every := map[bool]int{false: 3, true: 13}[testing.Short()]; i%every != len(name)%every {
					continue // all of them take long
				}
				tr := resumable(t, 1+i%2, change)
				tr.Resume = recoded(t, c)
				got, err := fit(t, t.Context(), tr, train, test)
				require.NoError(t, err)
				requireSame(t, want, got, places[i])
			}
		})
	}
}

// interrupting is data that ends a context after some calls.
type interrupting struct {
	datasets.Dataset
	calls  *atomic.Int32
	cancel context.CancelFunc
}

func (d interrupting) Gather(b *datasets.Batch, rows []int) error {
	if d.calls.Add(-1) == 0 {
		d.cancel()
	}
	return d.Dataset.Gather(b, rows)
}

// TestResumeInterrupted: so does one whose context has ended, in a batch or in an
// evaluation, again and again.
func TestResumeInterrupted(t *testing.T) {
	train, test := data(t, 50), data(t, 20)
	for name, change := range resumables {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := fit(t, t.Context(), resumable(t, 1, change), train, test)
			require.NoError(t, err)
			var last *Checkpoint
			var got outcome
			runs := 0
			for err = context.Canceled; err != nil; runs++ {
				require.Less(t, runs, 200)
				ctx, cancel := context.WithCancel(t.Context())
				var calls atomic.Int32
				calls.Store(int32(4 + runs%3))
				tr := resumable(t, 1, change)
				tr.Resume = last
				tr.Hooks = append(tr.Hooks, Hook{FitEnd: func(s *State) error {
					if s.Err == nil {
						return nil
					}
					c, err := s.Checkpoint()
					if err == nil {
						last = recoded(t, c)
					}
					return err
				}})
				got, err = fit(t, ctx, tr, interrupting{train, &calls, cancel}, interrupting{test, &calls, cancel})
				cancel()
				for step, loss := range got.losses {
					require.Equal(t, want.losses[step], loss, "the loss of step %d", step)
				}
				if err != nil {
					require.EqualError(t, err, fmt.Sprintf("trainer: ended after step %d: context canceled", got.history.Steps))
				}
			}
			requireSame(t, want, got)
			assert.Greater(t, runs, 5)
		})
	}
}

// TestExtend: a run goes on to more epochs if its schedule has begun as that of the
// longer one.
func TestExtend(t *testing.T) {
	train, test := data(t, 50), data(t, 20)
	for _, c := range []struct {
		short, long lrsched.Schedule
		err         string
	}{
		{lrsched.Constant(.01), lrsched.Constant(.01), ""},
		{lrsched.Exponential{Base: .01, Gamma: .9}, lrsched.Exponential{Base: .01, Gamma: .9}, ""},
		{lrsched.Cosine{Base: .01, To: 14}, lrsched.Cosine{Base: .01, To: 14}, ""},
		{lrsched.Cosine{Base: .01, To: 14}, lrsched.Cosine{Base: .01, To: 28}, "trainer: Resume: the schedule lrsched.Cosine{Base:0.01 Final:0 From:0 To:28} differs " +
			"in the first 14 updates from the checkpoint's, lrsched.Cosine{Base:0.01 Final:0 From:0 To:14}: want the same rates up to the checkpoint"},
	} {
		var last *Checkpoint
		ended := func(epochs int, s lrsched.Schedule, from *Checkpoint) (outcome, error) {
			tr := resumable(t, 1, func(tr *Trainer) { tr.Schedule, tr.Epochs, tr.Resume = s, epochs, from })
			before := tr.Model.(*nn.Model).Fingerprint()
			tr.Hooks = []Hook{{EpochEnd: func(s *State) (err error) {
				last, err = s.Checkpoint()
				return err
			}}}
			if c.err != "" && epochs == 4 && from != nil {
				_, err := tr.Fit(t.Context(), train, test)
				assert.Equal(t, before, tr.Model.(*nn.Model).Fingerprint(), "untouched")
				return outcome{}, err
			}
			return fit(t, t.Context(), tr, train, test)
		}
		short, err := ended(2, c.short, nil)
		require.NoError(t, err)
		again, err := ended(2, c.short, last)
		require.NoError(t, err)
		requireSame(t, short, again, "nothing was left to do")
		got, err := ended(4, c.long, last)
		if c.err != "" {
			require.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
		want, err := ended(4, c.long, nil)
		require.NoError(t, err)
		requireSame(t, want, got)
	}
}

// TestResumeStopped: after a hook has stopped a run within an epoch, that epoch
// continues.
func TestResumeStopped(t *testing.T) {
	train := data(t, 50)
	want, err := fit(t, t.Context(), resumable(t, 1, func(*Trainer) {}), train, nil)
	require.NoError(t, err)
	var c *Checkpoint
	tr := resumable(t, 1, func(tr *Trainer) {
		tr.Hooks = []Hook{{
			StepEnd: func(s *State) error {
				if s.Step == 9 {
					return ErrStop
				}
				return nil
			},
			EpochEnd: func(s *State) (err error) {
				c, err = s.Checkpoint()
				return err
			},
		}}
	})
	stopped, err := fit(t, t.Context(), tr, train, nil)
	require.NoError(t, err)
	assert.Equal(t, "hook 0", stopped.history.StoppedBy)
	assert.Len(t, stopped.history.Epochs, 2)
	assert.Len(t, c.History().Epochs, 1)
	tr = resumable(t, 1, func(*Trainer) {})
	tr.Resume = recoded(t, c)
	got, err := fit(t, t.Context(), tr, train, nil)
	require.NoError(t, err)
	requireSame(t, want, got)
}

// TestResumeRefuses: a checkpoint of another run, or of none, changes nothing.
func TestResumeRefuses(t *testing.T) {
	train, test := data(t, 50), data(t, 20)
	full := func(tr *Trainer) {
		tr.Accumulate, tr.Rule, tr.Plateau = 3, optimizers.DefaultNAdam(), &Plateau{Factor: .5, Patience: 1}
		tr.EarlyStopping, tr.EvalEverySteps = &EarlyStopping{Patience: 9}, 1
	}
	var c *Checkpoint
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	tr := resumable(t, 1, full)
	check := tr.Metrics[0].Check
	tr.Metrics[0].Check = func(b *datasets.Batch, output []float32) error {
		if calls++; calls == 7 { // three batches, three of the evaluation, and one of the next update
			cancel()
		}
		return check(b, output)
	}
	tr.Hooks = []Hook{{FitEnd: func(s *State) (err error) {
		c, err = s.Checkpoint()
		return err
	}}}
	_, err := fit(t, ctx, tr, train, test)
	require.ErrorIs(t, err, context.Canceled)
	require.Positive(t, c.progress.Group)
	require.NotNil(t, c.progress.History.Best)
	assert.Equal(t, 1, c.Epoch())
	assert.Equal(t, 1, c.Step())
	assert.Equal(t, 1, c.History().Steps)

	reject := func(want string, change func(*Trainer), spoil func(c *Checkpoint)) {
		t.Helper()
		spoiled := recoded(t, c)
		spoiled.tensors = slices.Clone(spoiled.tensors)
		spoil(spoiled)
		tr := resumable(t, 1, full)
		change(tr)
		tr.Resume = spoiled
		before := tr.Model.(*nn.Model).Fingerprint()
		h, err := tr.Fit(t.Context(), train, test)
		assert.Nil(t, h)
		assert.EqualError(t, err, "trainer: Resume: "+want)
		assert.Equal(t, before, tr.Model.(*nn.Model).Fingerprint())
		assert.Zero(t, tr.Model.(*nn.Model).Counter())
	}
	same, whole := func(*Trainer) {}, func(*Checkpoint) {}
	reject("Seed = 4: want 3, as in the checkpoint", func(tr *Trainer) { tr.Seed = 4 }, whole)
	reject("BatchSize = 9: want 8, as in the checkpoint", func(tr *Trainer) { tr.BatchSize = 9 }, whole)
	reject("Order = FixedOrder: want NewOrder, as in the checkpoint", func(tr *Trainer) { tr.Order = FixedOrder }, whole)
	reject("SAM = 0.5: want 0, as in the checkpoint", func(tr *Trainer) { tr.SAM = .5 }, whole)
	reject("Rule = optimizers.SGD{Momentum:0 Dampening:0 Nesterov:false WeightDecay:0}: want optimizers.NAdam{Beta1:0.9 Beta2:0.999 Eps:1e-08 MomentumDecay:0.004 WeightDecay:0 Decoupled:false}, as in the checkpoint",
		func(tr *Trainer) { tr.Rule = optimizers.SGD{} }, whole)
	reject(`Metrics = ["r2"]: want ["mean_absolute_error" "r2"], as in the checkpoint`, func(tr *Trainer) { tr.Metrics = []Metric{R2()} }, whole)
	drop := func(name string) func(*Checkpoint) {
		return func(c *Checkpoint) {
			c.tensors = slices.DeleteFunc(c.tensors, func(p optimizers.Param[float32]) bool { return p.Name == name })
		}
	}
	for _, name := range []string{"0.weight", "2.running_mean", "optimizer/4.bias/exp_avg", "gradient/0.bias", "best/4.weight", "best/2.running_mean"} {
		reject(fmt.Sprintf("tensor %q is missing from the checkpoint", name), same, drop(name))
	}
	reject(`tensor "more" of the checkpoint does not belong to this run`, same, func(c *Checkpoint) { c.add("", "more", nil, []float32{1}) })
	reject(`tensor "0.bias" of the checkpoint has shape [3 2]: want [6]`, same, func(c *Checkpoint) {
		drop("0.bias")(c)
		c.add("", "0.bias", []int{3, 2}, make([]float32, 6))
	})
	reject(`tensor "2.running_mean" of the checkpoint: element 0 = NaN: not finite`, same, func(c *Checkpoint) {
		drop("2.running_mean")(c)
		c.add("", "2.running_mean", []int{6}, []float32{float32(math.NaN()), 5: 0})
	})
	reject("Epochs = 3: want 4 or more, the epoch of the checkpoint", same, func(c *Checkpoint) { c.progress.Epoch = 4 })
	reject("the checkpoint is at batch 9: want 7 or less, the batches of an epoch", same, func(c *Checkpoint) { c.progress.Batch = 9 })
	reject("the checkpoint is at update 1152921504606846976: want 9 or less, the updates of all epochs", same, func(c *Checkpoint) { c.progress.Steps = 1 << 60 })
	reject("the figures of the checkpoint belong to other metrics", same, func(c *Checkpoint) { c.progress.Train.Means = nil })
	reject("the checkpoint lacks data that its settings require", same, func(c *Checkpoint) { c.progress.History.Plateau = nil })
	reject("Plateau: From: Failures = -1: want [0, 1e9]", same, func(c *Checkpoint) { c.progress.History.Plateau.Failures = -1 })
	reject(`parameter "9.weight" is frozen in the checkpoint: want one that can be frozen`, same, func(c *Checkpoint) { c.progress.Frozen = []string{"9.weight"} })

	for want, text := range map[string]string{
		"unexpected end of JSON input":         ``,
		"format = 0: want 1":                   `{}`,
		"format = 2: want 1":                   `{"format":2}`,
		"epoch = -1: want 0 or more":           `{"format":1,"epoch":-1}`,
		"steps = 1: want 0, as in the history": `{"format":1,"steps":1}`,
		"the epoch has ended: want its record": `{"format":1,"epoch":1,"ended":true}`,
		"cut: want an epoch that has ended":    `{"format":1,"epoch":1,"cut":true}`,
		"epoch = 0: want no batches":           `{"format":1,"batch":1}`,
	} {
		_, err := DecodeCheckpoint(nil, []byte(text))
		assert.EqualError(t, err, "trainer: checkpoint: "+want)
	}
	_, err = new(State).Checkpoint()
	assert.EqualError(t, err, "trainer: Checkpoint: the State belongs to no run")
}

// TestCheckpointAtTheEnd: after a run that ended well, or within a step, there is
// nothing to continue.
func TestCheckpointAtTheEnd(t *testing.T) {
	var failed error
	hook := Hook{FitEnd: func(s *State) error {
		_, failed = s.Checkpoint()
		return nil
	}}
	tr := resumable(t, 1, func(tr *Trainer) { tr.Hooks = []Hook{hook} })
	_, err := fit(t, t.Context(), tr, data(t, 50), nil)
	require.NoError(t, err)
	assert.EqualError(t, failed, "trainer: Checkpoint: the run has ended: want a call at EpochEnd or earlier")
	tr = resumable(t, 1, func(tr *Trainer) { tr.Hooks, tr.Schedule = []Hook{hook}, lrsched.Constant(1e30) })
	_, err = fit(t, t.Context(), tr, data(t, 50), nil)
	require.ErrorIs(t, err, optimizers.ErrNotFinite)
	assert.ErrorContains(t, failed, "trainer: Checkpoint: the run ended within step ")
}

// TestHooksSeeWhatWasScored: a hook that evaluates or saves the model when a score
// has just been made finds the point that the score is of, and leaves the run as it
// is.
func TestHooksSeeWhatWasScored(t *testing.T) {
	train, test := data(t, 50), data(t, 20)
	average := func(tr *Trainer) {
		tr.Rule, tr.EvalEverySteps, tr.EvalEvery = optimizers.EMA{Rule: optimizers.SGD{}, Decay: .9}, 2, 1
	}
	want, err := fit(t, t.Context(), resumable(t, 1, average), train, test)
	require.NoError(t, err)
	tr := resumable(t, 1, average)
	seen := 0
	look := func(s *State) error {
		if s.Record != nil {
			scores, err := Evaluate(t.Context(), s.Model, test, 8, tr.Metrics...)
			require.NoError(t, err)
			assert.Equal(t, *s.Record.Test, scores)
			seen++
		}
		return nil
	}
	tr.Hooks = []Hook{{StepEnd: look, EpochEnd: look}}
	got, err := fit(t, t.Context(), tr, train, test)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, 13, seen)
}

// TestSkipBatch: batches that are not finite are left out of updates and figures,
// and counted; the others are as they were.
func TestSkipBatch(t *testing.T) {
	fit := func(accumulate int, spoil func(n int, l *linear, loss *float64)) (*linear, *History, error) {
		m := newLinear(2)
		m.onStep = func(n int, l *linear, loss *float64) error {
			spoil(n, l, loss)
			return nil
		}
		tr := basic(m)
		tr.OnNotFinite, tr.Epochs, tr.Accumulate = SkipBatch, 2, accumulate
		h, err := tr.Fit(t.Context(), data(t, 12), nil)
		return m, h, err
	}
	_, h, err := fit(1, func(n int, l *linear, loss *float64) {
		switch n {
		case 2:
			*loss = math.NaN()
		case 5:
			l.gw[1] = float32(math.Inf(1))
		}
	})
	require.NoError(t, err)
	assert.Equal(t, 2, h.Skipped)
	assert.Equal(t, 4, h.Steps)

	clean, _, err := fit(3, func(int, *linear, *float64) {})
	require.NoError(t, err)
	skipped, h, err := fit(3, func(n int, _ *linear, loss *float64) { // the last of its group
		if n == 3 {
			*loss = math.Inf(1)
		}
	})
	require.NoError(t, err)
	assert.Equal(t, 1, h.Skipped)
	assert.Equal(t, 2, h.Steps)
	assert.NotEqual(t, clean.w, skipped.w)

	_, _, err = fit(1, func(_ int, _ *linear, loss *float64) { *loss = math.NaN() })
	assert.EqualError(t, err, "trainer: after step 0: every batch of the epoch was skipped: not finite")
	tr := basic(newLinear(2))
	tr.OnNotFinite = 2
	_, err = tr.Fit(t.Context(), data(t, 12), nil)
	assert.EqualError(t, err, "trainer: OnNotFinite = 2: want EndRun or SkipBatch")
}
