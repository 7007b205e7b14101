package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// interval returns the places of the i-th Low and High, if both have one.
func (s *Series) interval(y scale, i int) (low, high float64, ok bool) {
	if s.Low == nil {
		return 0, 0, false
	}
	low, high = y.at(s.Low[i]), y.at(s.High[i])
	return low, high, low == low && high == high
}

// band fills the area between Low and High.
type band struct {
	look
	pieces [][]point // each up along High and back along Low
}

func newBand(s *Series, i int, t transform) band {
	b := band{look: lookOf(s, i)}
	if s.Low == nil || !s.Style.line() {
		return b
	}
	var lows, highs []point
	end := func() {
		for k := len(lows) - 1; k >= 0; k-- {
			highs = append(highs, lows[k])
		}
		if len(lows) > 1 {
			b.pieces = append(b.pieces, highs)
		}
		lows, highs = nil, nil
	}
	for k := range s.X {
		x := t.x.at(s.X[k])
		low, high, ok := s.interval(t.y, k)
		if !ok || x != x {
			end()
			continue
		}
		lows, highs = append(lows, point{x, low}), append(highs, point{x, high})
	}
	end()
	return b
}

func (b band) Plot(c draw.Canvas, axes *plot.Plot) {
	for _, polygon := range onCanvas(c, axes, b.pieces) {
		c.FillPolygon(b.shade, clipPolygon(c.Rectangle, polygon))
	}
}

// whiskers draws an interval as a line with short ends.
type whiskers struct {
	look
	lines [][]point // from Low to High
}

func newWhiskers(s *Series, i int, t transform, shift float64) whiskers {
	w := whiskers{look: lookOf(s, i)}
	w.line.Width = vg.Points(1.1)
	if s.Style == Bars {
		w.line.Color = ink // visible on the bar too
	}
	if s.Low == nil || s.Style.line() {
		return w
	}
	for k := range s.X {
		p, ok := t.at(s.X[k], s.Y[k])
		low, high, drawn := s.interval(t.y, k)
		if ok && drawn {
			w.lines = append(w.lines, []point{{p.x + shift, low}, {p.x + shift, high}})
		}
	}
	return w
}

func (w whiskers) Plot(c draw.Canvas, axes *plot.Plot) {
	const half = vg.Length(2.5)
	for _, l := range onCanvas(c, axes, w.lines) {
		c.StrokeLines(w.line, clipLine(c.Rectangle, l)...)
		for _, p := range l {
			if within(c.Rectangle, p) {
				end := []vg.Point{{X: p.X - half, Y: p.Y}, {X: p.X + half, Y: p.Y}}
				c.StrokeLines(w.line, clipLine(c.Rectangle, end)...)
			}
		}
	}
}
