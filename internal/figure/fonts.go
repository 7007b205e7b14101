package figure

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"unicode/utf8"

	"golang.org/x/image/font"
	"gonum.org/v1/plot/vg"
)

var (
	svgText = regexp.MustCompile(`(?s)<text ([^>]*)>([^<]*)</text>`)
	svgSize = regexp.MustCompile(`font-size:([0-9.]+)px`)
)

// fitFonts gives texts their layout width in any font. Few machines have Liberation
// Sans. Arial has the same widths, but the usual substitute on Linux is a sixth
// wider and would overlap the text to its right.
func fitFonts(svg []byte) []byte {
	svg = bytes.ReplaceAll(svg,
		[]byte("font-family:Liberation Sans;"),
		[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	return svgText.ReplaceAllFunc(svg, func(element []byte) []byte {
		m := svgText.FindSubmatch(element)
		text := html.UnescapeString(string(m[2]))
		size := svgSize.FindSubmatch(m[1])
		if size == nil || utf8.RuneCountInString(text) < 2 {
			return element
		}
		points, err := strconv.ParseFloat(string(size[1]), 64)
		if err != nil {
			return element
		}
		weight := font.WeightNormal
		if bytes.Contains(m[1], []byte("font-weight:bold")) {
			weight = font.WeightBold
		}
		width := style(vg.Points(points), weight, ink, 0, 0).Width(text)
		return fmt.Appendf(nil, `<text textLength="%.4g" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, width.Points(), m[1], m[2])
	})
}
