package report

import (
	"fmt"
	"math"
)

// what says what is measured on a workload.
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

// remarks are what a reader of a workload's tables has to know.
func (r *Report) remarks(w *Workload) (all []string) {
	diverged, worse, missing := 0, 0, 0
	for _, e := range w.Entries {
		diverged += e.Diverged
		worse += e.Worse
		missing += e.Planned - e.Runs
	}
	if missing > 0 {
		all = append(all, fmt.Sprintf("Of the scoring runs %d are missing; pairs are compared on the seeds that both have.", missing))
	}
	if !math.IsNaN(w.Failure) {
		begun := w.metric(w.Failure) + w.percent()
		if diverged > 0 {
			all = append(all, fmt.Sprintf("Of the scoring runs %d diverged. Each counts, as its final and its best metric, with %s: the worst with which any run began.", diverged, begun))
		}
		if worse > 0 {
			all = append(all, fmt.Sprintf("Of the scoring runs %d did not diverge but ended worse than any began, which was %s. Each counts with that.", worse, begun))
		}
	}
	if n := len(w.Pairs); n > 1 && r.header.Seeds > 1 {
		all = append(all, fmt.Sprintf("The p-values are adjusted for the %d comparisons of this workload, by Holm's method.", n))
	}
	return all
}

// acrossText says what is compared over the workloads.
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
		return append(all, fmt.Sprintf("%s can be compared: it takes two.", plural(len(a.Workloads), "workload")))
	}
	name := clean(a.Entries[a.Reference].Name)
	why := "which is plain SGD"
	if !a.PlainSGD {
		why = "the first entry, since none is plain SGD"
	}
	all = append(all, fmt.Sprintf("Over %d workloads, by the median epochs to the target; a target that fewer than half of the runs reached is a miss. "+
		"The area is that under the performance profile up to %d times the best time, from 0 to 1: AlgoPerf's score. "+
		"The speed-up is the geometric mean over the workloads that both reached, over %s, %s.", len(a.Workloads), MaxRatio, name, why))
	if a.Profiles.Unsolved > 0 {
		all = append(all, fmt.Sprintf("On %s no optimizer reached the target.", plural(a.Profiles.Unsolved, "workload")))
	}
	return all
}

// ranks says how the ranks of a workload come about, or is empty.
func (r *Report) ranks(w *Workload) string {
	if len(w.best) < 2 {
		return ""
	}
	s := fmt.Sprintf("Rows are in the order of the means. A rank is 1 plus the number of optimizers that are significantly better (adjusted p at most %s); "+
		"equal ranks are no proof of equality.", setting(r.alpha()))
	for k, i := range w.best {
		for _, j := range w.best[k+1:] {
			if w.Entries[j].Rank < w.Entries[i].Rank {
				better, worse := w.Entries[j].Rank-1, w.Entries[i].Rank-1
				return s + fmt.Sprintf(" %s has a worse mean than %s and a better rank: %s %s significantly better than it, and %d than %s.",
					w.name(j), w.name(i), plural(better, "optimizer"), pick(better, "is", "are"), worse, w.name(i))
			}
		}
	}
	return s
}
