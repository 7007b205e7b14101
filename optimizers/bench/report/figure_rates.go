package report

import (
	"fmt"
	"math"

	"descent/internal/figure"
)

// rateSensitivity draws the metric of every trial against its learning rate.
func (w *Workload) rateSensitivity() sketch {
	tuned, note := w.tunedEntries()
	worst := w.worstTrial()
	metric := func(t Trial) float64 {
		if w.better(worst, t.Mean) {
			return math.NaN() // no better than a diverged trial
		}
		return w.shown(t.Mean)
	}
	var all []float64
	for _, i := range tuned {
		for _, t := range w.Entries[i].trials() {
			all = append(all, metric(t))
		}
	}
	a := w.metricAxis(all, worst)
	if len(tuned) == 0 || math.IsNaN(a.worst) {
		return sketch{}
	}
	edge := a.edge()
	onEdge := false
	s := sketch{Figure: figure.Figure{Title: "Rate sensitivity on " + clean(w.Name)}}
	for _, g := range groups(tuned) {
		p := figure.Panel{XLabel: "learning rate", YLabel: w.label("validation"), LogX: true, LogY: a.log, YRange: a.span(true)}
		var rings []figure.Series
		for _, i := range g {
			e := &w.Entries[i]
			series := figure.Series{Name: w.name(i), Style: figure.Points, Color: i + 1}
			for _, t := range e.trials() {
				v := metric(t)
				if math.IsNaN(v) {
					v, onEdge = edge, true
				}
				if t.Selected {
					rings = append(rings, figure.Series{X: []float64{t.LR}, Y: []float64{v}, Style: figure.Path, Color: i + 1}) // a path of one point is a ring
				}
				series.X, series.Y = append(series.X, t.LR), append(series.Y, v)
			}
			p.Series = append(p.Series, series)
		}
		p.Series = append(p.Series, rings...)
		s.Panels = append(s.Panels, p)
	}
	s.Columns = columnsOf(len(s.Panels))
	s.Caption = fmt.Sprintf("The validation %s of every trial against its learning rate. A ring marks the one that a study selected. Trials that ended early show what they had reached then. "+
		"Other fields of the search space differ from point to point.", clean(w.Metric))
	if onEdge {
		s.Caption += " Trials on the dashed line diverged or ended worse than any run started."
		for i := range s.Panels {
			s.Panels[i].Horizontal = []figure.Reference{{At: edge, Label: "diverged"}}
		}
	}
	s.Caption += note
	return s
}
