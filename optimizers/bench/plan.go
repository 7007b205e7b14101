package bench

import (
	"cmp"
	"errors"
	"fmt"

	"descent/internal/isnil"
	"descent/lrsched"
)

// Plan says what is compared and how. It decides every number of a report but
// the times.
type Plan struct {
	Workloads  []Workload
	Optimizers []Optimizer
	// Schedules are the shapes of learning rate that every optimizer is run
	// with, each as an entry of its own. If empty, the constant one.
	Schedules []Schedule

	Seed        uint64 // of the trials and of the tests in the report
	Trials      int    // settings tried for each optimizer, at least 1
	TuningSeeds int    // seeds that each trial is judged by. If zero, 1
	Seeds       int    // scoring seeds, at least 1
	Epochs      int    // budget of each run. If zero, the workload's own
}

// Validate reports what is wrong with a plan, with the settings that would be
// tried included.
func (p Plan) Validate() error {
	if err := p.validate(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

func (p Plan) validate() error {
	switch {
	case len(p.Workloads) == 0:
		return errors.New("Plan: Workloads is empty: want at least one")
	case len(p.Optimizers) == 0:
		return errors.New("Plan: Optimizers is empty: want at least one")
	case p.Epochs < 0:
		return fmt.Errorf("Plan: Epochs = %d: want zero (the workload's own) or more", p.Epochs)
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
			return fmt.Errorf("Plan: schedule %s: Of is nil", s.Name)
		}
	}
	for _, o := range p.Optimizers {
		if o.Make == nil {
			return fmt.Errorf("Plan: optimizer %s: Make is nil", o.Name)
		}
		if len(o.Space) > len(primes) {
			return fmt.Errorf("Plan: optimizer %s: %d dimensions: want at most %d", o.Name, len(o.Space), len(primes))
		}
		for _, d := range o.Space {
			if err := d.validate(); err != nil {
				return fmt.Errorf("Plan: optimizer %s: dimension %w", o.Name, err)
			}
		}
		for _, w := range p.Workloads {
			if err := p.validateSettings(w.Info().Name, o); err != nil {
				return fmt.Errorf("Plan: optimizer %s: %w", o.Name, err)
			}
		}
	}
	return nil
}

// unique is an error if one of n names is empty or there twice.
func unique(kind string, n int, name func(i int) string) error {
	seen := map[string]bool{}
	for i := range n {
		name := name(i)
		if name == "" || seen[name] {
			return fmt.Errorf("%s %q: want names that are not empty, each once", kind, name)
		}
		seen[name] = true
	}
	return nil
}

func (p Plan) validateSettings(workload string, o Optimizer) error {
	for _, values := range p.trials(workload, o) {
		s := o.Make(values)
		if isnil.Value(s.Rule) {
			return errors.New("a Setting without a Rule from Make")
		}
		err := s.Rule.Validate()
		if err == nil {
			err = lrsched.Constant(s.LR).Validate()
		}
		if err == nil {
			_, err = s.describe()
		}
		if err != nil && len(o.Space) > 0 {
			err = fmt.Errorf("for %s = %v: %w", o.Space.names(), values, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
