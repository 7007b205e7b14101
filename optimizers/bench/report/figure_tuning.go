package report

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/optimizers/bench/stats"
)

// expectedBest draws what a search with fewer trials would find on average.
func (w *Workload) expectedBest(swap bool) sketch {
	tuned, note := w.tunedEntries()
	worst := w.worstTrial()
	if math.IsNaN(worst) {
		return sketch{}
	}
	curves := make([]figure.Series, len(w.Entries))
	var all []float64
	for _, i := range tuned {
		var x []float64
		for _, t := range w.Entries[i].trials() {
			x = append(x, t.Mean)
		}
		expected, err := stats.ExpectedBest(x, w.goal(), worst)
		if err != nil {
			continue // the numbers are too large
		}
		s := figure.Series{Name: w.name(i), Color: w.Entries[i].place + 1, Class: w.Entries[i].class()}
		for k, v := range expected {
			s.X, s.Y = append(s.X, float64(k+1)), append(s.Y, w.shown(v))
		}
		curves[i] = s
		all = append(all, s.Y...)
	}
	return w.tuningFigure(tuned, curves, w.metricAxis(all, worst).swap(swap), figure.Figure{Title: "Expected best of k trials on " + clean(w.Name)},
		"trials", "expected validation",
		fmt.Sprintf("The average validation %s of the best of k trials: what a smaller search would find. A trial that diverged or ended worse counts as %s%s, the worst initial value.",
			clean(w.Metric), w.metric(worst), w.percent())+note)
}

// worstTrial returns the metric of a diverged trial: the worst initial metric of
// any tuning run.
func (w *Workload) worstTrial() float64 {
	t := Workload{HeaderWorkload: w.HeaderWorkload, Failure: math.NaN()}
	for i := range w.Entries {
		for _, s := range w.Entries[i].Studies {
			for _, runs := range s.tuned {
				t.fail(runs)
			}
		}
	}
	return t.Failure
}

// tuningFigure distributes curves over panels with the same axis.
func (w *Workload) tuningFigure(entries []int, curves []figure.Series, a axis, f figure.Figure, x, y, caption string) sketch {
	s := sketch{Figure: f, Caption: caption}
	if math.IsNaN(a.worst) {
		return sketch{}
	}
	for _, g := range groups(entries) {
		p := figure.Panel{XLabel: x, YLabel: w.label(y), LogY: a.log, YRange: a.span(false)}
		for _, i := range g {
			p.Series = append(p.Series, curves[i])
		}
		s.Panels = append(s.Panels, p)
	}
	s.Columns = columnsOf(len(s.Panels))
	return s
}
