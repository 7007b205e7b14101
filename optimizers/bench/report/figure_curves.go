package report

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/figure"
	"descent/optimizers/bench"
)

// trainingCurves draws the metric and the training loss against epochs.
func (w *Workload) trainingCurves(swap bool) sketch {
	if len(w.best) == 0 {
		return sketch{}
	}
	var entries []int
	for i := range w.Entries {
		if w.Entries[i].Runs > 0 {
			entries = append(entries, i)
		}
	}
	metric := func(p bench.Point) (float64, bool) { return w.shown(p.Metric), true }
	loss := func(p bench.Point) (float64, bool) { return p.Loss, p.Step > 0 }
	metrics := w.curves(entries, metric, w.Maximize)
	losses := w.curves(entries, loss, false)
	s := sketch{Figure: figure.Figure{Title: "Training curves on " + clean(w.Name)}}
	s.Caption = "Median over the scoring runs; the band is the range from minimum to maximum. A diverged run counts as the worst in the median and leaves the band. The dashed line is the target."
	metricAxis := w.metricAxis(late(metrics), w.Failure).swap(swap)
	lossAxis := lossAxis(late(losses)).swap(swap)
	title, of := "Test ", "test"
	if w.Batch == 0 {
		title, of = "Function ", "function"
	}
	for _, g := range groups(entries) {
		left := figure.Panel{Title: title + clean(w.Metric), XLabel: "epoch", YLabel: w.label(of), LogY: metricAxis.log, YRange: metricAxis.span(false)}
		left.Horizontal = []figure.Reference{{At: w.shown(w.Target), Label: "target", InLegend: true}}
		right := figure.Panel{Title: "Training loss", XLabel: "epoch", YLabel: "training loss", LogY: lossAxis.log, YRange: lossAxis.span(false)}
		for _, i := range g {
			left.Series = append(left.Series, metrics[i])
			right.Series = append(right.Series, losses[i])
		}
		s.Panels = append(s.Panels, left, right)
	}
	return s
}

// curves returns the medians and bands, by entry.
func (w *Workload) curves(entries []int, of func(bench.Point) (float64, bool), up bool) []figure.Series {
	all := make([]figure.Series, len(w.Entries))
	for _, i := range entries {
		e := &w.Entries[i]
		s := figure.Series{Name: w.name(i), Color: e.place + 1, Class: e.class()}
		if e.Diverged > 0 {
			s.Name += fmt.Sprintf(" (%d/%d diverged)", e.Diverged, e.Runs)
		}
		at := map[float64][]float64{} // by epoch
		for _, r := range e.runs() {
			if r == nil {
				continue
			}
			for _, p := range r.Points {
				if v, ok := of(p); ok {
					at[p.Epoch] = append(at[p.Epoch], v)
				}
			}
		}
		epochs := make([]float64, 0, len(at))
		for epoch := range at {
			epochs = append(epochs, epoch)
		}
		slices.Sort(epochs)
		for _, epoch := range epochs {
			v := at[epoch]
			slices.Sort(v)
			s.X, s.Low, s.High = append(s.X, epoch), append(s.Low, v[0]), append(s.High, v[len(v)-1])
			if up {
				slices.Reverse(v)
			}
			s.Y = append(s.Y, medianOf(v, e.Runs))
		}
		all[i] = s
	}
	return all
}

// medianOf returns the median of n values, given only the best of them, in order. It is
// NaN if it is not among these.
func medianOf(v []float64, n int) float64 {
	if n/2 >= len(v) {
		return math.NaN()
	}
	return float64(v[(n-1)/2]/2) + float64(v[n/2]/2)
}

// late returns the values that determine an axis: those from the first epoch on
// or, if there are few, those after the first point.
func late(curves []figure.Series) []float64 {
	from := func(begin float64) (values []float64, points int) {
		for _, s := range curves {
			for k, x := range s.X {
				if x >= begin {
					values = append(values, s.Y[k], s.Low[k], s.High[k])
					points++
				}
			}
		}
		return values, points
	}
	if values, points := from(1); points > 2*len(curves) {
		return values
	}
	values, _ := from(math.SmallestNonzeroFloat64)
	return values
}
