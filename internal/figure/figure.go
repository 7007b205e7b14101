// Package figure draws curves, contours and surfaces as SVG, PNG and HTML.
//
// A figure has one or more panels, by default two side by side. A panel has a
// title, a legend above the data, and axes with round numbers. If all numbers of an
// axis are whole, such as epochs, so are its ticks. The colors are those of Okabe
// and Ito, which are distinct for all kinds of color vision. Series also differ in
// markers and dashes.
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

// Figure is a grid of panels.
type Figure struct {
	// Title describes the figure to people who cannot see it. If empty, it is
	// the titles of the panels. Only Inline writes it.
	Title   string
	Panels  []Panel
	Columns int // panels per row; if zero, two
}

// Format is a file format.
type Format string

// The formats, named by their file extensions.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// FormatOf returns the format for the extension of path, in upper or lower case.
// With it, a command can reject a path before it starts to work.
func FormatOf(path string) (Format, error) {
	ext := filepath.Ext(path)
	switch f := Format(strings.ToLower(strings.TrimPrefix(ext, "."))); f {
	case SVG, PNG:
		return f, nil
	}
	return "", fmt.Errorf("figure: %s: extension %q: want .svg or .png", path, ext)
}

// Write atomically writes the panels to a file in the format given by its
// extension. If it fails, an existing file is unchanged.
func Write(path string, panels ...Panel) error {
	return Figure{Panels: panels}.Write(path)
}

// Encode writes the panels to w. Equal arguments give equal bytes on the same kind
// of machine.
//
// It returns an error if there is no panel, or if the X and Y of a series differ in
// length.
func Encode(w io.Writer, format Format, panels ...Panel) error {
	return Figure{Panels: panels}.Encode(w, format)
}

// Write is like the function [Write], for a figure.
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

// Encode is like the function [Encode], for a figure.
//
// It also returns an error for lengths that differ, for a range or grid that does
// not ascend, and for invalid constants and numbers.
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
	_, _ = c.WriteTo(&b) // writing to a buffer does not fail
	return fitFonts(b.Bytes())
}
