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
	x := &execution{Runner: r, contest: c, store: s, results: results}
	return results, x.run(ctx)
}

// execution is a plan being run. One goroutine decides what to run next and
// writes; the jobs only run.
type execution struct {
	Runner
	*contest
	store   *store
	results *Results
	started map[Settings]bool
	done    int
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

	x.started = map[Settings]bool{}
	queue, flying := x.workloadsFirst(x.next(nil)), 0
	x.report(nil)
	var failed error
	for len(queue) > 0 && failed == nil || flying > 0 {
		var to chan task
		var first task
		if len(queue) > 0 && failed == nil {
			to, first = tasks, queue[0]
		}
		select {
		case to <- first:
			queue, flying = queue[1:], flying+1
		case o := <-outcomes:
			flying--
			err := o.err
			if err == nil {
				err = x.keep(o.record)
			}
			if err != nil {
				if failed == nil || errors.Is(failed, context.Canceled) && !errors.Is(err, context.Canceled) {
					failed = err
				}
				cancel()
				continue
			}
			queue = x.next(queue)
		case <-ctx.Done():
			if failed == nil {
				failed = fmt.Errorf("bench: %w", ctx.Err())
			}
			for ; flying > 0; flying-- {
				if o := <-outcomes; o.err == nil { // ended in the same moment
					if err := x.keep(o.record); err != nil {
						return err
					}
				}
			}
		}
	}
	return failed
}

// keep writes a run to the file.
func (x *execution) keep(r Record) error {
	if err := x.store.append(r); err != nil {
		return fmt.Errorf("bench: %s: %w", x.File, err)
	}
	if err := x.results.add(r); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	x.done++
	x.report(&r)
	return nil
}

// workloadsFirst puts a task of every workload at the head of the queue, so
// that it is soon known how long each takes.
func (x *execution) workloadsFirst(queue []task) []task {
	var first, rest []task
	seen := map[string]bool{}
	for _, t := range queue {
		if name := t.settings.Workload; seen[name] {
			rest = append(rest, t)
		} else {
			seen[name] = true
			first = append(first, t)
		}
	}
	return append(first, rest...)
}

// next appends to the queue what can be run now and was not started.
func (x *execution) next(queue []task) []task {
	for i, c := range x.header.Cells {
		if !x.Shard.has(i) {
			continue
		}
		for _, t := range x.needs(c) {
			if x.started[t.settings] || x.results.get(t.settings) != nil {
				continue
			}
			x.started[t.settings] = true
			queue = append(queue, t)
		}
	}
	return queue
}

// needs are the runs of a cell: those of tuning and, when they are done, of
// scoring.
func (x *execution) needs(c Cell) (tasks []task) {
	if c.tuned() {
		for i := range c.Candidates {
			for k := range x.header.TuningSeeds {
				tasks = append(tasks, x.task(c, i, Validation, x.header.tuningSeed(k)))
			}
		}
	}
	if best, ok := x.results.Selected(c); ok {
		for k := range x.header.Seeds {
			tasks = append(tasks, x.task(c, best, Test, x.header.scoringSeed(k)))
		}
	}
	return tasks
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
	return outcome{task: t, record: Record{
		Kind: "run", ID: t.settings.id(), Settings: t.settings, Points: curve.Points, Diverged: curve.Diverged,
		TotalSeconds: time.Since(begin).Seconds(),
	}}
}
