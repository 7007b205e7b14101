package bench

import (
	"cmp"
	"errors"
	"fmt"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/lrsched"
)

// Plan says what to compare and how. It determines every number of a report
// except the times.
type Plan struct {
	Workloads  []Workload
	Optimizers []Contender
	// Schedules are the learning-rate schedules to run every optimizer with.
	// Each combination is an entry. If empty, the rate is constant.
	Schedules []Schedule

	Seed        uint64 // of the trials and of the report's tests
	Trials      int    // trials per optimizer and workload, 1 or more
	TuningSeeds int    // seeds per trial. If zero, 1
	Seeds       int    // scoring seeds, 1 or more
	Epochs      int    // epochs per run. If zero, the workload's budget
}

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
	if err := checkCounts("Plan", p.Seed, p.Trials, p.TuningSeeds, p.Seeds); err != nil {
		return err
	}
	if err := p.checkRuns(); err != nil {
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
	for _, values := range p.trials(workload, o) {
		s := o.Setup(workload, values)
		if isnil.Value(s.Rule) {
			return errors.New("the Setup from Make has no Rule")
		}
		err := s.Rule.Validate()
		if err == nil {
			err = lrsched.Validate(lrsched.Constant(s.LR))
		}
		if err == nil {
			_, err = s.describe()
		}
		if err != nil && len(o.Space) > 0 {
			err = prefix.Error(fmt.Sprintf("for %s = %v", o.Space.names(), values), err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
