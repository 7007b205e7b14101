package report

import (
	"fmt"
	"strings"

	"descent/optimizers/bench"
)

// overall is the table of the entries across workloads, in the order of the plan.
func (r *Report) overall() table {
	a := &r.Across
	level := fmt.Sprintf("%.4g %% interval", 100*r.Options.Level)
	t := table{Name: "Optimizers across workloads", Head: columns("<optimizer", fmt.Sprintf("area to %d", MaxRatio), level, "speed-up over "+clean(a.Entries[a.Reference].Name), "<based on workloads")}
	if !r.Options.NoTimings {
		t.Head = append(t.Head, columns("area by seconds", level)...)
	}
	for k, e := range a.Entries {
		s := e.Speedup
		of := fmt.Sprintf("%d of %d", s.Both, len(a.Workloads))
		if s.OnlySecond > 0 {
			of += fmt.Sprintf("; %d reached only by it", s.OnlySecond)
		}
		if s.OnlyFirst > 0 {
			of += fmt.Sprintf("; %d missed by it", s.OnlyFirst)
		}
		if s.Neither > 0 {
			of += fmt.Sprintf("; %d missed by both", s.Neither)
		}
		row := []string{clean(e.Name), number(e.Area, 3), between(e.Interval.Low, e.Interval.High), number(s.Mean, 3), of}
		if !r.Options.NoTimings {
			row = append(row, number(e.AreaBySeconds, 3), between(e.IntervalBySeconds.Low, e.IntervalBySeconds.High))
		}
		t.add(row, class(k))
	}
	return t
}

// tasks is the table of the workloads.
func (r *Report) tasks() table {
	t := table{Name: "Workloads", Head: columns("<workload", "<<description", "<metric", "target", "epochs", "batch", "<<data")}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		batch := fmt.Sprint(w.Batch)
		if w.Batch == 0 {
			batch = none
		}
		t.Rows = append(t.Rows, []string{
			clean(w.Name), clean(w.About), clean(w.Metric) + ", " + w.direction(), w.target(),
			fmt.Sprint(w.Epochs), batch, clean(w.Source),
		})
	}
	return t
}

// direction says whether higher or lower is better.
func (w *Workload) direction() string {
	if w.Maximize {
		return "higher is better"
	}
	return "lower is better"
}

// spaces is the table of the search spaces.
func (r *Report) spaces() table {
	t := table{Name: "Search spaces", Head: columns("<optimizer", "<rule", "<schedule", "<<search space")}
	for k, e := range r.header.Optimizers {
		var parts []string
		for _, d := range e.Space {
			parts = append(parts, dimension(d))
		}
		if len(parts) == 0 {
			parts = []string{"none: fixed setting"}
		}
		t.add([]string{clean(e.Name), clean(e.Rule), clean(e.Schedule), strings.Join(parts, "; ")}, class(k))
	}
	return t
}

func dimension(d bench.Dimension) string {
	s := fmt.Sprintf("%s in [%s, %s)", clean(d.Name), setting(d.Low), setting(d.High))
	switch {
	case d.Log:
		return s + ", log-uniform"
	case d.FromOne:
		return fmt.Sprintf("%s, 1 − %s log-uniform", s, clean(d.Name))
	}
	return s + ", uniform"
}

// fields is the table of the selected settings with all fields.
func (r *Report) fields() table {
	t := table{Name: "Scored settings", Head: columns("<workload", "<optimizer", "study", "learning rate", "<<rule and fields", "score")}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		for k := range w.Entries {
			for _, s := range w.Entries[k].Studies {
				if s.Selected != nil {
					t.add([]string{clean(w.Name), w.name(k), fmt.Sprint(s.Number + 1), setting(s.Selected.LR), clean(s.Selected.Fields), w.metric(s.Score)}, w.Entries[k].class())
				}
			}
		}
	}
	return t
}

// environment is the table of the environment and the plan.
func (r *Report) environment() table {
	h := &r.header
	commit := h.Environment.Commit
	if commit == "" {
		commit = "unknown"
	}
	return table{Name: "Environment", Head: columns("<item", "<<value"), Rows: [][]string{
		{"processor", clean(h.Environment.CPU)},
		{"cores", fmt.Sprint(h.Environment.Cores)},
		{"system", clean(h.Environment.OS)},
		{"Go", clean(h.Environment.Go)},
		{"commit", clean(commit)},
		{"kernels", clean(h.Kernels)},
		{"plan seed", fmt.Sprint(h.Seed)},
		{"studies", fmt.Sprint(h.Studies)},
		{"trials per study", fmt.Sprint(h.Trials)},
		{"tuning seeds per trial", fmt.Sprint(h.TuningSeeds)},
		{"scoring seeds per study", fmt.Sprint(h.Seeds)},
		{"runs", fmt.Sprint(r.Runs)},
		{"missing runs", fmt.Sprintf("%d of %d", r.Missing, r.Plan)},
	}}
}
