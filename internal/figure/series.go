package figure

// Series is a curve through the points (X[i], Y[i]), or those points, or bars.
//
// Where a coordinate is NaN, infinite, beyond 1e100 or, on a logarithmic axis,
// below 1e-100, the curve has a gap. What lies outside the axes is cut off. A
// series without a point is in the legend only.
type Series struct {
	Name string
	X, Y []float64

	// Low and High, of the length of X or both nil, are an interval about each
	// point: a band behind a curve, an error bar through points and bars. It
	// is left out where one of the two cannot be drawn.
	Low, High []float64

	// Style is how the series is drawn; if zero, Marked.
	Style Style

	// Color n, from 1, gives the series the colour, the marker and the dashes
	// that the n-th series of a panel has by itself, so that it can look the
	// same in several panels. There are seven colours, after which they
	// repeat. If zero, the series' own place counts.
	Color int
}

// Style is a way to draw a series.
type Style int

const (
	// Marked is a line with a marker at each point, if there are no more than
	// 40. Dashes and markers differ from series to series.
	Marked Style = iota
	// Solid is a solid line without markers.
	Solid
	// Dashed is a dashed line without markers.
	Dashed
	// Points is a marker at each point and no line.
	Points
	// Path is a trajectory: a thin line with a small dot at each point that is
	// clear of its neighbours, if there are no more than 500, a ring at the
	// first and a large dot at the last.
	Path
	// Bars is a bar from zero, or from the end of a logarithmic axis, to each
	// point. The Bars of a panel stand side by side, as wide together as the
	// smallest distance of two X of one of them.
	Bars

	styles // how many there are
)

func (s Style) line() bool { return s != Points && s != Bars }

// Panel is a pair of axes with its curves, or a surface. A curve per series is
// drawn in the order given, with a legend if there is a name.
type Panel struct {
	Title, XLabel, YLabel string
	Series                []Series

	// LogX and LogY make an axis logarithmic.
	LogX, LogY bool

	// XRange and YRange are the ends of the axes. If zero, they are chosen to
	// hold all series, notes and references or, if there is one, the grid of
	// the contour and nothing else.
	XRange, YRange Range

	// XTicks and YTicks are the marks of the axes, those within the range; if
	// empty, round numbers.
	XTicks, YTicks []Tick

	// Equal makes a unit of x as long as a unit of y, or a decade as long as
	// a decade, by leaving room empty, unless that made the panel more than
	// eight times as long as wide or high. It is an error if one axis alone
	// is logarithmic.
	Equal bool

	// Horizontal and Vertical are lines right across the panel, behind the
	// series.
	Horizontal, Vertical []Reference

	// Notes are texts at points of the panel.
	Notes []Note

	// Contour, if not nil, is drawn behind everything else.
	Contour *Contour

	// Surface, if not nil, takes the place of the axes. Series are drawn on
	// the surface, at its height over (X, Y), and are not hidden by it; those
	// of style Bars, and Low and High, are an error, as are the fields of
	// Panel that concern axes.
	Surface *Surface
}

// Range is the two ends of an axis. An infinite end is chosen by the data.
type Range struct{ Min, Max float64 }

// Tick is a mark of an axis.
type Tick struct {
	At    float64
	Label string
}

// Reference is a line at one value of an axis. Its label stands inside the
// panel, at the end of the line.
type Reference struct {
	At    float64
	Label string
}

// Note is a text beside a point of the panel, on the side where it covers
// least. If Dot is set the point has a small black dot. A note outside the
// axes is left out.
type Note struct {
	X, Y float64
	Text string
	Dot  bool
}
