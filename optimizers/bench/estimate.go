package bench

import (
	"context"
	"slices"
	"time"

	"descent/internal/prefix"
	"descent/lrsched"
)

// Estimate is the expected cost of a plan, without the runs in the file.
type Estimate struct {
	Runs int
	Time time.Duration // of training, divided by the jobs
}

// estimate predicts the cost of the runs that are not in the file. It trains each
// workload for a moment, with the first setup of its first optimizer. The time to measure
// is not counted.
func (x *execution) estimate(ctx context.Context, a *agenda) (e Estimate, err error) {
	total := 0.
	for _, w := range x.header.Workloads {
		left := a.remaining(w.Name)
		e.Runs += left.runs
		if left.runs == 0 {
			continue
		}
		one, err := x.secondsOf(ctx, w)
		if err != nil {
			return e, prefix.Error("bench", err, "workload "+w.Name)
		}
		total += float64(left.work * one)
	}
	e.Time = time.Duration(total / float64(max(x.Jobs, 1)) * float64(time.Second))
	return e, nil
}

// moment is how long estimate trains a workload.
const moment = 300 * time.Millisecond

// secondsOf estimates the training time of a complete run from some of its first
// updates.
func (c *contest) secondsOf(ctx context.Context, w HeaderWorkload) (float64, error) {
	i := slices.IndexFunc(c.header.Cells, func(cell Cell) bool { return cell.Workload == w.Name })
	cell := c.header.Cells[i]
	t := c.task(cell, 0, c.header.key(cell, 0, Test, 0, 0), 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var begin, last time.Time
	updates, done := 0, -1 // the first update warms up
	schedule := t.run.Schedule
	t.run.Schedule = func(n int) (lrsched.Schedule, error) {
		updates = n
		return schedule(n)
	}
	t.run.Loss = func(float64) {
		last = time.Now()
		if done++; done == 0 {
			begin = last
		}
		if last.Sub(begin) > moment {
			stop()
		}
	}
	if _, err := train(ctx, t.workload, t.run); err != nil && ctx.Err() == nil {
		return 0, err
	}
	if done < 1 {
		return 0, nil
	}
	return last.Sub(begin).Seconds() / float64(done) * float64(updates), nil
}
