package bench

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// maxRuns is the maximum number of runs of a plan, so that they fit in memory.
const maxRuns = 1_000_000

// maxStudies is the maximum number of studies of a plan.
const maxStudies = seedsOfPlan / 2 / seedsOfStudy

// maxEntries is the maximum number of optimizers times schedules. A report
// compares all pairs of these.
const maxEntries = 1_000

// checkCounts checks the numbers of a plan or a header; of names which.
func checkCounts(of string, seed uint64, studies, trials, tuningSeeds, seeds int) error {
	switch {
	case studies < 0 || studies > maxStudies:
		return fmt.Errorf("%s: Studies = %d: want [0, %d]", of, studies, maxStudies)
	case trials < 1 || trials > maxRuns:
		return fmt.Errorf("%s: Trials = %d: want [1, %d]", of, trials, maxRuns)
	case tuningSeeds < 0 || tuningSeeds > seedsOfStudy:
		return fmt.Errorf("%s: TuningSeeds = %d: want [0, %d]", of, tuningSeeds, seedsOfStudy)
	case seeds < 1 || seeds > seedsOfStudy:
		return fmt.Errorf("%s: Seeds = %d: want [1, %d]", of, seeds, seedsOfStudy)
	case seed > math.MaxUint32:
		return fmt.Errorf("%s: Seed = %d: want [0, %d]", of, seed, uint64(math.MaxUint32))
	}
	return nil
}

// runCount counts the runs of a plan.
type runCount int64

// add adds the runs of a cell, whose numbers checkCounts accepted. It returns an
// error if there are too many runs.
func (n *runCount) add(candidates, tuningSeeds, seeds int, full bool) error {
	*n += runCount(seeds)
	if candidates > 1 {
		*n += runCount(candidates) * runCount(tuningSeeds)
	}
	if halved(candidates, full) {
		*n += runCount(survivors(candidates)) * runCount(tuningSeeds)
	}
	if *n > maxRuns {
		return fmt.Errorf("more than %d runs: want fewer workloads, optimizers, trials or seeds", maxRuns)
	}
	return nil
}

func (p Plan) checkRuns() error {
	// Compare each number first: the product may overflow.
	if o, s := len(p.Optimizers), len(p.Schedules); o > maxEntries || s > maxEntries || o*max(s, 1) > maxEntries {
		return fmt.Errorf("%d optimizers, %d schedules: want %d pairs or fewer", o, s, maxEntries)
	}
	var n runCount
	for range p.Workloads {
		for _, o := range p.Optimizers {
			for range max(len(p.Schedules), 1) * max(p.Studies, 1) {
				if err := n.add(p.trialsOf(o.Space), max(p.TuningSeeds, 1), p.Seeds, p.FullTrials); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Validate returns an error if no plan produces such a header, for example because a
// file was edited. The error does not name the file.
func (h *Header) Validate() error {
	if err := checkCounts("header", h.Seed, h.Studies, h.Trials, h.TuningSeeds, h.Seeds); err != nil {
		return err
	}
	if err := h.validate(); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	return nil
}

func (h *Header) validate() error {
	if len(h.Workloads) == 0 || len(h.Optimizers) == 0 {
		return fmt.Errorf("%d workloads, %d optimizers: want 1 or more of each", len(h.Workloads), len(h.Optimizers))
	}
	if h.TuningSeeds < 1 {
		return errors.New("no tuning seeds: want 1 or more")
	}
	fixed := !slices.ContainsFunc(h.Optimizers, func(e Entry) bool { return len(e.Space) > 0 })
	if err := h.Ruleset.validate(h.FullTrials, fixed); err != nil {
		return err
	}
	if len(h.Optimizers) > maxEntries {
		return fmt.Errorf("%d optimizers: want %d or fewer", len(h.Optimizers), maxEntries)
	}
	if err := cmp.Or(
		unique("workload", len(h.Workloads), func(i int) string { return h.Workloads[i].Name }),
		unique("optimizer", len(h.Optimizers), func(i int) string { return h.Optimizers[i].Name }),
	); err != nil {
		return err
	}
	for _, w := range h.Workloads {
		if w.Epochs < 1 {
			return fmt.Errorf("%.80q: Epochs = %d: want 1 or more", w.Name, w.Epochs)
		}
		if err := w.checkNumbers(); err != nil {
			return fmt.Errorf("%.80q: %w", w.Name, err)
		}
	}
	var runs runCount
	last := [3]int{-1, -1, -1}
	for i, c := range h.Cells {
		at := h.place(c)
		if at[0] < 0 || at[1] < 0 || c.Study < 0 || c.Study >= h.Studies {
			return fmt.Errorf("cell %d: study %d of %.80q on %.80q: want a study, an optimizer and a workload of the header", i, c.Study, c.Entry, c.Workload)
		}
		if slices.Compare(last[:], at[:]) >= 0 {
			return fmt.Errorf("cell %d: study %d of %.80q on %.80q: want each once, by workload, optimizer and study", i, c.Study, c.Entry, c.Workload)
		}
		last = at
		e := h.Optimizers[at[1]]
		if len(c.Candidates) == 0 {
			return fmt.Errorf("%.80q on %.80q: no candidates: want 1 or more", c.Entry, c.Workload)
		}
		for _, k := range c.Candidates {
			if !isFinite(append(k.Values[:len(k.Values):len(k.Values)], k.LR)...) {
				return fmt.Errorf("%.80q on %.80q: %v at rate %v: want finite numbers", c.Entry, c.Workload, k.Values, k.LR)
			}
			if len(k.Values) != len(e.Space) {
				return fmt.Errorf("%.80q on %.80q: %d values: want %d, the dimensions of its space", c.Entry, c.Workload, len(k.Values), len(e.Space))
			}
		}
		if err := runs.add(len(c.Candidates), h.TuningSeeds, h.Seeds, h.FullTrials); err != nil {
			return err
		}
	}
	return nil
}

// checkNumbers rejects numbers that JSON cannot represent.
func (l *HeaderWorkload) checkNumbers() error {
	if !isFinite(l.Target) {
		return fmt.Errorf("target %v: want a finite number", l.Target)
	}
	for _, q := range l.Baselines {
		if !isFinite(q.LR, q.Mean, q.SD) {
			return fmt.Errorf("baseline %.80q: rate %v, mean %v, SD %v: want finite numbers", q.Name, q.LR, q.Mean, q.SD)
		}
	}
	return nil
}

func isFinite(numbers ...float64) bool {
	for _, v := range numbers {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
