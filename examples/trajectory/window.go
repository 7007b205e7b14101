package main

import (
	"math"

	"descent/internal/figure"
)

// The maximum factors by which a figure is widened to hold a path: one that ends
// lower than it started, and any other. Paths are cut off beyond that, so that a
// diverging run does not hide the rest.
const (
	reachDown = 12
	reachUp   = 3
)

// flattest is the minimum width of an axis, as a fraction of the other, so that
// the valley around a path along one axis is visible.
const flattest = .4

// window returns the axis ranges of a figure of two variables. They hold the
// start, the function's landmark and, within the limits above, all points.
func window(start, landmark []float64, runs []result) (x, y figure.Range) {
	core := [2]figure.Range{}
	for i := range core {
		core[i] = hold(figure.Range{Min: landmark[i], Max: landmark[i]}, start[i])
	}
	core[0], core[1] = widened(core[0], core[1])
	seen := core
	for _, r := range runs {
		for i := range seen {
			limit := stretched(core[i], r.reach())
			for _, point := range r.Points {
				seen[i] = hold(seen[i], min(max(point[i], limit.Min), limit.Max))
			}
		}
	}
	x, y = widened(seen[0], seen[1])
	return margin(x), margin(y)
}

// reach returns the factor by which a figure may be widened for a run.
func (r *result) reach() float64 {
	if n := len(r.Values); n > 0 && r.Error == "" && r.Values[n-1] <= r.Values[0] {
		return reachDown
	}
	return reachUp
}

// widened widens the narrower of two axes to the minimum width.
func widened(x, y figure.Range) (_, _ figure.Range) {
	least := flattest * max(x.Max-x.Min, y.Max-y.Min)
	if least == 0 {
		least = max(1, math.Abs(x.Min)/2, math.Abs(y.Min)/2) // all at one point
	}
	widen := func(r figure.Range) figure.Range {
		if more := (least - (r.Max - r.Min)) / 2; more > 0 {
			r.Min, r.Max = r.Min-more, r.Max+more
		}
		return r
	}
	return widen(x), widen(y)
}

// stretched widens a range about its middle by a factor.
func stretched(r figure.Range, times float64) figure.Range {
	middle, half := r.Min/2+r.Max/2, (r.Max-r.Min)/2*times
	return figure.Range{Min: middle - half, Max: middle + half}
}

// symmetric returns the axis range of a figure of one variable. It is symmetric
// about zero, as the functions are, and holds the points, up to ten times the
// start.
func symmetric(start float64, runs []result) figure.Range {
	limit, far := max(10*math.Abs(start), 1), math.Abs(start)
	for _, r := range runs {
		for _, x := range r.Points {
			far = max(far, min(math.Abs(x[0]), limit))
		}
	}
	if far == 0 {
		far = 1
	}
	return margin(figure.Range{Min: -far, Max: far})
}

// hold widens a range to include a value.
func hold(r figure.Range, v float64) figure.Range {
	return figure.Range{Min: min(r.Min, v), Max: max(r.Max, v)}
}

// extent returns the range of the drawable values, with a margin; zero if there
// are none.
func extent(all []float64) figure.Range {
	r := figure.Range{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, v := range all {
		if math.Abs(v) <= drawable/2 {
			r = hold(r, v)
		}
	}
	if r.Min >= r.Max {
		return figure.Range{}
	}
	return margin(r)
}

// margin adds space at both ends of an axis.
func margin(r figure.Range) figure.Range {
	const share = .08
	more := share * (r.Max - r.Min)
	return figure.Range{Min: r.Min - more, Max: r.Max + more}
}
