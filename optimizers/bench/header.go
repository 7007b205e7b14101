package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"

	"descent/internal/kernel"
	"descent/lrsched"
)

// contest is a plan with everything worked out.
type contest struct {
	header    Header
	workloads map[string]Workload
	schedules map[string]Schedule // by entry
	settings  map[string]Setting  // by workload, entry and candidate, as settingKey has it
}

func settingKey(c Cell, candidate int) string {
	return fmt.Sprintf("%s\n%s\n%d", c.Workload, c.Entry, candidate)
}

// open checks the plan, opens its workloads and draws all trials.
func (p Plan) open(ctx context.Context) (*contest, error) {
	if err := p.validate(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	schedules := p.Schedules
	if len(schedules) == 0 {
		schedules = []Schedule{ConstantRate()}
	}
	c := &contest{
		header: Header{
			Kind: "header", Version: Version, Seed: p.Seed, Trials: p.Trials, TuningSeeds: max(p.TuningSeeds, 1), Seeds: p.Seeds,
			Kernels: kernels(), Environment: environment(),
		},
		workloads: map[string]Workload{}, schedules: map[string]Schedule{}, settings: map[string]Setting{},
	}
	for _, w := range p.Workloads {
		i := w.Info()
		source, err := w.Open(ctx)
		if err != nil {
			return nil, fmt.Errorf("bench: workload %s: %w", i.Name, err)
		}
		listed := Listed{
			Name: i.Name, About: i.About, Version: i.Version, Source: source, Metric: i.Metric, Maximize: i.Maximize,
			Target: i.Target, Epochs: i.Epochs, Batch: i.Batch,
		}
		if p.Epochs > 0 {
			listed.Epochs = p.Epochs
		}
		for _, q := range i.Published {
			listed.Published = append(listed.Published, Quoted{
				Name: q.Name, Fields: q.Setting.describe(), LR: q.Setting.LR, Schedule: q.Schedule,
				Epoch: q.Epoch, Mean: q.Mean, SD: q.SD, Runs: q.Runs, Source: q.Source,
			})
		}
		c.header.Workloads = append(c.header.Workloads, listed)
		c.workloads[i.Name] = w
	}
	for _, w := range c.header.Workloads {
		for _, o := range p.Optimizers {
			for _, s := range schedules {
				if err := c.addCell(p, w, entryName(o, s, schedules), o); err != nil {
					return nil, fmt.Errorf("bench: optimizer %s: %w", o.Name, err)
				}
			}
		}
	}
	for _, o := range p.Optimizers {
		for _, s := range schedules {
			e := Entry{Name: entryName(o, s, schedules), Schedule: s.Name, Space: o.Space}
			first := c.settings[settingKey(Cell{Workload: c.header.Workloads[0].Name, Entry: e.Name}, 0)]
			e.Rule = reflect.TypeOf(first.Rule).String()
			c.header.Optimizers = append(c.header.Optimizers, e)
			c.schedules[e.Name] = s
		}
	}
	return c, nil
}

// entryName names the schedule where there are several.
func entryName(o Optimizer, s Schedule, all []Schedule) string {
	if len(all) > 1 {
		return o.Name + "/" + s.Name
	}
	return o.Name
}

// addCell draws the candidates of an entry on a workload.
func (c *contest) addCell(p Plan, w Listed, entry string, o Optimizer) error {
	n := p.Trials
	if len(o.Space) == 0 {
		n = 1
	}
	cell := Cell{Workload: w.Name, Entry: entry}
	for i, values := range trials(p.Seed, w.Name, o.Space, n) {
		s := o.Make(values)
		if s.Rule == nil {
			return errors.New("a Setting without a Rule from Make")
		}
		if err := s.Rule.Validate(); err != nil {
			return fmt.Errorf("for the values %v: %w", values, err)
		}
		if err := lrsched.Constant(s.LR).Validate(); err != nil {
			return fmt.Errorf("for the values %v: LR: %w", values, err)
		}
		cell.Candidates = append(cell.Candidates, Candidate{Values: values, Fields: s.describe(), LR: s.LR})
		c.settings[settingKey(cell, i)] = s
	}
	c.header.Cells = append(c.header.Cells, cell)
	return nil
}

// kernels names the arithmetic: AVX2 and AVX-512 round alike, the plain loops
// otherwise, and those of other processors in their own way.
func kernels() string {
	if kernel.Best() == kernel.Go {
		return "go-" + runtime.GOARCH
	}
	return "simd-" + runtime.GOARCH
}

func environment() Environment {
	return Environment{CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH}
}

func (p Plan) validate() error {
	switch {
	case len(p.Workloads) == 0:
		return errors.New("Plan: Workloads is empty: want at least one")
	case len(p.Optimizers) == 0:
		return errors.New("Plan: Optimizers is empty: want at least one")
	case p.Trials < 1:
		return fmt.Errorf("Plan: Trials = %d: want at least 1", p.Trials)
	case p.TuningSeeds < 0 || p.TuningSeeds > seedsOfPlan/2:
		return fmt.Errorf("Plan: TuningSeeds = %d: want [0, %d]", p.TuningSeeds, seedsOfPlan/2)
	case p.Seeds < 1 || p.Seeds >= seedsOfPlan/2:
		return fmt.Errorf("Plan: Seeds = %d: want [1, %d)", p.Seeds, seedsOfPlan/2)
	case p.Epochs < 0:
		return fmt.Errorf("Plan: Epochs = %d: want zero (the workload's own) or more", p.Epochs)
	case p.Seed > math.MaxUint32:
		return fmt.Errorf("Plan: Seed = %d: want at most %d", p.Seed, uint64(math.MaxUint32))
	}
	names := map[string]bool{}
	for _, w := range p.Workloads {
		name := w.Info().Name
		if name == "" || names[name] {
			return fmt.Errorf("Plan: workload %q: want names that are not empty, each once", name)
		}
		names[name] = true
	}
	names = map[string]bool{}
	for _, o := range p.Optimizers {
		if o.Name == "" || names[o.Name] {
			return fmt.Errorf("Plan: optimizer %q: want names that are not empty, each once", o.Name)
		}
		names[o.Name] = true
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
	}
	return nil
}
