package trainer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"descent/datasets"
	"descent/internal/prefix"
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
	train     *tally     // of this epoch
	early     *watch     // nil without early stopping
	sharpness *sharpness // nil without SAM
	history   *History
	state     State
	clock     stopwatch // of this epoch
	stopped   bool      // by a hook or early stopping: end well, and soon

	scores   Scores // of the last evaluation, after this step:
	scoredAt int
}

func newRun(ctx context.Context, t *Trainer, train, test datasets.Dataset) (*run, error) {
	if err := t.validate(ctx, train, test); err != nil {
		return nil, err
	}
	r := &run{
		t:        t,
		test:     test,
		loader:   datasets.Loader{Dataset: train, BatchSize: t.BatchSize, Seed: t.Seed, Shuffle: true, DropLast: t.DropLast},
		params:   t.Model.Params(),
		train:    newTally(t.Metrics),
		history:  &History{Epochs: []Record{}},
		scoredAt: -1,
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
	r.optimizer, err = optimizers.New(t.Rule, bound, optimizers.Config{Clip: t.Clip, Groups: t.Groups, Seed: t.Seed})
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
	r.state = State{Model: t.Model, History: r.history, Epochs: t.Epochs, Steps: t.Epochs * perEpoch}
	return r, nil
}

// epoch runs the next epoch, or what a stop leaves of it.
func (r *run) epoch(ctx context.Context) error {
	r.state.Epoch++
	r.state.Record = nil
	r.train.reset()
	r.clock = stopwatch{}
	if err := r.fire(epochStart); err != nil || r.stopped {
		return err
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
	r.state.Record = r.history.Last()
	return r.fire(epochEnd)
}

// batches trains on the batches of the epoch, until a stop.
func (r *run) batches(ctx context.Context) error {
	count, done := r.loader.Batches(), 0
	var loss sum // of the rows since the last update
	rows, weight := 0, 0.0
	r.clock.start()
	defer r.clock.pause()
	for b, err := range r.loader.Epoch(ctx, r.state.Epoch-1) {
		if err != nil {
			return r.during(ctx, err)
		}
		w, err := weigh(b)
		if err != nil {
			return r.during(ctx, err)
		}
		mean, output, err := r.t.Model.Step(b)
		if err != nil {
			return r.during(ctx, err)
		}
		if !finite(mean) {
			cause := cmp.Or(finiteValues(r.params), finiteGradients(r.params),
				fmt.Errorf("all parameters and gradients are finite: %w", optimizers.ErrNotFinite))
			return r.during(ctx, fmt.Errorf("loss = %v: %w", mean, cause))
		}
		if err := r.train.add(b, w, mean, output); err != nil {
			return r.during(ctx, err)
		}
		if r.sharpness != nil {
			if err := r.sharpness.replace(b); err != nil {
				return r.during(ctx, err, "SAM")
			}
		}
		done++
		loss.addTimes(mean, w)
		rows, weight = rows+b.Rows, weight+w
		if r.group != nil {
			r.group.add(w)
			if done%r.t.Accumulate != 0 && done < count {
				continue
			}
			r.group.weight = 0
		}
		if err := r.update(ctx, loss.over(weight), rows); err != nil || r.stopped {
			return err
		}
		loss, rows, weight = sum{}, 0, 0
	}
	return nil
}

// update changes the parameters once and does what is due after it.
func (r *run) update(ctx context.Context, loss float64, rows int) error {
	s := &r.state
	rate := r.t.Schedule.At(s.Step)
	if r.t.Plateau != nil {
		rate *= r.t.Plateau.Scale(*r.history.Plateau)
	}
	if err := r.optimizer.Step(rate); err != nil {
		return prefix.Error("trainer", err, fmt.Sprintf("epoch %d", s.Epoch)) // which names the step
	}
	s.Step++
	r.history.Steps = s.Step
	s.LearningRate, s.Loss, s.Rows, s.Record = rate, loss, rows, nil

	r.clock.pause()
	defer r.clock.start()
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
	}
	return r.fire(stepEnd)
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
		record.ExamplesPerSecond = float64(r.train.rows) / record.Seconds
	}
	return record, nil
}

// during says in which step an error occurred; see wrap.
func (r *run) during(ctx context.Context, err error, path ...string) error {
	at := []string{fmt.Sprintf("epoch %d", r.state.Epoch), fmt.Sprintf("step %d", r.state.Step+1)}
	return r.wrap(ctx, err, append(at, path...)...)
}

// wrap finishes an error, in other words if it is that the context has ended.
func (r *run) wrap(ctx context.Context, err error, path ...string) error {
	if end := ctx.Err(); end != nil && errors.Is(err, end) {
		return fmt.Errorf("trainer: ended after step %d: %w", r.state.Step, end)
	}
	return prefix.Error("trainer", err, path...)
}
