package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// MaxRatio is the maximum time ratio of a performance profile: AlgoPerf's r_max, called
// max_tau in scoring/algoperf_v05/score_submissions.py of its repository.
const MaxRatio = 4

// Across compares the entries over all workloads that have all scoring runs and
// whose target is not met before the first update. The times are the median
// epochs to the target, or +Inf if fewer than half of the runs reached it. The plan's
// [bench.Ruleset] determines which runs and studies count.
type Across struct {
	Workloads []string // the compared workloads
	LeftOut   []string // the others, with reasons
	Entries   []AcrossEntry
	Reference int // index in Entries of the reference for speed-ups
	// PlainSGD reports whether the reference is SGD without momentum. If not, it
	// is the first entry.
	PlainSGD bool
	Profiles stats.Profiles // by entry; zero without workloads
}

// AcrossEntry is the result of an entry over all compared workloads.
type AcrossEntry struct {
	Name     string
	Times    []float64      // by workload
	Area     float64        // under the profile, up to [MaxRatio]
	Interval stats.Interval // of Area, over studies or seeds; NaN with fewer than two
	// AreaBySeconds is Area with times in seconds, which depend on the machine.
	AreaBySeconds     float64
	IntervalBySeconds stats.Interval
	Speedup           stats.MeanRatio
}

func (r *Report) compareAcross() error {
	a := &r.Across
	a.Reference, a.PlainSGD = r.reference()
	for _, e := range r.header.Optimizers {
		a.Entries = append(a.Entries, AcrossEntry{Name: e.Name})
	}
	var compared []*Workload
	for i := range r.Workloads {
		w := &r.Workloads[i]
		if why := r.uncomparable(w); why != "" {
			a.LeftOut = append(a.LeftOut, fmt.Sprintf("%s (%s)", w.Name, why))
			continue
		}
		a.Workloads = append(a.Workloads, w.Name)
		compared = append(compared, w)
	}
	if len(compared) == 0 {
		return nil
	}
	err := r.score(compared, inEpochs, func(e *AcrossEntry, times []float64, area float64, i stats.Interval) {
		e.Times, e.Area, e.Interval = times, area, i
	})
	if err == nil {
		err = r.score(compared, inSeconds, func(e *AcrossEntry, _ []float64, area float64, i stats.Interval) {
			e.AreaBySeconds, e.IntervalBySeconds = area, i
		})
	}
	if err != nil {
		return err
	}
	for k := range a.Entries {
		e := &a.Entries[k]
		if e.Speedup, err = stats.GeometricMeanRatio(a.Entries[a.Reference].Times, e.Times); err != nil {
			return err
		}
	}
	return nil
}

// score computes the times, the areas and their intervals for one clock. The intervals
// draw studies with replacement, the same for all entries.
func (r *Report) score(compared []*Workload, time clock, set func(e *AcrossEntry, times []float64, area float64, i stats.Interval)) error {
	a := &r.Across
	arrivals := make([][][][]float64, len(a.Entries)) // by workload and study
	for k := range a.Entries {
		for _, w := range compared {
			arrivals[k] = append(arrivals[k], w.arrivals(&w.Entries[k], r.header.Ruleset, time))
		}
	}
	units := r.header.Studies
	if compared[0].Unit == Seeds { // the entries are the same on all
		units *= r.header.Seeds
	}
	profile := func(units []int) (times [][]float64, p stats.Profiles, err error) {
		for e := range a.Entries {
			var row []float64
			for w := range compared {
				row = append(row, medianAt(arrivals[e][w], units))
			}
			times = append(times, row)
		}
		p, err = stats.Profile(times)
		return times, p, err
	}
	every := make([]int, units)
	for i := range every {
		every[i] = i
	}
	times, all, err := profile(every)
	if err != nil {
		return err
	}
	if a.Profiles.Ratios == nil {
		a.Profiles = all
	}
	for k := range a.Entries {
		area, err := all.Area(k, MaxRatio)
		if err != nil {
			return err
		}
		interval := stats.Interval{Low: math.NaN(), High: math.NaN()}
		if units > 1 {
			interval, err = stats.BootstrapStudies(units, r.Options.Level, areaResamples, r.header.Seed, func(drawn []int) float64 {
				_, p, err := profile(drawn)
				if err != nil {
					return math.NaN()
				}
				area, _ := p.Area(k, MaxRatio)
				return area
			})
			if err != nil {
				return err
			}
		}
		set(&a.Entries[k], times[k], area, interval)
	}
	return nil
}

const areaResamples = 1000

// uncomparable returns the reason for leaving out a workload, or "".
func (r *Report) uncomparable(w *Workload) string {
	if len(w.Entries) < len(r.header.Optimizers) {
		return "not all optimizers ran on it"
	}
	for _, e := range w.Entries {
		switch {
		case e.Runs < e.Planned:
			return "runs are missing"
		case e.Target.Epochs == 0:
			return "its target is met before the first update"
		}
	}
	return ""
}

// reference returns the entry for speed-ups: plain SGD, preferably the entry
// called "sgd", or the first entry if there is none.
func (r *Report) reference() (index int, plain bool) {
	var all []int
	for k := range r.header.Optimizers {
		if r.plain(k) {
			all = append(all, k)
		}
	}
	if len(all) == 0 {
		return 0, false
	}
	if i := slices.IndexFunc(all, func(k int) bool {
		name, _, _ := strings.Cut(r.header.Optimizers[k].Name, "/")
		return name == "sgd"
	}); i >= 0 {
		return all[i], true
	}
	return all[0], true
}

// plain reports whether all candidates of an entry are SGD without momentum.
func (r *Report) plain(entry int) bool {
	for _, w := range r.Workloads {
		for _, e := range w.Entries {
			if e.Name != r.header.Optimizers[entry].Name {
				continue
			}
			for _, s := range e.Studies {
				if slices.ContainsFunc(s.cell.Candidates, func(c bench.Candidate) bool { return !strings.HasPrefix(c.Fields, plainSGD) }) {
					return false
				}
			}
		}
	}
	return true
}
