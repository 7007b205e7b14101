package bench

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"runtime"

	"descent/internal/kernel"
	"descent/internal/prefix"
)

// contest is a plan with its header, setups and schedules.
type contest struct {
	header    Header
	workloads map[string]Workload
	schedules map[string]Schedule // by entry
	setups    map[string]Setup    // by setupKey
}

func setupKey(c Cell, candidate int) string {
	return fmt.Sprintf("%s\n%s\n%d\n%d", c.Workload, c.Entry, c.Study, candidate)
}

// open validates the plan, opens its workloads and draws all trials.
func (p Plan) open(ctx context.Context) (*contest, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	schedules := p.Schedules
	if len(schedules) == 0 {
		schedules = []Schedule{ConstantRate()}
	}
	c := &contest{
		header: Header{
			Kind: "header", Version: Version, Seed: p.Seed, Studies: max(p.Studies, 1), Trials: p.Trials, TuningSeeds: max(p.TuningSeeds, 1), Seeds: p.Seeds,
			FullTrials: p.FullTrials, Ruleset: cmp.Or(p.Ruleset, Ours),
			Kernels: kernels(), Environment: environment(),
		},
		workloads: map[string]Workload{}, schedules: map[string]Schedule{}, setups: map[string]Setup{},
	}
	for _, w := range p.Workloads {
		listed, first, err := p.list(ctx, w)
		if err != nil {
			return nil, prefix.Error("bench", err, "workload "+w.Info().Name)
		}
		c.header.Workloads = append(c.header.Workloads, listed)
		c.workloads[listed.Name] = w
		for _, o := range p.Optimizers {
			for _, s := range schedules {
				for study := range c.header.Studies {
					if err := c.addCell(p, Cell{Workload: listed.Name, Entry: entryName(o, s, schedules), Study: study}, o, s, first); err != nil {
						return nil, prefix.Error("bench", err, "optimizer "+o.Name)
					}
				}
			}
		}
	}
	for _, o := range p.Optimizers {
		for _, s := range schedules {
			e := Entry{Name: entryName(o, s, schedules), Schedule: s.Name, Space: o.Space}
			first := c.setups[setupKey(c.header.Cells[len(c.header.Optimizers)*c.header.Studies], 0)] // on the first workload
			e.Rule = reflect.TypeOf(first.Rule).String()
			c.header.Optimizers = append(c.header.Optimizers, e)
			c.schedules[e.Name] = s
		}
	}
	return c, nil
}

// list opens a workload and describes it.
func (p Plan) list(ctx context.Context, w Workload) (listed HeaderWorkload, first firstStep, err error) {
	source, err := w.Open(ctx)
	if err != nil {
		return listed, first, err
	}
	i := w.Info() // after Open, as it may depend on the data
	listed = HeaderWorkload{
		Name: i.Name, About: i.About, Version: i.Version, Source: source, Metric: i.Metric, Percent: i.Percent, Maximize: i.Maximize,
		Target: i.Target, Epochs: i.Epochs, Batch: i.Batch,
	}
	if p.Epochs > 0 {
		listed.Epochs = p.Epochs
	}
	for _, q := range i.Baselines {
		fields, err := q.Setup.describe()
		if err != nil {
			return listed, first, prefix.Error("baseline "+q.Name, err)
		}
		listed.Baselines = append(listed.Baselines, HeaderBaseline{
			Name: q.Name, Fields: fields, LR: q.Setup.LR, Schedule: q.Schedule,
			Epoch: q.Epoch, Mean: q.Mean, SD: q.SD, Runs: q.Runs, Source: q.Source,
		})
	}
	if err := listed.checkNumbers(); err != nil {
		return listed, first, err
	}
	first, err = see(ctx, w, listed.Epochs)
	listed.FirstStep = first.sum
	return listed, first, err
}

// addCell adds a cell and draws its candidates.
func (c *contest) addCell(p Plan, cell Cell, o Contender, schedule Schedule, first firstStep) error {
	for i, values := range p.trials(cell.Workload, cell.Entry, cell.Study, o.Space) {
		s, fields, err := o.checked(cell.Workload, values)
		if err != nil {
			return err
		}
		cell.Candidates = append(cell.Candidates, Candidate{Values: values, Fields: fields, LR: s.LR, Probe: s.probe(schedule, first)})
		c.setups[setupKey(cell, i)] = s
	}
	c.header.Cells = append(c.header.Cells, cell)
	return nil
}

// entryName returns the name of an entry, with the schedule if there are several.
func entryName(o Contender, s Schedule, all []Schedule) string {
	if len(all) > 1 {
		return o.Name + "/" + s.Name
	}
	return o.Name
}

// trials returns the values of an entry's trials in a study on a workload.
func (p Plan) trials(workload, entry string, study int, space Space) [][]float64 {
	return trials(p.Seed, workload, entry, study, space, p.trialsOf(space))
}

// trialsOf returns the number of trials in a space.
func (p Plan) trialsOf(space Space) int {
	if len(space) == 0 {
		return 1
	}
	return p.Trials
}

// kernels names the arithmetic. AVX2 and AVX-512 round alike; the plain loops
// round differently, and so do other architectures.
func kernels() string {
	if kernel.Best() == kernel.Go {
		return "go-" + runtime.GOARCH
	}
	return "simd-" + runtime.GOARCH
}

func environment() Environment {
	return Environment{CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH}
}
