package optbench

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"descent/internal/byname"
	"descent/optimizers/bench"
)

// printList prints the valid names for the flags.
func (o *options) printList(w io.Writer) error {
	fmt.Fprintln(w, "Workloads (metric, target, epochs, batch):")
	for _, known := range o.Workloads {
		i := known.Info()
		batch := "-"
		if i.Batch > 0 {
			batch = fmt.Sprint(i.Batch)
		}
		fmt.Fprintf(w, "  %-18s %s (%s, %v, %d, %s)\n", i.Name, i.About, i.Metric, i.Target, i.Epochs, batch)
	}
	fmt.Fprintln(w, "\nOptimizers (search space):")
	for _, known := range o.rules() {
		fmt.Fprintf(w, "  %-18s %s\n", known.Name, spaceText(known.Space))
	}
	fmt.Fprintf(w, "\nSchedules:\n  %s\n\nPresets:\n", strings.Join(byname.Schedules(), ", "))
	for _, p := range o.Presets {
		fmt.Fprintf(w, "  %-18s %s\n  %18s -workloads %s -optimizers %s -schedules %s -studies %d -trials %d -tuning-seeds %d -seeds %d\n",
			p.Name, p.About, "", p.Workloads, p.Optimizers, cmp.Or(p.Schedules, "constant"), p.Studies, p.Trials, p.TuningSeeds, p.Seeds)
	}
	return nil
}

func spaceText(s bench.Space) string {
	if len(s) == 0 {
		return "fixed"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = fmt.Sprintf("%s %v..%v", d.Name, d.Low, d.High)
	}
	return strings.Join(parts, ", ")
}
