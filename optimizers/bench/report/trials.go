package report

import (
	"fmt"
	"strconv"
	"strings"
)

// trials is the table of the complete trials of all studies.
func (w *Workload) trials() table {
	t := table{Name: "Trials", Head: columns("<optimizer", "study", "learning rate", "<<other values", w.label("validation"), "<outcome")}
	for i := range w.Entries {
		e := &w.Entries[i]
		for _, s := range e.Studies {
			for _, trial := range s.Trials {
				t.add([]string{
					w.name(i), fmt.Sprint(s.Number + 1), short(trial.LR), e.others(trial), w.metric(trial.Mean), trial.outcome(),
				}, e.class())
			}
		}
	}
	return t
}

// others describes the values of a trial other than the learning rate.
func (e *Entry) others(t Trial) string {
	var parts []string
	for d, v := range t.Values {
		if e.Space[d].Name != "lr" {
			parts = append(parts, clean(e.Space[d].Name)+" "+short(v))
		}
	}
	return strings.Join(parts, ", ")
}

func (t Trial) outcome() string {
	switch {
	case t.Selected && t.Diverged:
		return "selected, diverged"
	case t.Selected:
		return "selected"
	case t.Diverged:
		return "diverged"
	case t.Stopped:
		return "stopped"
	}
	return "finished"
}

// short formats a value of a trial.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
