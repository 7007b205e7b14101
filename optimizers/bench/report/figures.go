package report

import (
	"bytes"
	"fmt"
	"html/template"
	"math"
	"slices"

	"descent/internal/figure"
)

// drawing is a figure on the page.
type drawing struct {
	SVG     template.HTML
	Swapped template.HTML // with linear for logarithmic axes of values, and the reverse; or ""
	Caption string
	Wide    bool // several panels
}

// sketch is a figure before it is drawn.
type sketch struct {
	figure.Figure
	Caption string
}

// figures draws the figures of a workload.
func (w *Workload) figures() ([]drawing, error) {
	return draw(w.trainingCurves, w.scorePoints, w.rateSensitivity, w.expectedBest, w.fieldSensitivity)
}

// draw draws the sketches that are not empty, and those with the other axes.
func draw(sketches ...func(swap bool) sketch) (all []drawing, err error) {
	for _, of := range sketches {
		s, other := of(false), of(true)
		if len(s.Panels) == 0 {
			continue
		}
		var b [2]bytes.Buffer
		if err := s.Inline(&b[0]); err != nil {
			return nil, err
		}
		if s.swapped(other) {
			if err := other.Inline(&b[1]); err != nil {
				return nil, err
			}
		}
		all = append(all, drawing{template.HTML(b[0].String()), template.HTML(b[1].String()), s.Caption, len(s.Panels) > 1}) // our own drawing
	}
	return all, nil
}

// swapped reports whether another sketch has other kinds of axes.
func (s sketch) swapped(other sketch) bool {
	for i := range s.Panels {
		if s.Panels[i].LogX != other.Panels[i].LogX || s.Panels[i].LogY != other.Panels[i].LogY {
			return true
		}
	}
	return false
}

// A panel has up to crowd curves. More curves go to several panels of few.
const (
	crowd = 6
	few   = 4
)

// groups distributes entries over panels, in order.
func groups(entries []int) [][]int {
	if len(entries) <= crowd {
		return [][]int{entries}
	}
	return slices.Collect(slices.Chunk(entries, few))
}

// columnsOf returns the number of panels side by side.
func columnsOf(panels int) int {
	if panels > 2 {
		return 3
	}
	return panels
}

// shown converts a metric for display: a fraction becomes a percentage.
func (w *Workload) shown(v float64) float64 {
	if w.Percent {
		return 100 * v
	}
	return v
}

// label names an axis of the metric.
func (w *Workload) label(of string) string { return of + w.unit(" "+clean(w.Metric)) }

// axis is the scale for values. Values worse than worst are outside.
type axis struct {
	log         bool
	best, worst float64 // NaN without any values
	up          bool    // larger is better
}

// largest is the maximum of an axis, with some distance to the limit of figures.
const largest = 1e90

// wide is the minimum ratio of values for a logarithmic axis.
const wide = 30

// axisOf chooses an axis for values. up means that larger values are better.
func axisOf(values []float64, up bool) axis {
	a := axis{best: math.NaN(), worst: math.NaN(), up: up}
	v := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !(math.Abs(v) < largest) })
	if len(v) == 0 {
		return a
	}
	a.worst, a.best = slices.Min(v), slices.Max(v)
	a.log = a.worst > 1/largest && a.best/a.worst > wide
	if !up {
		a.worst, a.best = a.best, a.worst
	}
	return a
}

// swap makes a linear axis logarithmic, if all of it is positive, or the reverse.
func (a axis) swap(on bool) axis {
	if on && min(a.best, a.worst) > 1/largest { // false for NaN
		a.log = !a.log
	}
	return a
}

// metricAxis returns an axis for displayed metrics. It ignores metrics worse than
// bound, so that a nearly diverged run does not squeeze the others.
func (w *Workload) metricAxis(values []float64, bound float64) axis {
	bound = w.shown(bound)
	a := axisOf(slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return w.better(bound, v) }), w.Maximize)
	a.log = a.log && !w.Percent
	return a
}

// lossAxis returns an axis for losses. It ignores losses far above the median.
func lossAxis(values []float64) axis {
	const far = 1e4
	v := slices.Sorted(slices.Values(values))
	if len(v) == 0 {
		return axisOf(v, false)
	}
	// Use differences, as losses may be zero or negative.
	usual := v[len(v)/2]
	limit := far * (usual - v[0])
	return axisOf(slices.DeleteFunc(v, func(v float64) bool { return limit > 0 && v-usual > limit }), false)
}

// past returns a value beyond to, by a fraction of the distance between from and
// to.
func (a axis) past(from, to, share float64) float64 {
	if a.log {
		return to * math.Pow(to/from, share)
	}
	return to + float64(share*(to-from))
}

// edge returns a position at the worse end for trials without a value.
func (a axis) edge() float64 {
	if a.best != a.worst {
		return a.past(a.best, a.worst, .09)
	}
	step := max(math.Abs(a.worst)/10, 1e-3)
	if a.up {
		step = -step
	}
	return a.worst + step
}

// span returns the range of the axis, with a margin at both ends and, if room is
// set, a wider one at the worse end. It is zero, which leaves the range to the
// figure, if the values are all about equal.
func (a axis) span(room bool) figure.Range {
	end := .04
	if room {
		end = .14
	}
	low, high := a.past(a.worst, a.best, .04), a.past(a.best, a.worst, end)
	return rangeOf(min(low, high), max(low, high))
}

func rangeOf(low, high float64) figure.Range {
	const narrow = 1e-8
	if !(high-low > narrow*max(math.Abs(low), math.Abs(high)) && high-low > 1/largest) {
		return figure.Range{}
	}
	return figure.Range{Min: low, Max: high}
}

// tunedEntries returns the entries with trials, and a note that names the fixed
// ones.
func (w *Workload) tunedEntries() (tuned []int, note string) {
	tuned, fixed := w.tuned()
	if len(fixed) > 0 && len(tuned) > 0 {
		note = fmt.Sprintf(" Without %s, which had fixed settings.", list(fixed))
	}
	return tuned, note
}
