package report

import (
	"fmt"
	"math"

	"descent/internal/figure"
	"descent/optimizers/bench"
	"descent/optimizers/bench/stats"
)

// expectedBest shows what a search of fewer trials would have found on average.
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
			continue // numbers too large to compute with
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
		fmt.Sprintf("The validation %s that the best of k trials has on average: what a smaller search would have found. A trial that diverged or ended worse counts as %s%s, the worst with which any began.",
			clean(w.Metric), w.metric(worst), w.percent())+note)
}

// worstTrial is what a diverged trial counts as: the worst with which any tuning
// run began.
func (w *Workload) worstTrial() float64 {
	t := Workload{HeaderWorkload: w.HeaderWorkload, Failure: math.NaN()}
	for i := range w.Entries {
		for _, runs := range w.Entries[i].tuned {
			t.fail(runs)
		}
	}
	return t.Failure
}

// anytime shows the best validation metric so far against the epochs spent.
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
			if x >= 1 { // the axis is not for how the first epoch went
				all = append(all, s.Y[k])
			}
		}
	}
	return w.tuningFigure(tuned, curves, w.metricAxis(all, w.worstTrial()), figure.Figure{Title: "Best so far against epochs on " + clean(w.Name)},
		"epochs of training, all trials", "best validation",
		fmt.Sprintf("The best validation %s seen so far, against all epochs of tuning, trial after trial in the order in which they were drawn. "+
			"A run that diverged took the epochs until its last measurement.", clean(w.Metric))+note)
}

// spend adds a run to a curve of the best so far, as stairs.
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

// tuningFigure spreads curves over panels of one axis.
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
