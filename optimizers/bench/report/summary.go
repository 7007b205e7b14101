package report

import (
	"fmt"
	"strings"
)

// Summary describes the comparison and its results in sentences, the advice first.
func (r *Report) Summary() []string {
	s := append([]string{r.Advice()}, r.introduction()...)
	if w := r.Warning(); w != "" {
		s = append(s, w)
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		s = append(s, clean(w.Name)+": "+w.Headline())
	}
	return s
}

// introduction is the summary without the results.
func (r *Report) introduction() []string {
	s := []string{r.compared(), r.howOften()}
	if r.Missing > 0 {
		s = append(s, fmt.Sprintf("The results are incomplete: %d of %d runs are missing. Everything below covers the available runs.", r.Missing, r.Plan))
	}
	return append(s, r.apart()...)
}

// apart names entries of one rule whose search spaces have no point in common: they
// differ only in their spaces.
func (r *Report) apart() (all []string) {
	entries := r.header.Optimizers
	for i, a := range entries {
		for _, b := range entries[i+1:] {
			for _, d := range a.Space {
				for _, e := range b.Space {
					if a.Rule == b.Rule && d.Name == e.Name && (d.High <= e.Low || e.High <= d.Low) {
						all = append(all, fmt.Sprintf("%s and %s search the same rule for a %s in ranges that have no point in common: their difference is that of the ranges.",
							clean(a.Name), clean(b.Name), clean(d.Name)))
					}
				}
			}
		}
	}
	return all
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
	data = " Data: " + data + "."
	if len(entries) == 1 {
		return fmt.Sprintf("This report covers one optimizer, %s, on %s: %s.", entries[0], plural(len(workloads), "workload"), list(workloads)) + data
	}
	return fmt.Sprintf("This report compares %s on %s: %s on %s.", plural(len(entries), "optimizer"), plural(len(workloads), "workload"), list(entries), list(workloads)) + data
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
	total := fmt.Sprintf(" Total: %s.", plural(r.Runs, "run"))
	scored := fmt.Sprintf("with %s held out from tuning", plural(h.Seeds, "scoring seed"))
	switch {
	case len(tuned) == 0 && len(drawn) == 0:
		return fmt.Sprintf("All settings were given and ran with %s: the verdicts are about these settings, not about the optimizers.",
			plural(h.Studies*h.Seeds, "seed")) + total
	case len(tuned) == 0:
		return fmt.Sprintf("With one trial there is no tuning: %s ran with a random point of the search space for each of %s, and %s.",
			list(drawn), plural(h.Studies, "study"), plural(h.Seeds, "seed")) + total
	}
	s := fmt.Sprintf("%s drew %s for each optimizer, tuned on validation data with %s and scored the best trial %s. The verdicts are over studies: they hold for what tuning would find, not for one setting that it found.",
		each(h.Studies), plural(h.Trials, "trial"), plural(h.TuningSeeds, "tuning seed"), scored)
	if len(fixed) > 0 {
		s += fmt.Sprintf(" %s had fixed settings.", list(fixed))
	}
	return s + total
}

func each(studies int) string {
	if studies == 1 {
		return "One study"
	}
	return fmt.Sprintf("Each of %d studies", studies)
}
