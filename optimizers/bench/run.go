package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"descent/internal/caught"
	"descent/internal/prefix"
	"descent/lrsched"
)

// Runner runs a plan. Plan and File must be set.
type Runner struct {
	Plan Plan

	// File is the results file. Each run appends a line when it ends. Runs in an
	// existing file are not repeated: after an interruption the same plan
	// resumes, and only the runs in progress are lost.
	File string

	Jobs    int // parallel runs. If zero, 1
	Threads int // threads per run. If zero, 1

	// Shard is the part of the plan's cells to run. The zero value means all.
	Shard Shard

	// Commit is the commit of the program's source, for the report.
	Commit string

	// Start, if not nil, is called before the first run with the cost of the plan. If it
	// returns an error, Run returns that error without running anything.
	Start func(Estimate) error
	// Progress, if not nil, is called before the first run and after each run.
	// Calls do not overlap.
	Progress func(Progress)
	// Notice, if not nil, is called with remarks about the file.
	Notice func(string)
}

// Shard is one of Count parts of a plan.
type Shard struct{ Index, Count int } // Index counts from 0; a Count of 0 means 1

func (s Shard) validate() error {
	if s == (Shard{}) || s.Count > 0 && s.Index >= 0 && s.Index < s.Count {
		return nil
	}
	return fmt.Errorf("bench: Shard: Index = %d, Count = %d: want 0 ≤ Index < Count", s.Index, s.Count)
}

func (s Shard) has(cell int) bool { return s.Count == 0 || cell%s.Count == s.Index }

// Run executes the missing runs and returns all results of the file. If the
// context is canceled, or a run or a write to the file fails, it stops the runs in
// progress and returns an error. The file then has every finished run.
func (r Runner) Run(ctx context.Context) (results *Results, err error) {
	if ctx == nil {
		return nil, errors.New("bench: the context is nil: want e.g. context.Background()")
	}
	if r.File == "" {
		return nil, errors.New("bench: File is empty: want the name of a results file")
	}
	if r.Jobs < 0 || r.Threads < 0 {
		return nil, fmt.Errorf("bench: Jobs = %d, Threads = %d: want 0 or more", r.Jobs, r.Threads)
	}
	if err := r.Shard.validate(); err != nil {
		return nil, err
	}
	c, err := r.Plan.open(ctx)
	if err != nil {
		return nil, err
	}
	c.header.Environment.Commit = r.Commit
	notice := r.Notice
	if notice == nil {
		notice = func(string) {}
	}
	s, results, err := openStore(r.File, c.header, notice)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer func() {
		if e := s.close(); err == nil && e != nil {
			err = fmt.Errorf("bench: %w", e)
		}
	}()
	x := &execution{Runner: r, contest: c, store: s, results: results, took: map[string]duration{}}
	for _, v := range results.Records {
		x.time(v)
	}
	return results, x.run(ctx)
}

// execution is a plan in progress. One goroutine schedules runs and writes
// results; the jobs only run them.
type execution struct {
	Runner
	*contest
	store   *store
	results *Results
	done    int
	took    map[string]duration // time of the finished runs, by workload
}

// task is one run.
type task struct {
	workload Workload
	run      Run
	key      RunKey
}

type outcome struct {
	task
	record Record
	err    error
}

func (x *execution) run(parent context.Context) error {
	a := newAgenda(x)
	if x.Start != nil {
		cost, err := x.estimate(parent, a)
		if err == nil {
			err = x.Start(cost)
		}
		if err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	tasks, outcomes := make(chan task), make(chan outcome)
	var jobs sync.WaitGroup
	for range max(x.Jobs, 1) {
		jobs.Go(func() {
			for t := range tasks {
				outcomes <- t.do(ctx)
			}
		})
	}
	defer jobs.Wait()
	defer close(tasks)

	x.report(a, nil)
	var failed error
	for running := 0; len(a.tasks) > 0 && failed == nil || running > 0; {
		var to chan task
		var first task
		if len(a.tasks) > 0 && failed == nil {
			to, first = tasks, a.tasks[0]
		}
		ended := ctx.Done()
		if failed != nil {
			ended = nil // wait for the runs in progress
		}
		select {
		case to <- first:
			a.tasks, running = a.tasks[1:], running+1
		case o := <-outcomes:
			running--
			if errors.Is(failed, errFile) {
				continue // do not write to the file any more
			}
			err := o.err
			if err == nil {
				err = x.keep(o.record)
			}
			switch {
			case err == nil:
				a.ended(o.key)
				x.report(a, &o.record)
				continue
			case errors.Is(err, errFile):
				failed = err
			case failed == nil && parent.Err() != nil:
				failed = fmt.Errorf("bench: %w", parent.Err())
			case failed == nil:
				failed = err
			}
			cancel()
		case <-ended:
			failed = fmt.Errorf("bench: %w", ctx.Err())
		}
	}
	return failed
}

// errFile reports that a run could not be saved.
var errFile = errors.New("the run is not saved")

// keep saves a run to the file.
func (x *execution) keep(r Record) error {
	if err := x.store.append(r); err != nil {
		return fmt.Errorf("bench: %s: %w: %w", x.File, errFile, err)
	}
	if err := x.results.add(r); err != nil {
		return fmt.Errorf("bench: %w: %w", errFile, err)
	}
	x.done++
	x.time(r)
	return nil
}

// task returns the task of a run of one of a cell's candidates.
func (c *contest) task(of Cell, candidate int, key RunKey, threads int) task {
	s, schedule := c.setups[setupKey(of, candidate)], c.schedules[of.Entry]
	return task{
		workload: c.workloads[of.Workload],
		run: Run{
			Rule: s.Rule, Groups: s.Groups, Seed: key.Seed, Split: key.Split, Epochs: key.Epochs, Stop: key.Stop, Threads: max(threads, 1),
			Schedule: func(updates int) (lrsched.Schedule, error) {
				rates, err := schedule.Of(s.LR, updates)
				if err != nil {
					return nil, err
				}
				return rates, lrsched.Check(rates, updates)
			},
		},
		key: key,
	}
}

// train is w.Run, but returns an error for a panic, which would end the process.
func train(ctx context.Context, w Workload, r Run) (_ Curve, err error) {
	defer caught.Error(&err, "", "")
	return w.Run(ctx, r)
}

// do runs a task.
func (t task) do(ctx context.Context) outcome {
	begin := time.Now()
	curve, err := train(ctx, t.workload, t.run)
	if err == nil {
		curve = curve.finite()
		err = curve.check()
	}
	if err != nil {
		return outcome{task: t, err: prefix.Error("bench", err, fmt.Sprintf("%s, %s at rate %g, seed %d", t.key.Workload, t.key.Fields, t.key.LR, t.key.Seed))}
	}
	return outcome{task: t, record: newRecord(t.key, curve, time.Since(begin))}
}
