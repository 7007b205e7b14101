package trainer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"descent/datasets"
	"descent/internal/prefix"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
)

// run is one Fit.
type run struct {
	t         *Trainer
	test      datasets.Dataset // or nil
	loader    datasets.Loader
	params    []optimizers.Param[float32] // the model's
	memory    memory                      // of the model
	optimizer *optimizers.Optimizer[float32]
	group     *group     // gradients of several batches; nil if each batch is an update
	early     *watch     // nil without early stopping
	sharpness *sharpness // nil without SAM
	history   *History
	state     State
	clock     stopwatch // of this epoch
	stopped   bool      // by a hook or early stopping: end soon, without an error
	done      bool      // ended without an error

	position
	train   *tally   // of this epoch
	pending pending  // since the last update
	rates   uint64   // a hash of the schedule's rates so far
	scores  Scores   // of the last evaluation
	scored  int      // its step, or −1
	names   settings // what a checkpoint must agree with
}

// position is the position of a run within its epoch.
type position struct {
	Begun   bool `json:"begun,omitempty"`
	Batch   int  `json:"batch"`             // batches done
	Updated bool `json:"updated,omitempty"` // the evaluation and the hooks of the last update are to come
	Ended   bool `json:"ended,omitempty"`   // the record of the epoch has been made
	torn    bool // a batch is in hand
}

// pending is the batches since the last update.
type pending struct {
	Loss   sum     `json:"loss"`
	Rows   int     `json:"rows"`
	Weight float64 `json:"weight"`
}

func newRun(ctx context.Context, t *Trainer, train, test datasets.Dataset) (*run, error) {
	if err := t.validate(ctx, train, test); err != nil {
		return nil, err
	}
	r := &run{
		t:       t,
		test:    test,
		loader:  t.loader(train),
		params:  t.Model.Params(),
		train:   newTally(t.Metrics),
		history: &History{Epochs: []Record{}},
		scored:  -1,
	}
	r.memory = memoryOf(t.Model, r.params)
	if err := r.loader.Validate(); err != nil {
		return nil, err
	}
	if err := cmp.Or(checkTrained(r.params), finiteValues(r.params)); err != nil {
		return nil, err
	}
	bound, perEpoch := r.params, r.loader.Batches()
	if t.Accumulate > 1 {
		r.group = newGroup(r.params)
		bound, perEpoch = r.group.params, (perEpoch-1)/t.Accumulate+1
	}
	if longest := math.MaxInt / perEpoch; t.Epochs > longest {
		return nil, badSetting("Epochs", t.Epochs, fmt.Sprintf("[1, %d], as each has %d updates", longest, perEpoch))
	}
	if err := lrsched.Check(t.Schedule, t.Epochs*perEpoch); err != nil {
		return nil, prefix.Error("trainer", err, "Schedule")
	}
	var err error
	r.optimizer, err = optimizers.New(t.Rule, bound, optimizers.Config{Clip: t.Clip, Groups: t.Groups, Seed: t.Seed, Workers: workers(t.Model)})
	if err != nil {
		return nil, err
	}
	if t.EarlyStopping != nil {
		r.early = &watch{EarlyStopping: *t.EarlyStopping}
	}
	if t.SAM > 0 {
		r.sharpness = newSharpness(t.SAM, t.Model, r.params)
	}
	if t.Plateau != nil {
		r.history.Plateau = &PlateauState{}
		if t.Plateau.From != nil {
			*r.history.Plateau = *t.Plateau.From
		}
	}
	for _, m := range t.Metrics {
		r.history.Metrics = append(r.history.Metrics, m.Name)
	}
	r.state = State{Model: t.Model, History: r.history, Epochs: t.Epochs, Steps: t.Epochs * perEpoch, run: r}
	r.names = r.settings(train, test)
	if t.Resume != nil {
		if err := r.resume(t.Resume); err != nil {
			return nil, prefix.Error("trainer", err, "Resume")
		}
	}
	return r, nil
}

// epoch runs the next epoch, or the rest of one after a checkpoint, or what remains
// of it after a stop.
func (r *run) epoch(ctx context.Context) error {
	if !r.Begun {
		r.state.Epoch++
		r.train.reset()
		r.clock, r.Begun = stopwatch{}, true
		if c := carrier(r.t.Model); c != nil {
			c.StartEpoch()
		}
	}
	r.state.Record = nil
	if err := r.fire(epochStart); err != nil {
		return err
	}
	if r.stopped && r.Batch == 0 { // nothing to record
		r.position = position{}
		return nil
	}
	if err := r.batches(ctx); err != nil {
		return err
	}
	record, err := r.record(ctx)
	if err != nil {
		return err
	}
	err = r.checkValues()
	if err == nil && r.evaluateEpoch() {
		record.Test, err = r.evaluate(ctx, record.Epoch)
	}
	r.history.Epochs = append(r.history.Epochs, record)
	if err != nil {
		return err
	}
	r.Ended, r.state.Record = true, r.history.Last()
	err = r.fireScored(epochEnd)
	if err == nil {
		r.position = position{}
	}
	return err
}

// batches trains on the remaining batches of the epoch, until a stop.
func (r *run) batches(ctx context.Context) error {
	r.clock.start()
	defer r.clock.pause()
	if r.stopped { // before a checkpoint
		return nil
	}
	defer func() { r.state.Batch = nil }()
	count, first := r.loader.Batches(), r.Batch
	if r.Updated {
		first-- // the hooks of its update must see it
	}
	for b, err := range r.loader.EpochFrom(ctx, r.state.Epoch-1, first) {
		if err != nil {
			return r.during(ctx, err)
		}
		r.state.Batch = b
		if r.Updated {
			if err := r.updated(ctx); err != nil || r.stopped {
				return err
			}
			continue
		}
		r.torn = true
		if err := r.learn(b); err != nil {
			return r.during(ctx, err)
		}
		r.Batch++
		if r.pending.Weight > 0 && (r.group == nil || r.Batch%r.t.Accumulate == 0 || r.Batch == count) {
			if err := r.update(); err != nil {
				return err
			}
		}
		r.torn = false
		if r.Updated {
			if err := r.updated(ctx); err != nil || r.stopped {
				return err
			}
		}
	}
	return nil
}

// learn computes the gradient of a batch and counts it.
func (r *run) learn(b *datasets.Batch) error {
	w, err := weigh(b)
	if err != nil {
		return err
	}
	mean, output, err := stepOf(r.t.Model, b)
	if err != nil {
		return err
	}
	if !finite(mean) {
		if r.t.OnNotFinite == SkipBatch {
			r.history.Skipped++
			return nil
		}
		cause := cmp.Or(finiteValues(r.params), finiteGradients(r.params),
			fmt.Errorf("all parameters and gradients are finite: %w", optimizers.ErrNotFinite))
		return fmt.Errorf("loss = %v: %w", mean, cause)
	}
	if err := r.train.add(b, w, mean, output); err != nil {
		return err
	}
	if r.sharpness != nil {
		err = prefix.Error("trainer", r.sharpness.replace(b), "SAM")
	}
	if r.t.OnNotFinite == SkipBatch {
		if err == nil {
			err = finiteGradients(r.params)
		}
		if errors.Is(err, optimizers.ErrNotFinite) {
			r.history.Skipped++
			return nil
		}
	}
	if err != nil {
		return err
	}
	r.pending.Loss.addTimes(mean, w)
	r.pending.Rows += b.Rows
	r.pending.Weight += w
	if r.group != nil {
		r.group.add(w)
	}
	return nil
}

// update changes the parameters once.
func (r *run) update() error {
	s := &r.state
	rate, err := rateAt(r.t.Schedule, s.Step)
	if err != nil {
		return prefix.Error("trainer", err, fmt.Sprintf("epoch %d", s.Epoch), fmt.Sprintf("step %d", s.Step+1))
	}
	r.rates = rng.Mix(r.rates, math.Float64bits(rate))
	if r.t.Plateau != nil {
		rate *= r.t.Plateau.Scale(*r.history.Plateau)
	}
	if err := r.optimizer.Step(rate); err != nil {
		return prefix.Error("trainer", err, fmt.Sprintf("epoch %d", s.Epoch)) // which names the step
	}
	s.Step++
	r.history.Steps = s.Step
	s.LearningRate, s.Loss, s.Rows = rate, r.pending.Loss.over(r.pending.Weight), r.pending.Rows
	r.pending, r.Updated = pending{}, true
	if r.group != nil {
		r.group.weight = 0
	}
	return nil
}

// updated evaluates and calls the hooks after an update.
func (r *run) updated(ctx context.Context) error {
	s := &r.state
	s.Record = nil
	r.clock.pause()
	defer r.clock.start()
	fire := r.fire
	if every := r.t.EvalEverySteps; r.test != nil && every > 0 && s.Step%every == 0 {
		record, err := r.record(ctx)
		if err != nil {
			return err
		}
		if record.Test, err = r.evaluate(ctx, s.Epoch); err != nil {
			return err
		}
		r.history.Evaluations = append(r.history.Evaluations, record)
		s.Record = &r.history.Evaluations[len(r.history.Evaluations)-1]
		fire = r.fireScored
	}
	r.Updated = false
	return fire(stepEnd)
}

func (r *run) stop(by string) {
	r.stopped = true
	if r.history.StoppedBy == "" {
		r.history.StoppedBy = by
	}
}

// record is the figures of the epoch so far.
func (r *run) record(ctx context.Context) (Record, error) {
	scores, err := r.train.scores()
	if err != nil {
		return Record{}, r.wrap(ctx, err, fmt.Sprintf("after step %d", r.state.Step))
	}
	record := Record{
		Epoch:        r.state.Epoch,
		Step:         r.state.Step,
		LearningRate: r.state.LearningRate,
		Train:        scores,
		Seconds:      r.clock.total.Seconds(),
	}
	if record.Seconds > 0 {
		record.ExamplesPerSecond = float64(r.train.Rows) / record.Seconds
	}
	return record, nil
}

// during says in which step an error occurred; see wrap.
func (r *run) during(ctx context.Context, err error, path ...string) error {
	at := []string{fmt.Sprintf("epoch %d", r.state.Epoch), fmt.Sprintf("step %d", r.state.Step+1)}
	return r.wrap(ctx, err, append(at, path...)...)
}

// wrap finishes an error. It rewords the error of a context that has ended.
func (r *run) wrap(ctx context.Context, err error, path ...string) error {
	if end := ctx.Err(); end != nil && errors.Is(err, end) {
		return fmt.Errorf("trainer: ended after step %d: %w", r.state.Step, end)
	}
	return prefix.Error("trainer", err, path...)
}
