package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/datasets"
	"descent/internal/byname"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/trainer"
	"descent/trainer/checkpoint"
	"descent/trainer/rundir"
)

// openRun opens the directory of -run, if it is given, for the trainer.
func openRun(ctx context.Context, o options, show *display, train, test datasets.Dataset, t *trainer.Trainer) (*rundir.Run, error) {
	if o.run == "" {
		return nil, nil
	}
	d, err := rundir.Open(ctx, o.run, rundir.Options{
		Settings: map[string]any{
			"epochs": o.epochs, "batch": o.batch, "optimizer": o.optimizerName(), "lr": o.lr, "schedule": o.schedule.Value,
			"schedule_set": o.scheduleSet, "seed": o.seed, "threads": o.threads, "isa": o.isa.String(), "skip_zeros": fmt.Sprint(o.skipZeros),
		},
		Vary: []string{"epochs", "threads", "isa"}, Train: train, Test: test, Resume: o.resume, Against: o.against,
		Keeper: checkpoint.Keeper{EverySteps: o.keepSteps, EveryEpochs: 1, Best: &checkpoint.Best{Metric: "accuracy", Maximize: true}},
	})
	if err != nil {
		return nil, prefix.Error("lenet", err, "-run")
	}
	show.Continue(d, t)
	return d, nil
}

// interrupted returns the error of an interrupted run, which says how to continue.
func (o options) interrupted(ctx context.Context, h *trainer.History) error {
	return fmt.Errorf("lenet: interrupted after %d updates, in epoch %d of %d: %w; %s", h.Steps, epochOf(h), o.epochs, ctx.Err(), cli.Rerun(o.run, o.resume))
}

// explain adds to the error of a run whose rates depend on the number of epochs the
// schedules that could continue.
func (o options) explain(err error, steps, batches int) error {
	if !errors.Is(err, trainer.ErrSchedule) {
		return prefix.Error("lenet", err)
	}
	var names []string
	for _, name := range byname.Schedules() {
		a, errA := byname.Schedule(name, .1, max(steps, 2), "")
		b, errB := byname.Schedule(name, .1, max(o.epochs*batches, 2), "")
		if errA == nil && errB == nil && sameRates(a, b, steps) {
			names = append(names, name)
		}
	}
	return prefix.Error("lenet", fmt.Errorf("%w; -epochs can be raised in a run with -schedule %s", err, strings.Join(names, ", ")))
}

func sameRates(a, b lrsched.Schedule, steps int) bool {
	rates := func(s lrsched.Schedule) []uint64 {
		all := make([]uint64, steps)
		for i := range all {
			all[i] = math.Float64bits(s.At(i))
		}
		return all
	}
	return slices.Equal(rates(a), rates(b))
}
