package report

import (
	"fmt"
	"math"
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
	return s + fmt.Sprintf("; %s. Data: %s.", plural(r.header.Seeds, "scoring seed"), clean(w.Source))
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
		all = append(all, fmt.Sprintf("%s missing; pairs are compared on the seeds that both have.", pick(missing, "1 scoring run is", fmt.Sprintf("%d scoring runs are", missing))))
	}
	if !math.IsNaN(w.Failure) {
		begun := w.metric(w.Failure) + w.percent()
		if diverged > 0 {
			all = append(all, fmt.Sprintf("%s diverged. The final and best metrics of a diverged run count as %s, the worst initial value of any run.", plural(diverged, "scoring run"), begun))
		}
		if worse > 0 {
			all = append(all, fmt.Sprintf("%s ended worse than the worst initial value of any run without diverging, and %s as that value, %s.", plural(worse, "scoring run"), pick(worse, "counts", "count"), begun))
		}
	}
	if n := len(w.Pairs); n > 1 && r.header.Seeds > 1 {
		all = append(all, fmt.Sprintf("The p-values are adjusted for the %d comparisons on this workload by Holm's method.", n))
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
	all = append(all, fmt.Sprintf("The comparison over %d workloads uses the median epochs to the target; a target that fewer than half of the runs reached is a miss. "+
		"The area is the area under the performance profile up to %d times the best time, from 0 to 1 (AlgoPerf's score). "+
		"The speed-up is over %s (%s): the geometric mean over the workloads whose target both reached.", len(a.Workloads), MaxRatio, name, why))
	if a.Profiles.Unsolved > 0 {
		all = append(all, fmt.Sprintf("No optimizer reached the target on %s.", plural(a.Profiles.Unsolved, "workload")))
	}
	return all
}

// ranks explains the ranks of a workload. It returns "" if there is nothing to
// explain.
func (r *Report) ranks(w *Workload) string {
	if len(w.best) < 2 {
		return ""
	}
	s := fmt.Sprintf("Rows are in the order of the means. A rank is 1 plus the number of significantly better optimizers (adjusted p ≤ %s). "+
		"Equal ranks do not prove equality.", setting(r.alpha()))
	for k, i := range w.best {
		for _, j := range w.best[k+1:] {
			if w.Entries[j].Rank < w.Entries[i].Rank {
				better, worse := w.Entries[j].Rank-1, w.Entries[i].Rank-1
				return s + fmt.Sprintf(" %s has a worse mean but a better rank than %[2]s: %[3]s %[4]s significantly better than %[1]s, and %[5]d than %[2]s.",
					w.name(j), w.name(i), plural(better, "optimizer"), pick(better, "is", "are"), worse)
			}
		}
	}
	return s
}
