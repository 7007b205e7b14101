// Package figure draws curves into SVG and PNG files.
//
// A figure is one or more panels, two side by side. Each has a title, a
// legend above the data and never over them, and axes with round numbers;
// an axis of whole numbers, such as epochs, has ticks at whole numbers only.
// Colours are those of Okabe and Ito, which people with any colour vision
// tell apart, and series differ in their markers and dashes besides.
package figure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"descent/internal/atomicfile"
)

// Series is a curve through the points (X[i], Y[i]).
//
// Where a coordinate is NaN, infinite or beyond 1e100 the curve has a gap. A
// series without a point is in the legend only.
type Series struct {
	Name string
	X, Y []float64
}

// Panel is a pair of axes with its curves. A curve per series is drawn in the
// order given, with a legend if there is a name.
type Panel struct {
	Title, XLabel, YLabel string
	Series                []Series
}

// Format is a kind of file.
type Format string

// The formats, by their file extension.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// FormatOf returns the format that the extension of path stands for, upper or
// lower case. It lets a command refuse a path before the work whose result
// is to be drawn.
func FormatOf(path string) (Format, error) {
	ext := filepath.Ext(path)
	switch f := Format(strings.ToLower(strings.TrimPrefix(ext, "."))); f {
	case SVG, PNG:
		return f, nil
	}
	return "", fmt.Errorf("figure: %s: extension %q: want .svg or .png", path, ext)
}

// Write draws the panels into a file of the format that the extension of path
// stands for: whole or not at all. On an error an older file at path is as it
// was.
func Write(path string, panels ...Panel) error {
	format, err := FormatOf(path)
	if err != nil {
		return err
	}
	if err := check(panels); err != nil {
		return err
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return encode(w, format, panels) })
	if err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

// Encode draws the panels to w. Equal arguments give equal bytes on a machine
// of the same kind.
//
// It is an error if there is no panel, or a series has not as many X as Y.
func Encode(w io.Writer, format Format, panels ...Panel) error {
	if format != SVG && format != PNG {
		return fmt.Errorf("figure: format %q: want svg or png", format)
	}
	if err := check(panels); err != nil {
		return err
	}
	if err := encode(w, format, panels); err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

func check(panels []Panel) error {
	if len(panels) == 0 {
		return errors.New("figure: no panels: want at least one")
	}
	for _, p := range panels {
		for _, s := range p.Series {
			if len(s.X) != len(s.Y) {
				return fmt.Errorf("figure: panel %q: series %q: %d X and %d Y: want as many of both", p.Title, s.Name, len(s.X), len(s.Y))
			}
		}
	}
	return nil
}

// A panel's size, and the dots an inch of a PNG: sharp on a dense screen, and
// 1500 pixels wide with two panels.
const (
	panelWidth  = 4.7 * vg.Inch
	panelHeight = 3.5 * vg.Inch
	dpi         = 160
)

func encode(w io.Writer, format Format, panels []Panel) error {
	columns := min(len(panels), 2)
	rows := (len(panels) + columns - 1) / columns
	width, height := vg.Length(columns)*panelWidth, vg.Length(rows)*panelHeight

	if format == PNG {
		c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
		drawPanels(draw.New(c), panels, rows, columns)
		_, err := c.WriteTo(w)
		return err
	}
	c := vgsvg.New(width, height)
	drawPanels(draw.New(c), panels, rows, columns)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	// Arial has the widths of Liberation Sans, which few machines have.
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(),
		[]byte("font-family:Liberation Sans;"),
		[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")))
	return err
}
