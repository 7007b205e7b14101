package bench

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Plan specifies what to compare and how. It determines every number of a report
// except the times.
type Plan struct {
	Workloads  []Workload
	Optimizers []Contender
	// Schedules are the learning-rate schedules to run every optimizer with.
	// Each combination is an entry. If empty, the rate is constant.
	Schedules []Schedule

	Seed uint64 // of the studies and of the report's tests
	// Studies is the number of studies. If zero, 1. A study draws its own trials,
	// tunes, and scores with its own seeds, as a user of the optimizer would. It is
	// the unit of the report's tests.
	Studies     int
	Trials      int // trials per optimizer, workload and study, 1 or more
	TuningSeeds int // seeds per trial. If zero, 1
	Seeds       int // scoring seeds per study, 1 or more
	Epochs      int // epochs per run. If zero, the workload's budget
	// FullTrials trains every trial for the whole budget. If false, the worse half
	// of the trials ends at [RungShare] of the budget.
	FullTrials bool
	// Ruleset says how the report scores the times to the target. If empty, [Ours].
	Ruleset Ruleset
}

// Ruleset says how times to the target determine the score of an entry on a workload.
type Ruleset string

// The rulesets. Those of AlgoPerf (Dahl et al., 2023; Kasimbeg et al., 2025) use the
// time when the target is first reached, in steps or seconds, and the median over
// studies.
const (
	// Ours is the median over the scoring runs of the time after which the metric
	// stays at the target.
	Ours Ruleset = "ours"
	// External is AlgoPerf's external tuning: the fastest trial of a study, on
	// validation data. All trials must run to the end.
	External Ruleset = "external"
	// SelfTuning is AlgoPerf's self-tuning: the scoring runs of untuned settings.
	SelfTuning Ruleset = "self"
)

func (r Ruleset) validate(full, fixed bool) error {
	switch r {
	case "", Ours:
		return nil
	case External:
		if !full {
			return errors.New("Ruleset = external: FullTrials is false: want true, as the fastest of all trials counts")
		}
		return nil
	case SelfTuning:
		if !fixed {
			return errors.New("Ruleset = self: an optimizer has a Space: want fixed settings")
		}
		return nil
	}
	return fmt.Errorf("Ruleset = %.80q: want %s, %s or %s", string(r), Ours, External, SelfTuning)
}

// Entries returns the names of the entries: the optimizers, combined with each schedule
// if there are several.
func (p Plan) Entries() (names []string) {
	schedules := p.Schedules
	if len(schedules) == 0 {
		schedules = []Schedule{ConstantRate()}
	}
	for _, o := range p.Optimizers {
		for _, s := range schedules {
			names = append(names, entryName(o, s, schedules))
		}
	}
	return names
}

// Trials are halved once, after RungShare of the budget. The better half continues,
// including the middle one of an odd number. A study of fewer than [FewTrials] trials
// trains all of them to the end. This is the first rung of successive halving (Jamieson
// and Talwalkar, 2016).
const (
	RungShare = 0.2
	FewTrials = 4
)

// Validate returns an error if the plan or a setup that it would try is invalid.
func (p Plan) Validate() error { return prefix.Error("bench", p.validate()) }

func (p Plan) validate() error {
	switch {
	case len(p.Workloads) == 0:
		return errors.New("Plan: no Workloads: want 1 or more")
	case len(p.Optimizers) == 0:
		return errors.New("Plan: no Optimizers: want 1 or more")
	case p.Epochs < 0:
		return fmt.Errorf("Plan: Epochs = %d: want 0 (the workload's budget) or more", p.Epochs)
	}
	if err := checkCounts("Plan", p.Seed, p.Studies, p.Trials, p.TuningSeeds, p.Seeds); err != nil {
		return err
	}
	fixed := !slices.ContainsFunc(p.Optimizers, func(o Contender) bool { return len(o.Space) > 0 })
	if err := cmp.Or(p.Ruleset.validate(p.FullTrials, fixed), p.checkRuns()); err != nil {
		return fmt.Errorf("Plan: %w", err)
	}
	for i, w := range p.Workloads {
		if isnil.Value(w) {
			return fmt.Errorf("Plan: Workloads[%d] is nil: want a Workload", i)
		}
	}
	if err := cmp.Or(
		unique("workload", len(p.Workloads), func(i int) string { return p.Workloads[i].Info().Name }),
		unique("schedule", len(p.Schedules), func(i int) string { return p.Schedules[i].Name }),
		unique("optimizer", len(p.Optimizers), func(i int) string { return p.Optimizers[i].Name }),
	); err != nil {
		return fmt.Errorf("Plan: %w", err)
	}
	for _, s := range p.Schedules {
		if s.Of == nil {
			return fmt.Errorf("Plan: schedule %s: Of is nil: want a function", s.Name)
		}
	}
	for _, o := range p.Optimizers {
		if o.Make == nil && o.MakeFor == nil {
			return fmt.Errorf("Plan: optimizer %s: Make is nil: want a function", o.Name)
		}
		if len(o.Space) > len(primes) {
			return fmt.Errorf("Plan: optimizer %s: %d dimensions: want %d or fewer", o.Name, len(o.Space), len(primes))
		}
		for _, d := range o.Space {
			if err := d.validate(); err != nil {
				return fmt.Errorf("Plan: optimizer %s: dimension %w", o.Name, err)
			}
		}
		for _, w := range p.Workloads {
			if err := p.validateSetups(w.Info().Name, o); err != nil {
				return prefix.Error("Plan", err, "optimizer "+o.Name)
			}
		}
	}
	return nil
}

// unique returns an error if one of n names is empty or a duplicate.
func unique(kind string, n int, name func(i int) string) error {
	seen := map[string]bool{}
	for i := range n {
		name := name(i)
		if name == "" || seen[name] {
			return fmt.Errorf("%s %.80q: want unique, non-empty names", kind, name)
		}
		seen[name] = true
	}
	return nil
}

func (p Plan) validateSetups(workload string, o Contender) error {
	for _, values := range p.trials(workload, o.Name, 0, o.Space) {
		if _, _, err := o.checked(workload, values); err != nil {
			return err
		}
	}
	return nil
}
