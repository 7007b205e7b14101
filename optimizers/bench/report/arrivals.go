package report

import (
	"math"
	"slices"

	"descent/optimizers/bench"
)

// clock is the time of a point.
type clock func(bench.Point) float64

func inEpochs(p bench.Point) float64  { return p.Epoch }
func inSeconds(p bench.Point) float64 { return p.Seconds }

// arrivals are the times at which an entry reached the target, as the ruleset counts
// them, by study or seed; +Inf is a miss.
func (w *Workload) arrivals(e *Entry, rules bench.Ruleset, time clock) (all [][]float64) {
	for _, s := range e.Studies {
		var times []float64
		switch rules {
		case bench.External:
			times = []float64{w.fastestTrial(s, time)}
		default:
			for _, run := range s.scoring {
				times = append(times, w.arrival(run, rules == bench.SelfTuning, time))
			}
		}
		if w.Unit == Seeds {
			all = slices.AppendSeq(all, slices.Chunk(times, 1))
			continue
		}
		all = append(all, times)
	}
	return all
}

// fastestTrial is the first time that a trial of a study reached the target on
// validation data.
func (w *Workload) fastestTrial(s Study, time clock) float64 {
	fastest := math.Inf(1)
	for _, trial := range s.tuned {
		for _, run := range trial {
			fastest = min(fastest, w.arrival(run, true, time))
		}
	}
	return fastest
}

// arrival is when a run reached the target: for the first time, or to stay there.
func (w *Workload) arrival(run *bench.Record, once bool, time clock) float64 {
	if run == nil {
		return math.Inf(1)
	}
	if !once {
		if p, ok := w.first(run); ok {
			return time(p)
		}
		return math.Inf(1)
	}
	for _, p := range run.Points {
		if w.reaches(p.Metric) {
			return time(p)
		}
	}
	return math.Inf(1)
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
