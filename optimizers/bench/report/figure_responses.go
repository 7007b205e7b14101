package report

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/figure"
	"descent/optimizers/bench"
)

// response is what trials are drawn against.
type response struct {
	label   string
	log     bool
	entries []int
	at      func(e *Entry, t Trial) float64
}

// rateSensitivity draws the metric of every trial against its learning rate.
func (w *Workload) rateSensitivity(swap bool) sketch {
	tuned, note := w.tunedEntries()
	s := w.responses([]response{{"learning rate", true, tuned, func(_ *Entry, t Trial) float64 { return t.LR }}}, swap)
	s.Title = "Rate sensitivity on " + clean(w.Name)
	s.Caption = fmt.Sprintf("The validation %s of every trial of all studies against its learning rate.", clean(w.Metric)) + s.Caption + note
	return s
}

// fieldSensitivity draws the metric of every trial against each of the other fields of
// the search spaces, in a panel each.
func (w *Workload) fieldSensitivity(swap bool) sketch {
	var all []response
	var seen []bench.Dimension // without ranges
	tuned, _ := w.tunedEntries()
	for _, i := range tuned {
		for _, d := range w.Entries[i].Space {
			kind := bench.Dimension{Name: d.Name, Log: d.Log, FromOne: d.FromOne}
			if d.Name == "lr" || slices.Contains(seen, kind) {
				continue
			}
			seen = append(seen, kind)
			all = append(all, w.response(kind, tuned))
		}
	}
	s := w.responses(all, swap)
	s.Title = "Response to the other hyperparameters on " + clean(w.Name)
	s.Caption = fmt.Sprintf("The validation %s of every trial of all studies against each of its other values.", clean(w.Metric)) + s.Caption
	return s
}

// response collects the entries that have a dimension.
func (w *Workload) response(kind bench.Dimension, tuned []int) response {
	in := func(e *Entry) int {
		return slices.IndexFunc(e.Space, func(d bench.Dimension) bool {
			return d.Name == kind.Name && d.Log == kind.Log && d.FromOne == kind.FromOne
		})
	}
	r := response{label: clean(kind.Name), log: kind.Log || kind.FromOne}
	if kind.FromOne {
		r.label = "1 − " + r.label
	}
	for _, i := range tuned {
		if in(&w.Entries[i]) >= 0 {
			r.entries = append(r.entries, i)
		}
	}
	r.at = func(e *Entry, t Trial) float64 {
		v := t.Values[in(e)]
		if kind.FromOne {
			return 1 - v
		}
		return v
	}
	return r
}

// responses draws a panel for each response, on one axis of the metric.
func (w *Workload) responses(all []response, swap bool) sketch {
	worst := w.worstTrial()
	metric := func(t Trial) float64 {
		if w.better(worst, t.Mean) {
			return math.NaN() // no better than a diverged trial
		}
		return w.shown(t.Mean)
	}
	var values []float64
	tuned, _ := w.tunedEntries()
	for _, i := range tuned {
		for _, t := range w.Entries[i].trials() {
			values = append(values, metric(t))
		}
	}
	a := w.metricAxis(values, worst).swap(swap)
	if math.IsNaN(a.worst) {
		return sketch{}
	}
	edge, onEdge := a.edge(), false
	var s sketch
	for _, r := range all {
		for _, g := range groups(r.entries) {
			p := figure.Panel{XLabel: r.label, YLabel: w.label("validation"), LogX: r.log, LogY: a.log, YRange: a.span(true)}
			var rings []figure.Series
			for _, i := range g {
				e := &w.Entries[i]
				points := figure.Series{Name: w.name(i), Style: figure.Points, Color: e.place + 1, Class: e.class()}
				ring := figure.Series{Style: figure.Rings, Color: points.Color, Class: points.Class}
				for _, t := range e.trials() {
					x, v := r.at(e, t), metric(t)
					if math.IsNaN(v) {
						v, onEdge = edge, true
					}
					if t.Selected {
						ring.X, ring.Y = append(ring.X, x), append(ring.Y, v)
					}
					points.X, points.Y = append(points.X, x), append(points.Y, v)
				}
				p.Series, rings = append(p.Series, points), append(rings, ring)
			}
			p.Series = append(p.Series, rings...)
			s.Panels = append(s.Panels, p)
		}
	}
	s.Columns = columnsOf(len(s.Panels))
	s.Caption = " A ring marks the one that a study selected. Trials that ended early show what they had reached then. Other values differ from point to point."
	if onEdge {
		s.Caption += " Trials on the dashed line diverged or ended worse than any run started."
		for i := range s.Panels {
			s.Panels[i].Horizontal = []figure.Reference{{At: edge, Label: "diverged", InLegend: true}}
		}
	}
	return s
}
