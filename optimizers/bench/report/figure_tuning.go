package report

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// expectedBest draws what a search with fewer trials would find on average.
func (w *Workload) expectedBest() sketch {
	tuned, note := w.tunedEntries()
	worst := w.worstTrial()
	if math.IsNaN(worst) {
		return sketch{}
	}
	curves := make([]figure.Series, len(w.Entries))
	var all []float64
	for _, i := range tuned {
		var x []float64
		for _, t := range w.Entries[i].Trials {
			x = append(x, t.Mean)
		}
		expected, err := stats.ExpectedBest(x, w.goal(), worst)
		if err != nil {
			continue // the numbers are too large
		}
		s := figure.Series{Name: w.name(i), Color: i + 1}
		for k, v := range expected {
			s.X, s.Y = append(s.X, float64(k+1)), append(s.Y, w.shown(v))
		}
		curves[i] = s
		all = append(all, s.Y...)
	}
	return w.tuningFigure(tuned, curves, w.metricAxis(all, w.worstTrial()), figure.Figure{Title: "Expected best of k trials on " + clean(w.Name)},
		"trials", "expected validation",
		fmt.Sprintf("The average validation %s of the best of k trials: what a smaller search would find. A trial that diverged or ended worse counts as %s%s, the worst initial value.",
			clean(w.Metric), w.metric(worst), w.percent())+note)
}

// worstTrial returns the metric of a diverged trial: the worst initial metric of
// any tuning run.
func (w *Workload) worstTrial() float64 {
	t := Workload{HeaderWorkload: w.HeaderWorkload, Failure: math.NaN()}
	for i := range w.Entries {
		for _, runs := range w.Entries[i].tuned {
			t.fail(runs)
		}
	}
	return t.Failure
}

// anytime draws the best validation metric so far against the epochs of tuning.
func (w *Workload) anytime() sketch {
	tuned, note := w.tunedEntries()
	curves := make([]figure.Series, len(w.Entries))
	var all []float64
	for _, i := range tuned {
		s := figure.Series{Name: w.name(i), Color: i + 1}
		spent, best := 0., math.NaN()
		for _, trial := range w.Entries[i].tuned {
			for _, run := range trial {
				if run != nil {
					spent, best = w.spend(run, spent, best, &s)
				}
			}
		}
		curves[i] = s
		for k, x := range s.X {
			if x >= 1 { // the first epoch does not determine the axis
				all = append(all, s.Y[k])
			}
		}
	}
	return w.tuningFigure(tuned, curves, w.metricAxis(all, w.worstTrial()), figure.Figure{Title: "Best so far against epochs on " + clean(w.Name)},
		"epochs of training, all trials", "best validation",
		fmt.Sprintf("The best validation %s so far against the total epochs of tuning, with the trials in the order in which they were drawn. "+
			"A diverged run counts with its epochs up to its last measurement.", clean(w.Metric))+note)
}

// spend adds a run to a curve of the best metric so far, as a step function.
func (w *Workload) spend(run *bench.Record, spent, best float64, s *figure.Series) (float64, float64) {
	end := spent
	for _, p := range run.Points {
		end = spent + p.Epoch
		if !math.IsNaN(best) {
			s.X, s.Y = append(s.X, end), append(s.Y, w.shown(best))
		}
		if w.better(p.Metric, best) {
			best = p.Metric
			s.X, s.Y = append(s.X, end), append(s.Y, w.shown(best))
		}
	}
	return end, best
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
