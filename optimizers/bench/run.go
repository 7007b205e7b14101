package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"descent/lrsched"
)

// Runner runs a plan. Plan and File must be set.
type Runner struct {
	Plan Plan

	// File holds the results, a line for each run, written when the run has
	// ended. If it is there, what it holds is not run again: after an
	// interruption a run of the same plan goes on, and loses at most what was
	// in flight.
	File string

	Jobs    int // runs at a time. If zero, 1
	Threads int // of each run. If zero, 1

	// Shard is the part of the plan's cells that is run here. The zero value
	// is all of them.
	Shard Shard

	// Commit names the state of the program's source, for the report.
	Commit string

	// Progress, if not nil, is called before the first run and after each, by
	// one goroutine at a time.
	Progress func(Progress)
	// Notice, if not nil, is called for what happened to the file.
	Notice func(string)
}

// Shard is one of several parts of a plan, by workload and entry.
type Shard struct{ Index, Count int } // Index from 0; Count zero means 1

func (s Shard) validate() error {
	if s == (Shard{}) || s.Count > 0 && s.Index >= 0 && s.Index < s.Count {
		return nil
	}
	return fmt.Errorf("bench: Shard: Index = %d, Count = %d: want 0 ≤ Index < Count", s.Index, s.Count)
}

func (s Shard) has(cell int) bool { return s.Count == 0 || cell%s.Count == s.Index }

// Run runs what is missing and returns all results of the file. When the
// context ends, or a run or the file fails, it ends the runs in flight and
// returns an error; the file is readable, and has every run that ended before.
func (r Runner) Run(ctx context.Context) (results *Results, err error) {
	if ctx == nil {
		return nil, errors.New("bench: the context is nil: want e.g. context.Background()")
	}
	if r.File == "" {
		return nil, errors.New("bench: File is empty: want where to put the results")
	}
	if r.Jobs < 0 || r.Threads < 0 {
		return nil, fmt.Errorf("bench: Jobs = %d, Threads = %d: want zero (for 1) or more", r.Jobs, r.Threads)
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

// execution is a plan being run. One goroutine decides what to run next and
// writes; the jobs only run.
type execution struct {
	Runner
	*contest
	store   *store
	results *Results
	done    int
	took    map[string]duration // of the runs so far, by workload
}

// task is one run.
type task struct {
	workload Workload
	run      Run
	settings Settings
}

type outcome struct {
	task
	record Record
	err    error
}

func (x *execution) run(parent context.Context) error {
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

	a := newAgenda(x)
	x.report(a, nil)
	var failed error
	for flying := 0; len(a.tasks) > 0 && failed == nil || flying > 0; {
		var to chan task
		var first task
		if len(a.tasks) > 0 && failed == nil {
			to, first = tasks, a.tasks[0]
		}
		ended := ctx.Done()
		if failed != nil {
			ended = nil // what is in flight is waited for
		}
		select {
		case to <- first:
			a.tasks, flying = a.tasks[1:], flying+1
		case o := <-outcomes:
			flying--
			if errors.Is(failed, errFile) {
				continue // nothing more is written
			}
			err := o.err
			if err == nil {
				err = x.keep(o.record)
			}
			switch {
			case err == nil:
				a.ended(o.settings)
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

// errFile is that a run could not be kept.
var errFile = errors.New("the run is not kept")

// keep writes a run to the file.
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

func (x *execution) task(c Cell, candidate int, split Split, seed uint64) task {
	s, schedule := x.settings[settingKey(c, candidate)], x.schedules[c.Entry]
	settings := x.header.settings(c, candidate, split, seed)
	return task{
		workload: x.workloads[c.Workload],
		run: Run{
			Rule: s.Rule, Groups: s.Groups, Seed: seed, Split: split, Epochs: settings.Epochs, Threads: max(x.Threads, 1),
			Schedule: func(updates int) (lrsched.Schedule, error) {
				rates, err := schedule.Of(s.LR, updates)
				if err != nil {
					return nil, err
				}
				return rates, lrsched.Check(rates, updates)
			},
		},
		settings: settings,
	}
}

// do runs a task.
func (t task) do(ctx context.Context) outcome {
	begin := time.Now()
	curve, err := t.workload.Run(ctx, t.run)
	if err != nil {
		return outcome{task: t, err: fmt.Errorf("bench: %s, %s at rate %g, seed %d: %w", t.settings.Workload, t.settings.Fields, t.settings.LR, t.settings.Seed, err)}
	}
	return outcome{task: t, record: newRecord(t.settings, curve.finite(), time.Since(begin))}
}
