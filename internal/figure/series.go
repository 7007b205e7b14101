package figure

// Series is a curve through the points (X[i], Y[i]), the points alone, or bars.
//
// A curve has a gap where a coordinate is NaN, infinite, beyond ±1e100 or, on a
// logarithmic axis, below 1e-100. It is clipped at the axes. A series without points
// appears only in the legend.
type Series struct {
	Name string
	X, Y []float64

	// Low and High are an interval about each point: a band behind a curve, or
	// an error bar for points and bars. Both have the length of X or are nil. An
	// interval is omitted if one of its ends cannot be drawn.
	Low, High []float64

	// Style is the drawing style. If zero, Marked.
	Style Style

	// Color n gives the series the default color, marker and dashes of the n-th
	// series of a panel, counted from 1, so that it can look the same in several
	// panels. There are seven colors, which repeat. If zero, n is the position
	// of the series.
	Color int

	// Class, if not empty, is the class of the groups that hold the series and its
	// place in the legend. Only Inline writes it, with the name and the points, which a
	// script can show.
	Class string
}

// Style is the drawing style of a series.
type Style int

const (
	// Marked is a line, with a marker at each point if there are 40 points or
	// fewer. Dashes and markers differ between series.
	Marked Style = iota
	// Solid is a solid line without markers.
	Solid
	// Dashed is a dashed line without markers.
	Dashed
	// Points is a marker at each point and no line.
	Points
	// Path is a trajectory: a thin line with a ring at the first point and a
	// large dot at the last. If there are 500 points or fewer, points that are
	// clear of their neighbors have small dots.
	Path
	// Bars is a bar from zero, or from the end of a logarithmic axis, to each
	// point. The bars of several series are side by side. Together they are as
	// wide as the smallest distance between two X of a series.
	Bars
	// Rings is a ring about each point and no line, to mark points of another series.
	Rings

	styles // the number of styles
)

func (s Style) line() bool { return s != Points && s != Bars && s != Rings }

// Panel is a pair of axes with curves, or a surface. Series are drawn in order. There
// is a legend if a series has a name.
type Panel struct {
	Title, XLabel, YLabel string
	Series                []Series

	// LogX and LogY make an axis logarithmic.
	LogX, LogY bool

	// XRange and YRange are the ranges of the axes. If zero, they hold all
	// series, notes and references or, if there is a contour, exactly its grid.
	XRange, YRange Range

	// XTicks and YTicks are the ticks of the axes; those out of range are
	// omitted. If empty, the ticks are round numbers.
	XTicks, YTicks []Tick

	// Equal gives the units of x and y, or their decades, the same length, by
	// leaving space empty. It has no effect if the panel's aspect ratio would
	// exceed eight. It is an error if only one axis is logarithmic.
	Equal bool

	// Horizontal and Vertical are lines across the panel, behind the series.
	Horizontal, Vertical []Reference

	// Notes are texts at points of the panel.
	Notes []Note

	// Contour, if not nil, is drawn behind everything else.
	Contour *Contour

	// Surface, if not nil, replaces the axes. Series are drawn on the surface, at
	// its height over (X, Y), and are not hidden by it. Bars, Low and High, and
	// the fields of Panel for axes are errors.
	Surface *Surface
}

// Range is the range of an axis. An infinite end is chosen from the data.
type Range struct{ Min, Max float64 }

// Tick is a tick of an axis.
type Tick struct {
	At    float64
	Label string
}

// Reference is a line at a value of an axis. Its label is inside the panel, at the
// end of the line, or with InLegend in the legend, where it covers no curve.
type Reference struct {
	At       float64
	Label    string
	InLegend bool
}

// Note is a text beside a point of the panel, on the side where it covers the least.
// If Dot is set, the point has a small black dot. Notes outside the axes are omitted.
type Note struct {
	X, Y float64
	Text string
	Dot  bool

	Class string // of its group, as for a Series
}
