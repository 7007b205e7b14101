package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/optimizers/bench"
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
	Times    []float64      // by workload
	Area     float64        // under the profile, up to [MaxRatio]
	Interval stats.Interval // of Area, over studies or seeds; NaN with fewer than two
	Speedup  stats.MeanRatio
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
		for k, e := range w.Entries {
			a.Entries[k].Times = append(a.Entries[k].Times, e.Target.Epochs)
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
		if e.Area, err = a.Profiles.Area(k, MaxRatio); err != nil {
			return err
		}
		if e.Speedup, err = stats.GeometricMeanRatio(a.Entries[a.Reference].Times, e.Times); err != nil {
			return err
		}
	}
	return r.areaIntervals(compared)
}

// areaIntervals draws studies with replacement, the same for all entries, and computes
// the areas again.
func (r *Report) areaIntervals(compared []*Workload) error {
	a := &r.Across
	arrivals := make([][][][]float64, len(a.Entries)) // by workload and study
	for k := range a.Entries {
		a.Entries[k].Interval = stats.Interval{Low: math.NaN(), High: math.NaN()}
		for _, w := range compared {
			arrivals[k] = append(arrivals[k], w.arrivals(&w.Entries[k]))
		}
	}
	units := r.header.Studies
	if len(compared) > 0 && compared[0].Unit == Seeds { // the entries are the same on all
		units *= r.header.Seeds
	}
	if units < 2 {
		return nil
	}
	for k := range a.Entries {
		interval, err := stats.BootstrapStudies(units, r.Options.Level, areaResamples, r.header.Seed, func(index []int) float64 {
			times := make([][]float64, len(a.Entries))
			for e := range times {
				for w := range compared {
					times[e] = append(times[e], medianAt(arrivals[e][w], index))
				}
			}
			p, err := stats.Profile(times)
			if err != nil {
				return math.NaN()
			}
			area, _ := p.Area(k, MaxRatio)
			return area
		})
		if err != nil {
			return err
		}
		a.Entries[k].Interval = interval
	}
	return nil
}

const areaResamples = 1000

// arrivals are the epochs after which the scoring runs reached the target, by study or
// seed; +Inf is a miss.
func (w *Workload) arrivals(e *Entry) (all [][]float64) {
	for _, s := range e.Studies {
		var epochs []float64
		for _, run := range s.scoring {
			at := math.Inf(1)
			if run != nil {
				if p, ok := w.first(run); ok {
					at = p.Epoch
				}
			}
			epochs = append(epochs, at)
		}
		if w.Unit == Seeds {
			all = slices.AppendSeq(all, slices.Chunk(epochs, 1))
			continue
		}
		all = append(all, epochs)
	}
	return all
}

// medianAt is the median over the runs of some studies, the lower of two.
func medianAt(arrivals [][]float64, studies []int) float64 {
	var v []float64
	for _, s := range studies {
		if s < len(arrivals) {
			v = append(v, arrivals[s]...)
		}
	}
	if len(v) == 0 {
		return math.Inf(1)
	}
	slices.Sort(v)
	return v[(len(v)-1)/2]
}

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
