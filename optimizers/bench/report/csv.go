package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"descent/internal/isnil"
)

// field is a column of the CSV file.
type field struct {
	name string
	of   func(w *Workload, e *Entry) string
}

var fields = []field{
	{"workload", func(w *Workload, _ *Entry) string { return w.Name }},
	{"optimizer", func(_ *Workload, e *Entry) string { return e.Name }},
	{"rule", func(_ *Workload, e *Entry) string { return e.Rule }},
	{"schedule", func(_ *Workload, e *Entry) string { return e.Schedule }},
	{"metric", func(w *Workload, _ *Entry) string { return w.Metric }},
	{"maximize", func(w *Workload, _ *Entry) string { return strconv.FormatBool(w.Maximize) }},
	{"target", func(w *Workload, _ *Entry) string { return exact(w.Target) }},
	{"epochs", func(w *Workload, _ *Entry) string { return strconv.Itoa(w.Epochs) }},
	{"batch", func(w *Workload, _ *Entry) string { return strconv.Itoa(w.Batch) }},
	{"source", func(w *Workload, _ *Entry) string { return w.Source }},
	{"planned_runs", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.Planned) }},
	{"runs", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.Runs) }},
	{"diverged", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.Diverged) }},
	{"unit", func(w *Workload, _ *Entry) string { return string(w.Unit) }},
	{"units", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.Final.N) }},
	{"near_best", func(_ *Workload, e *Entry) string { return strconv.FormatBool(e.NearBest) }},
	{"final_mean", func(_ *Workload, e *Entry) string { return exact(e.Final.Mean) }},
	{"final_sd", func(_ *Workload, e *Entry) string { return exact(e.Final.SD) }},
	{"final_low", func(_ *Workload, e *Entry) string { return exact(e.Final.Interval.Low) }},
	{"final_high", func(_ *Workload, e *Entry) string { return exact(e.Final.Interval.High) }},
	{"reached_target", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.Target.Reached) }},
	{"median_steps_to_target", func(_ *Workload, e *Entry) string { return exact(e.Target.Steps) }},
	{"median_epochs_to_target", func(_ *Workload, e *Entry) string { return exact(e.Target.Epochs) }},
	{"median_to_target" + secondsSuffix, func(_ *Workload, e *Entry) string { return exact(e.Target.Seconds) }},
	{"mean_training" + secondsSuffix, func(_ *Workload, e *Entry) string { return exact(e.TrainSeconds) }},
	{"tuning_runs", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.TuningRuns) }},
	{"tuning_diverged", func(_ *Workload, e *Entry) string { return strconv.Itoa(e.TuningDiverged) }},
	{"fixed", func(_ *Workload, e *Entry) string { return strconv.FormatBool(e.Fixed) }},
	{"setting", func(_ *Workload, e *Entry) string { return e.setting() }},
	{"at_edge", func(_ *Workload, e *Entry) string {
		var parts []string
		for _, edge := range e.Edges {
			parts = append(parts, edge.Dimension)
		}
		return strings.Join(parts, " ")
	}},
}

// secondsSuffix is the suffix of columns with times.
const secondsSuffix = "_seconds"

// exact formats v with all its digits, or as "" if it is NaN.
func exact(v float64) string {
	if v != v {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// WriteCSV writes all numbers, with all their digits and in the metric's own unit.
// There is a header and a row for each workload and entry, in the order of the
// plan. Missing numbers are empty. The median time to a target that fewer than
// half of the runs reached is +Inf. Columns with times end in "_seconds". Errors
// are those of w.
func (r *Report) WriteCSV(w io.Writer) error {
	if isnil.Value(w) {
		return errNilWriter
	}
	written := slices.Clone(fields)
	if r.Options.NoTimings {
		written = slices.DeleteFunc(written, func(f field) bool { return strings.HasSuffix(f.name, secondsSuffix) })
	}
	c := csv.NewWriter(w)
	row := make([]string, len(written))
	for i, f := range written {
		row[i] = f.name
	}
	err := c.Write(row)
	for i := range r.Workloads {
		for k := range r.Workloads[i].Entries {
			for j, f := range written {
				row[j] = f.of(&r.Workloads[i], &r.Workloads[i].Entries[k])
			}
			if err == nil {
				err = c.Write(row)
			}
		}
	}
	c.Flush()
	if err == nil {
		err = c.Error()
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
