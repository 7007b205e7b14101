// Package figure draws curves, contours and surfaces into SVG and PNG files and
// HTML pages.
//
// A figure is one or more panels, two side by side unless more are asked for.
// Each has a title, a legend above the data and never over them, and axes with
// round numbers; an axis of whole numbers, such as epochs, has ticks at whole
// numbers only.
// Colours are those of Okabe and Ito, which people with any colour vision
// tell apart, and series differ in their markers and dashes besides.
package figure

import (
	"bytes"
	"cmp"
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

// Figure is panels side by side, Columns in a row.
type Figure struct {
	// Title says what the figure is about to those who do not see it. If
	// empty, it is the titles of the panels. Only Inline writes it.
	Title   string
	Panels  []Panel
	Columns int // if zero, two
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
	return Figure{Panels: panels}.Write(path)
}

// Encode draws the panels to w. Equal arguments give equal bytes on a machine
// of the same kind.
//
// It is an error if there is no panel, or a series has not as many X as Y.
func Encode(w io.Writer, format Format, panels ...Panel) error {
	return Figure{Panels: panels}.Encode(w, format)
}

// Write is the function [Write] for a figure.
func (f Figure) Write(path string) error {
	format, err := FormatOf(path)
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return f.encode(w, format) })
	if err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

// Encode is the function [Encode] for a figure.
//
// Errors besides those are lengths that do not agree, a range or a grid that
// does not ascend, and a constant or a number that is none of those
// documented.
func (f Figure) Encode(w io.Writer, format Format) error {
	if format != SVG && format != PNG {
		return fmt.Errorf("figure: format %q: want svg or png", format)
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := f.encode(w, format); err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

// A panel's size, that of one in a row of three or more, and the dots an inch
// of a PNG: sharp on a dense screen, and 1500 pixels wide with two panels.
const (
	panelWidth   = 4.7 * vg.Inch
	panelHeight  = 3.5 * vg.Inch
	narrowWidth  = 3.6 * vg.Inch
	narrowHeight = 3 * vg.Inch
	dpi          = 160
)

// layout returns the rows and columns and the size of the figure.
func (f *Figure) layout() (rows, columns int, width, height vg.Length) {
	columns = min(len(f.Panels), cmp.Or(f.Columns, 2))
	rows = (len(f.Panels) + columns - 1) / columns
	width, height = panelWidth, panelHeight
	if columns > 2 {
		width, height = narrowWidth, narrowHeight
	}
	return rows, columns, vg.Length(columns) * width, vg.Length(rows) * height
}

func (f *Figure) encode(w io.Writer, format Format) error {
	if format == SVG {
		_, err := w.Write(f.svg())
		return err
	}
	rows, columns, width, height := f.layout()
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))}
	drawPanels(draw.New(c), f.Panels, rows, columns)
	_, err := c.WriteTo(w)
	return err
}

func (f *Figure) svg() []byte {
	rows, columns, width, height := f.layout()
	c := vgsvg.New(width, height)
	drawPanels(draw.New(c), f.Panels, rows, columns)
	var b bytes.Buffer
	_, _ = c.WriteTo(&b) // a buffer takes everything
	return fitFonts(b.Bytes())
}
