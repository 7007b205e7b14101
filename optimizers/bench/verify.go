package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"descent/internal/prefix"
)

// Verification is the result of [Runner.Verify].
type Verification struct {
	Checked int      // repeated runs
	Differ  []string // runs with different results
}

// Verify repeats n runs of the file, chosen and ordered at random by the seed, and
// compares them bit by bit. Each runs alone. Verify finds state that leaks from run to
// run, such as in a rule or a workload that remembers earlier runs, and code changes
// that the keys of the runs do not show. It repeats only runs of the plan; a file may
// also have those of other plans.
//
// Verify cannot find a workload or a rule that cheats in the same way every time, for
// example by reading the test data. Only reading their code can.
func (r Runner) Verify(ctx context.Context, n int, seed uint64) (v Verification, err error) {
	if ctx == nil {
		return v, errors.New("bench: the context is nil: want e.g. context.Background()")
	}
	if n < 1 {
		return v, fmt.Errorf("bench: Verify: n = %d: want 1 or more", n)
	}
	c, err := r.Plan.open(ctx)
	if err != nil {
		return v, err
	}
	results, _, err := ReadResults(r.File)
	if err != nil {
		return v, err
	}
	const here, there = "in the file", "now"
	if _, err := unite(results.Header, c.header, here, there); err != nil {
		return v, fmt.Errorf("bench: %s does not belong to the plan: %w", r.File, err)
	}
	tasks := c.done(results, max(r.Threads, 1))
	if len(tasks) == 0 {
		return v, fmt.Errorf("bench: %s has no runs of the plan: want 1 or more", r.File)
	}
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
	for _, t := range tasks[:min(n, len(tasks))] {
		o := t.do(ctx)
		if o.err != nil {
			return v, o.err
		}
		v.Checked++
		if !sameRun(*results.get(t.key), o.record) {
			v.Differ = append(v.Differ, fmt.Sprintf("%s, %s at rate %g, seed %d (run %s)", t.key.Workload, t.key.Fields, t.key.LR, t.key.Seed, t.key.id()))
		}
		if err := ctx.Err(); err != nil {
			return v, prefix.Error("bench", err)
		}
	}
	return v, nil
}

// done returns the tasks of the plan's runs that are in the results.
func (c *contest) done(results *Results, threads int) (tasks []task) {
	plan := Results{Header: c.header, Records: results.Records, byKey: results.byKey}
	seen := map[RunKey]bool{}
	for _, cell := range c.header.Cells {
		plan.stages(cell, func(k RunKey, candidate int) {
			if results.get(k) != nil && !seen[k] {
				seen[k] = true
				tasks = append(tasks, c.task(cell, candidate, k, threads))
			}
		})
	}
	return tasks
}
