package workloads

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"descent/internal/isnil"
	"descent/internal/rng"
	"descent/internal/twosum"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/bench"
)

// task is the model that a run trains.
type task[T optimizers.Float] struct {
	params   []optimizers.Param[T]
	workers  optimizers.Workers // of the model, or nil
	perEpoch int                // updates per epoch

	// epoch computes the gradients of an epoch, counted from 0. After each one
	// it calls update with the batch's mean loss. It returns the first error of
	// update.
	epoch func(ctx context.Context, epoch int, update func(loss float64, rows int) error) error

	// measure returns the metric at the current parameters. Within an epoch it may
	// use a part of the data.
	measure func(ctx context.Context, within bool) (float64, error)
}

// training is a task in progress.
type training[T optimizers.Float] struct {
	task[T]
	optimizer *optimizers.Optimizer[T]
	rates     lrsched.Schedule
	updates   int // of the whole budget
	end       int // updates to do
	lossSeen  func(float64)
	step      int // updates done
	curve     bench.Curve

	lossSum twosum.Total // since the last point
	rows    int

	seconds float64 // training time up to since
	since   time.Time
}

// train runs a task. [trainer.Trainer] produces the same bits, but evaluates only at
// regular intervals.
func train[T optimizers.Float](ctx context.Context, t task[T], r bench.Run) (bench.Curve, error) {
	if most := math.MaxInt / max(t.perEpoch, 1); r.Epochs < 1 || r.Epochs > most {
		return bench.Curve{}, fmt.Errorf("workloads: Run: Epochs = %d: want [1, %d], for %d updates in each", r.Epochs, most, t.perEpoch)
	}
	if r.Schedule == nil {
		return bench.Curve{}, errors.New("workloads: Run: Schedule is nil: want a function, such as that of bench.ConstantRate")
	}
	rates, err := r.Schedule(r.Epochs * t.perEpoch)
	if err == nil && isnil.Value(rates) {
		err = errors.New("workloads: Run: Schedule returned nil: want a schedule")
	}
	if err != nil {
		return bench.Curve{}, err
	}
	o, err := optimizers.New(r.Rule, t.params, optimizers.Config{Groups: r.Groups, Seed: ruleSeed(r.Seed), Workers: t.workers})
	if err != nil {
		return bench.Curve{}, err
	}
	run := &training[T]{task: t, optimizer: o, rates: rates, updates: r.Epochs * t.perEpoch, lossSeen: r.Loss}
	run.end = run.updates
	if r.Stop > 0 && r.Stop < 1 {
		run.end = int(math.Ceil(float64(r.Stop * float64(run.updates))))
	}
	err = run.point(ctx)
	run.since = time.Now()
	for e := 0; err == nil && e < r.Epochs; e++ {
		err = t.epoch(ctx, e, func(loss float64, rows int) error { return run.update(ctx, loss, rows) })
	}
	switch {
	case errors.Is(err, errEnd):
		err = nil
	case errors.Is(err, optimizers.ErrNotFinite):
		run.curve.Diverged, err = true, nil
	}
	return run.curve, err
}

// errEnd ends a run that must stop before the end of its budget.
var errEnd = errors.New("the end of the run")

// update updates the parameters, and measures if due.
func (t *training[T]) update(ctx context.Context, loss float64, rows int) error {
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return fmt.Errorf("loss = %v: %w", loss, optimizers.ErrNotFinite)
	}
	if t.lossSeen != nil {
		t.lossSeen(loss)
	}
	if err := t.optimizer.Step(t.rates.At(t.step)); err != nil {
		return err
	}
	t.step++
	t.lossSum.Add(float64(loss * float64(rows)))
	t.rows += rows
	if !t.due() {
		return nil
	}
	t.seconds += time.Since(t.since).Seconds()
	err := t.point(ctx)
	t.since = time.Now()
	if err == nil && t.step == t.end && t.end < t.updates {
		return errEnd
	}
	return err
}

// due reports whether to measure after this update: after every twentieth of the
// budget, rounded up, after every epoch, and at the end.
func (t *training[T]) due() bool {
	const parts = 20
	of := func(step int) int { return int(float64(step) * parts / float64(t.updates)) }
	return t.step%t.perEpoch == 0 || t.step == t.end || of(t.step) > of(t.step-1)
}

// point measures at the rule's point of evaluation.
func (t *training[T]) point(ctx context.Context) error {
	t.optimizer.Swap()
	defer t.optimizer.Swap()
	metric, err := t.measure(ctx, t.step%t.perEpoch != 0)
	if err != nil {
		return err
	}
	if math.IsNaN(metric) || math.IsInf(metric, 0) {
		return fmt.Errorf("metric = %v: %w", metric, optimizers.ErrNotFinite)
	}
	p := bench.Point{Step: t.step, Epoch: float64(t.step) / float64(t.perEpoch), Metric: metric, Seconds: t.seconds}
	if t.rows > 0 {
		p.Loss = t.lossSum.Value() / float64(t.rows)
	}
	if math.IsNaN(p.Loss) { // the sum of finite losses overflowed
		return fmt.Errorf("loss = %v: %w", p.Loss, optimizers.ErrNotFinite)
	}
	t.curve.Points = append(t.curve.Points, p)
	t.lossSum, t.rows = twosum.Total{}, 0
	return nil
}

// The seeds of the initial parameters, of the order of the examples, and of the
// random numbers of a rule.
func modelSeed(seed uint64) uint64 { return rng.Key(seed, "bench", "model") }
func orderSeed(seed uint64) uint64 { return rng.Key(seed, "bench", "order") }
func ruleSeed(seed uint64) uint64  { return rng.Key(seed, "bench", "rule") }
