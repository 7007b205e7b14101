package figure

import (
	"errors"
	"fmt"
	"math"
)

// check returns an error if the figure cannot be drawn.
func (f *Figure) check() error {
	if len(f.Panels) == 0 {
		return errors.New("figure: no panels: want 1 or more")
	}
	if f.Columns < 0 {
		return fmt.Errorf("figure: Columns = %d: want 0 or more", f.Columns)
	}
	for i := range f.Panels {
		p := &f.Panels[i]
		if err := p.check(); err != nil {
			return fmt.Errorf("figure: panel %q: %w", p.Title, err)
		}
	}
	return nil
}

func (p *Panel) check() error {
	for i := range p.Series {
		if err := p.Series[i].check(); err != nil {
			return fmt.Errorf("series %q: %w", p.Series[i].Name, err)
		}
	}
	if err := p.XRange.check(p.LogX); err != nil {
		return fmt.Errorf("x range %w", err)
	}
	if err := p.YRange.check(p.LogY); err != nil {
		return fmt.Errorf("y range %w", err)
	}
	if p.Equal && p.LogX != p.LogY {
		return fmt.Errorf("equal units with LogX = %t and LogY = %t: want equal values", p.LogX, p.LogY)
	}
	if p.Contour != nil {
		if err := p.Contour.check(); err != nil {
			return fmt.Errorf("contour: %w", err)
		}
	}
	if p.Surface == nil {
		return nil
	}
	if err := p.Surface.check(); err != nil {
		return fmt.Errorf("surface: %w", err)
	}
	return p.checkOnSurface()
}

// checkOnSurface rejects fields that a panel with a surface does not support.
func (p *Panel) checkOnSurface() error {
	for _, c := range []struct {
		set  bool
		name string
	}{
		{p.LogX, "LogX"},
		{p.LogY, "LogY"},
		{p.XRange != Range{}, "XRange"},
		{p.YRange != Range{}, "YRange"},
		{len(p.XTicks) > 0, "XTicks"},
		{len(p.YTicks) > 0, "YTicks"},
		{p.Equal, "Equal"},
		{len(p.Horizontal) > 0, "Horizontal"},
		{len(p.Vertical) > 0, "Vertical"},
		{len(p.Notes) > 0, "Notes"},
		{p.Contour != nil, "Contour"},
	} {
		if c.set {
			return fmt.Errorf("%s and a surface: want one of them", c.name)
		}
	}
	for i := range p.Series {
		if s := &p.Series[i]; s.Style == Bars || len(s.Low) > 0 {
			return fmt.Errorf("series %q: bars or an interval on a surface: want lines or points", s.Name)
		}
	}
	return nil
}

func (s *Series) check() error {
	if len(s.X) != len(s.Y) {
		return fmt.Errorf("%d X and %d Y: want equal lengths", len(s.X), len(s.Y))
	}
	if n := len(s.X); (s.Low != nil || s.High != nil) && (len(s.Low) != n || len(s.High) != n) {
		return fmt.Errorf("%d X, %d Low and %d High: want equal lengths, or no Low and High", n, len(s.Low), len(s.High))
	}
	if s.Style < 0 || s.Style >= styles {
		return fmt.Errorf("style %d: want one of the constants", s.Style)
	}
	if s.Color < 0 {
		return fmt.Errorf("color %d: want 0 or more", s.Color)
	}
	return nil
}

func (r Range) check(log bool) error {
	if r == (Range{}) {
		return nil
	}
	least, want := -limit, fmt.Sprintf("within ±%g", limit)
	if log {
		least, want = 1/limit, fmt.Sprintf("within [%g, %g]", 1/limit, limit)
	}
	outside := func(v float64) bool { return !math.IsInf(v, 0) && (v < least || v > limit) }
	switch {
	case !(r.Min < r.Max) || math.IsInf(r.Min, 1) || math.IsInf(r.Max, -1):
		return fmt.Errorf("%g to %g: want ascending", r.Min, r.Max)
	case outside(r.Min) || outside(r.Max):
		return fmt.Errorf("%g to %g: want %s", r.Min, r.Max, want)
	case !math.IsInf(r.Max-r.Min, 0) && narrow(r.Min, r.Max):
		return fmt.Errorf("%g to %g: want wider", r.Min, r.Max)
	}
	return nil
}

func (c *Contour) check() error {
	if err := checkGrid(c.X, c.Y, c.Z); err != nil {
		return err
	}
	return ascending("Levels", c.Levels)
}

func (s *Surface) check() error {
	if err := checkGrid(s.X, s.Y, s.Z); err != nil {
		return err
	}
	if math.IsNaN(s.Azimuth) || math.IsInf(s.Azimuth, 0) {
		return fmt.Errorf("azimuth %g: want a finite number", s.Azimuth)
	}
	if (s.Azimuth != 0 || s.Elevation != 0) && !(s.Elevation > 0 && s.Elevation < 90) {
		return fmt.Errorf("elevation %g: want (0, 90)", s.Elevation)
	}
	return nil
}

func checkGrid(x, y []float64, z [][]float64) error {
	if len(x) < 2 || len(y) < 2 {
		return fmt.Errorf("%d X and %d Y: want 2 or more of each", len(x), len(y))
	}
	if err := ascending("X", x); err != nil {
		return err
	}
	if err := ascending("Y", y); err != nil {
		return err
	}
	for _, side := range []struct {
		name   string
		values []float64
	}{{"X", x}, {"Y", y}} {
		first, last := side.values[0], side.values[len(side.values)-1]
		if narrow(first, last) {
			return fmt.Errorf("%s from %g to %g: want wider", side.name, first, last)
		}
	}
	if len(z) != len(y) {
		return fmt.Errorf("%d rows of Z and %d Y: want equal numbers", len(z), len(y))
	}
	for j, row := range z {
		if len(row) != len(x) {
			return fmt.Errorf("%d values in Z[%d] and %d X: want equal numbers", len(row), j, len(x))
		}
	}
	return nil
}

func ascending(name string, v []float64) error {
	for i := range v {
		if !drawable(v[i], 0) {
			return fmt.Errorf("%s[%d] = %g: want within ±%g", name, i, v[i], limit)
		}
		if i > 0 && v[i] <= v[i-1] {
			return fmt.Errorf("%s[%d] = %g after %g: want ascending", name, i, v[i], v[i-1])
		}
	}
	return nil
}
