package report

import (
	"fmt"
	"math"

	"descent/optimizers/bench"
)

// what describes the metric, the budget and the data of a workload.
func (r *Report) what(w *Workload) string {
	of := clean(w.Metric)
	if w.Batch > 0 {
		of += " on test data"
	}
	s := fmt.Sprintf("Metric: %s, %s; target %s; budget %s", of, w.direction(), w.target(), plural(w.Epochs, "epoch"))
	if w.Batch > 0 {
		s += fmt.Sprintf(" in batches of %d", w.Batch)
	}
	return s + fmt.Sprintf("; %s. Data: %s.", plural(w.units, string(w.Unit)), clean(w.Source))
}

// remarks returns notes on a workload's tables.
func (r *Report) remarks(w *Workload) (all []string) {
	diverged, worse, missing := 0, 0, 0
	for _, e := range w.Entries {
		diverged += e.Diverged
		worse += e.Worse
		missing += e.Planned - e.Runs
	}
	if missing > 0 {
		all = append(all, fmt.Sprintf("%s missing; pairs are compared on what both have.", pick(missing, "1 scoring run is", fmt.Sprintf("%d scoring runs are", missing))))
	}
	if !math.IsNaN(w.Failure) {
		begun := w.metric(w.Failure) + w.percent()
		if diverged > 0 {
			all = append(all, fmt.Sprintf("%s diverged. The final metric of a diverged run counts as %s, the worst initial value of any run.", plural(diverged, "scoring run"), begun))
		}
		if worse > 0 {
			all = append(all, fmt.Sprintf("%s ended worse than the worst initial value of any run without diverging, and %s as that value, %s.", plural(worse, "scoring run"), pick(worse, "counts", "count"), begun))
		}
	}
	if w.Ratios && len(w.Pairs) > 0 {
		all = append(all, "The scores are compared by their ratios, and means are geometric.")
	}
	if n := len(w.Pairs); n > 1 && w.units > 1 {
		all = append(all, fmt.Sprintf("The p-values and intervals hold for the %d comparisons on this workload together.", n))
	}
	return all
}

// acrossText describes the comparison across workloads.
func (r *Report) acrossText() (all []string) {
	a := &r.Across
	if len(r.Workloads) == 1 {
		return []string{"There is one workload: nothing to compare across workloads."}
	}
	if len(a.LeftOut) > 0 {
		var names []string
		for _, s := range a.LeftOut {
			names = append(names, clean(s))
		}
		all = append(all, fmt.Sprintf("Left out: %s.", list(names)))
	}
	if len(a.Workloads) < 2 {
		return append(all, fmt.Sprintf("%s can be compared: a comparison needs 2.", plural(len(a.Workloads), "workload")))
	}
	name := clean(a.Entries[a.Reference].Name)
	why := "plain SGD"
	if !a.PlainSGD {
		why = "the first entry, as none is plain SGD"
	}
	all = append(all, fmt.Sprintf("The comparison over %d workloads uses %s; a target that fewer than half of %s reached is a miss. "+
		"The area is the area under the performance profile up to %d times the best time, from 0 to 1 (AlgoPerf's score), with an interval over %s. "+
		"The speed-up is over %s (%s): the geometric mean over the workloads whose target both reached.",
		len(a.Workloads), r.times(), r.arriving(), MaxRatio, things(2, string(r.Workloads[0].Unit)), name, why))
	if a.Profiles.Unsolved > 0 {
		all = append(all, fmt.Sprintf("No optimizer reached the target on %s.", plural(a.Profiles.Unsolved, "workload")))
	}
	return all
}

// times says what the times to the target are.
func (r *Report) times() string {
	switch r.header.Ruleset {
	case bench.External:
		return "AlgoPerf's external tuning: the epochs after which the fastest trial of a study first reached the target on validation data, and of these the median over studies"
	case bench.SelfTuning:
		return "AlgoPerf's self-tuning: the epochs after which a run first reached the target without any tuning, and of these the median"
	}
	return "the median epochs to the target"
}

func (r *Report) arriving() string {
	if r.header.Ruleset == bench.External {
		return "the studies"
	}
	return "the runs"
}
