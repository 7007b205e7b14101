package figure

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"io"
	"strings"

	"gonum.org/v1/plot/vg/draw"
)

// Inline writes the figure as an svg element for an HTML page. It has no XML
// prologue, and no ids that could conflict with other figures. It is as wide as its
// container, up to the width of Encode, and Title is its accessible name. Errors are
// those of Encode.
//
// The style sheet [DarkStyle] gives figures dark colors.
func (f Figure) Inline(w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	rows, columns, width, height := f.layout()
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.5g %.5g" style="width:100%%;max-width:%.5gpt;height:auto" role="img" class="figure" font-family="Liberation Sans,Arial,Helvetica,sans-serif">`,
		width.Points(), height.Points(), width.Points())
	fmt.Fprintf(&b, "\n<title>%s</title>\n", html.EscapeString(f.title()))
	m := newMarkup(height)
	drawPanels(draw.NewCanvas(m, width, height), f.Panels, rows, columns)
	m.flush()
	b.Write(m.b.Bytes())
	b.WriteString("</svg>\n")
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("figure: %w", err)
	}
	return nil
}

func (f *Figure) title() string {
	if f.Title != "" {
		return f.Title
	}
	var all []string
	for i := range f.Panels {
		if t := f.Panels[i].Title; t != "" {
			all = append(all, t)
		}
	}
	return strings.Join(all, ", ")
}

// DarkStyle returns a style sheet that gives the figures of Inline light lines on the
// given ground, for example "#16191d" or "var(--ground)". It does not change the colors
// of contours and surfaces.
func DarkStyle(ground string) string {
	var b strings.Builder
	replace := func(c color.Color, by string) {
		for _, of := range []string{"fill", "stroke"} {
			attribute, _, _ := strings.Cut(paint(of, c), " ")
			fmt.Fprintf(&b, "svg.figure [%s] { %s: %s; }\n", attribute, of, by)
		}
	}
	replace(color.White, ground)
	for _, g := range []color.Gray{ink, pale, axis, grid} {
		light := 0xff - g.Y + 0x18
		replace(g, fmt.Sprintf("#%02[1]x%02[1]x%02[1]x", light))
	}
	for i, c := range palette {
		replace(c, darkPalette[i])
	}
	return b.String()
}

// darkPalette are the colors of palette on a dark ground.
var darkPalette = []string{"#3d97dd", "#ee7733", "#1cbf90", "#da94bd", "#edb030", "#8fd3ff", "#f0f0f0"}
