package workloads

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/bench"
)

// task is what is trained in one run.
type task[T optimizers.Float] struct {
	params   []optimizers.Param[T]
	perEpoch int // updates

	// epoch computes the gradients of an epoch, counted from 0, one after
	// another, and calls update after each with the mean loss over its rows.
	// It ends at an error of update, and returns it.
	epoch func(ctx context.Context, epoch int, update func(loss float64, rows int) error) error

	// measure returns the metric for the parameters as they are.
	measure func(ctx context.Context) (float64, error)
}

// training is a task under way.
type training[T optimizers.Float] struct {
	task[T]
	optimizer *optimizers.Optimizer[T]
	rates     lrsched.Schedule
	grid      []int // updates to measure after, the next one first
	lossSeen  func(float64)
	step      int // updates done
	curve     bench.Curve

	lossSum float64 // of the rows since the last point
	rows    int

	seconds float64 // of training, up to since
	since   time.Time
}

// train is a run of a task. [trainer.Trainer] gives the same bits, but it
// evaluates at regular intervals only.
func train[T optimizers.Float](ctx context.Context, t task[T], r bench.Run) (bench.Curve, error) {
	if r.Epochs < 1 {
		return bench.Curve{}, fmt.Errorf("workloads: Run: Epochs = %d: want at least 1", r.Epochs)
	}
	rates, err := r.Schedule(r.Epochs * t.perEpoch)
	if err != nil {
		return bench.Curve{}, err
	}
	o, err := optimizers.New(r.Rule, t.params, optimizers.Config{Groups: r.Groups, Seed: ruleSeed(r.Seed)})
	if err != nil {
		return bench.Curve{}, err
	}
	run := &training[T]{task: t, optimizer: o, rates: rates, grid: grid(t.perEpoch, r.Epochs), lossSeen: r.Loss}
	err = run.point(ctx)
	run.since = time.Now()
	for e := 0; err == nil && e < r.Epochs; e++ {
		err = t.epoch(ctx, e, func(loss float64, rows int) error { return run.update(ctx, loss, rows) })
	}
	if errors.Is(err, optimizers.ErrNotFinite) {
		run.curve.Diverged, err = true, nil
	}
	return run.curve, err
}

// update changes the parameters, and measures if that is due.
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
	t.lossSum += float64(loss * float64(rows))
	t.rows += rows
	if len(t.grid) == 0 || t.step < t.grid[0] {
		return nil
	}
	t.seconds += time.Since(t.since).Seconds()
	err := t.point(ctx)
	t.since = time.Now()
	return err
}

// point measures, at the point that the rule is to be evaluated at.
func (t *training[T]) point(ctx context.Context) error {
	t.optimizer.Swap()
	defer t.optimizer.Swap()
	metric, err := t.measure(ctx)
	if err != nil {
		return err
	}
	if math.IsNaN(metric) || math.IsInf(metric, 0) {
		return fmt.Errorf("metric = %v: %w", metric, optimizers.ErrNotFinite)
	}
	p := bench.Point{Step: t.step, Epoch: float64(t.step) / float64(t.perEpoch), Metric: metric, Seconds: t.seconds}
	if t.rows > 0 {
		p.Loss = t.lossSum / float64(t.rows)
	}
	if math.IsInf(p.Loss, 0) { // the sum of losses that are finite
		return fmt.Errorf("loss = %v: %w", p.Loss, optimizers.ErrNotFinite)
	}
	t.curve.Points = append(t.curve.Points, p)
	t.lossSum, t.rows, t.grid = 0, 0, t.grid[1:]
	return nil
}

// grid is the updates after which a run is measured: none, those at a
// sixteenth, an eighth, a quarter, a half and three quarters of the first epoch,
// and the last of every epoch. A short epoch has fewer.
func grid(perEpoch, epochs int) []int {
	steps := []int{0}
	add := func(step int) {
		if step > steps[len(steps)-1] {
			steps = append(steps, step)
		}
	}
	for _, sixteenths := range []int{1, 2, 4, 8, 12} {
		add((perEpoch*sixteenths + 8) / 16)
	}
	for e := range epochs {
		add((e + 1) * perEpoch)
	}
	return steps
}

// The seeds of a run's parts: of the initial parameters, of the order of the
// examples, and of the random numbers of a rule.
func modelSeed(seed uint64) uint64 { return rng.Key(seed, "bench", "model") }
func orderSeed(seed uint64) uint64 { return rng.Key(seed, "bench", "order") }
func ruleSeed(seed uint64) uint64  { return rng.Key(seed, "bench", "rule") }
