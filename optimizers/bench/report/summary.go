package report

import (
	"fmt"
	"strings"
)

// Summary says in plain sentences what was compared, on what, with how many runs,
// and what came of it.
func (r *Report) Summary() []string {
	s := r.introduction()
	if w := r.Warning(); w != "" {
		s = append(s, w)
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		s = append(s, clean(w.Name)+": "+w.Headline())
	}
	return s
}

// introduction is the summary but for what came of it.
func (r *Report) introduction() []string {
	s := []string{r.compared(), r.howOften()}
	if r.Missing > 0 {
		s = append(s, fmt.Sprintf("The runs are not complete: %d of %d are missing, and all that follows is of those that are there.", r.Missing, r.Plan))
	}
	return s
}

// compared names the optimizers, the workloads and the data.
func (r *Report) compared() string {
	var entries, workloads, sources []string
	with := map[string][]string{} // names of workloads by source
	for _, e := range r.header.Optimizers {
		entries = append(entries, clean(e.Name))
	}
	for _, w := range r.header.Workloads {
		workloads = append(workloads, clean(w.Name))
		if with[w.Source] == nil {
			sources = append(sources, w.Source)
		}
		with[w.Source] = append(with[w.Source], clean(w.Name))
	}
	if len(sources) == 0 {
		return "Nothing was compared."
	}
	data := clean(sources[0])
	if len(sources) > 1 {
		var parts []string
		for _, s := range sources {
			parts = append(parts, clean(s)+" ("+list(with[s])+")")
		}
		data = strings.Join(parts, "; ")
	}
	data = " The data: " + data + "."
	if len(entries) == 1 {
		return fmt.Sprintf("One optimizer, %s, was run on %s: %s.", entries[0], plural(len(workloads), "workload"), list(workloads)) + data
	}
	return fmt.Sprintf("%s were compared on %s: %s on %s.", plural(len(entries), "optimizer"), plural(len(workloads), "workload"), list(entries), list(workloads)) + data
}

func (r *Report) howOften() string {
	h := &r.header
	var tuned, fixed, drawn []string
	if len(r.Workloads) == 0 {
		return ""
	}
	for _, e := range r.Workloads[0].Entries {
		switch name := clean(e.Name); {
		case e.Drawn:
			drawn = append(drawn, name)
		case e.Fixed:
			fixed = append(fixed, name)
		default:
			tuned = append(tuned, name)
		}
	}
	scored := fmt.Sprintf("with %s, the same for all, that tuning never saw", plural(h.Seeds, "scoring seed"))
	total := fmt.Sprintf(" %s in all.", plural(r.Runs, "run"))
	switch {
	case len(drawn) > 0:
		return fmt.Sprintf("With one trial there is no tuning: the setting of %s is a random one of the search space, run with %s.",
			list(drawn), plural(h.Seeds, "seed")) + total
	case len(tuned) == 0:
		return fmt.Sprintf("Every setting was fixed beforehand and run with %s.", plural(h.Seeds, "seed")) + total
	case len(fixed) == 0:
		return fmt.Sprintf("Each was tuned by %d trials on validation data, judged by %s, and the best setting run anew %s.",
			h.Trials, plural(h.TuningSeeds, "tuning seed"), scored) + total
	}
	return fmt.Sprintf("%s %s tuned by %d trials on validation data, judged by %s, and the best setting run anew %s; %s %s fixed beforehand.",
		list(tuned), were(tuned), h.Trials, plural(h.TuningSeeds, "tuning seed"), scored, list(fixed), were(fixed)) + total
}

func were(names []string) string {
	if len(names) == 1 {
		return "was"
	}
	return "were"
}
