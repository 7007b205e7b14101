package report

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/figure"
)

// maxRows is the maximum number of entries in a panel of points.
const maxRows = 14

// scorePoints draws the score of every study or seed.
func (w *Workload) scorePoints(swap bool) sketch {
	if len(w.best) == 0 {
		return sketch{}
	}
	var all []float64
	for _, i := range w.best {
		all = append(all, w.finals(i)...)
	}
	a := w.metricAxis(all, w.Failure).swap(swap)
	s := sketch{Figure: figure.Figure{Title: "Final " + clean(w.Metric) + " of every " + string(w.Unit) + " on " + clean(w.Name)}}
	s.Caption = fmt.Sprintf("The final %s of every %s: a point each, with the best mean at the top. The dot above the points is the mean and the bar its interval.", clean(w.Metric), string(w.Unit))
	if diverged := w.divergedRuns(); diverged > 0 {
		s.Caption += fmt.Sprintf(" %s diverged and %s as an untrained model.", plural(diverged, "run"), pick(diverged, "counts", "count"))
	}
	for _, rows := range slices.Collect(slices.Chunk(w.best, maxRows)) {
		s.Panels = append(s.Panels, w.scorePanel(rows, a))
	}
	if top := w.closeUp(a); len(s.Panels) == 1 && top != (figure.Range{}) {
		zoom := w.scorePanel(w.betterHalf(), a)
		s.Panels[0].Title, zoom.Title = "All", "Close-up of the best"
		zoom.XRange = top
		s.Panels = append(s.Panels, zoom)
	}
	return s
}

// finals returns the scores of an entry, for display.
func (w *Workload) finals(i int) (v []float64) {
	for _, score := range w.Entries[i].Scores {
		if !math.IsNaN(score) {
			v = append(v, w.shown(score))
		}
	}
	return v
}

func (w *Workload) divergedRuns() (n int) {
	for _, e := range w.Entries {
		n += e.Diverged
	}
	return n
}

// scorePanel draws the points of some entries, from the top.
func (w *Workload) scorePanel(entries []int, a axis) figure.Panel {
	p := figure.Panel{XLabel: w.label("final"), LogX: a.log, XRange: a.span(false), YRange: figure.Range{Min: -.6, Max: float64(len(entries)) - .1}}
	offset := min(.4, .05*(float64(len(entries))+.5)) // a constant length on the page
	for k, i := range entries {
		e := &w.Entries[i]
		row := float64(len(entries) - 1 - k)
		name := w.name(i)
		if e.Diverged > 0 {
			name += fmt.Sprintf(" (%d/%d diverged)", e.Diverged, e.Runs)
		}
		p.YTicks = append(p.YTicks, figure.Tick{At: row, Label: name})
		points := w.finals(i)
		p.Series = append(p.Series, figure.Series{X: points, Y: same(row, len(points)), Style: figure.Points, Color: e.place + 1, Class: e.class()})
		above := row + offset
		if !math.IsNaN(e.Final.Interval.Low) {
			p.Series = append(p.Series, figure.Series{
				X: []float64{w.shown(e.Final.Interval.Low), w.shown(e.Final.Interval.High)}, Y: []float64{above, above}, Style: figure.Solid, Color: e.place + 1, Class: e.class(),
			})
		}
		if e.Final.N > 0 {
			p.Notes = append(p.Notes, figure.Note{X: w.shown(e.Final.Mean), Y: above, Dot: true, Class: e.class()})
		}
	}
	return p
}

// closeUp returns the range of the better half of the entries if it is a small
// part of the axis, or else zero.
func (w *Workload) closeUp(a axis) figure.Range {
	var v []float64
	for _, i := range w.betterHalf() {
		v = append(v, w.finals(i)...)
	}
	if len(w.best) < 3 || len(v) == 0 || a.log {
		return figure.Range{}
	}
	low, high := slices.Min(v), slices.Max(v)
	if high-low > math.Abs(a.best-a.worst)/4 {
		return figure.Range{}
	}
	room := float64((high - low) / 4)
	return rangeOf(low-room, high+room)
}

func (w *Workload) betterHalf() []int { return w.best[:(len(w.best)+1)/2] }

func same(v float64, n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = v
	}
	return all
}

func pick(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
