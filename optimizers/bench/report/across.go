package report

import (
	"fmt"
	"slices"
	"strings"

	"descent/optimizers/bench/stats"
)

// MaxRatio is the maximum time ratio of a performance profile, AlgoPerf's r_max.
const MaxRatio = 4

// Across compares the entries over all workloads that have all scoring runs and
// whose target is not met before the first update. The times are the median
// epochs to the target, or +Inf if fewer than half of the runs reached it.
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
	Times    []float64 // by workload
	Area     float64   // under the profile, up to [MaxRatio]
	Speedup  stats.MeanRatio
	MeanRank float64
}

func (r *Report) compareAcross() error {
	a := &r.Across
	a.Reference, a.PlainSGD = r.reference()
	for _, e := range r.header.Optimizers {
		a.Entries = append(a.Entries, AcrossEntry{Name: e.Name})
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		if why := w.uncomparable(); why != "" {
			a.LeftOut = append(a.LeftOut, fmt.Sprintf("%s (%s)", w.Name, why))
			continue
		}
		a.Workloads = append(a.Workloads, w.Name)
		for k, e := range w.Entries {
			a.Entries[k].Times = append(a.Entries[k].Times, e.Target.Epochs)
			a.Entries[k].MeanRank += float64(e.Rank)
		}
	}
	if len(a.Workloads) == 0 {
		return nil
	}
	var times [][]float64
	for _, e := range a.Entries {
		times = append(times, e.Times)
	}
	var err error
	if a.Profiles, err = stats.Profile(times); err != nil {
		return err
	}
	for k := range a.Entries {
		e := &a.Entries[k]
		e.MeanRank /= float64(len(a.Workloads))
		if e.Area, err = a.Profiles.Area(k, MaxRatio); err != nil {
			return err
		}
		if e.Speedup, err = stats.GeometricMeanRatio(a.Entries[a.Reference].Times, e.Times); err != nil {
			return err
		}
	}
	return nil
}

// uncomparable returns the reason for leaving out a workload, or "".
func (w *Workload) uncomparable() string {
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
// called "sgd", or else the first entry.
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
		for _, c := range w.Entries[entry].cell.Candidates {
			if !strings.HasPrefix(c.Fields, plainSGD) {
				return false
			}
		}
	}
	return true
}
