package paths

import (
	"bytes"
	"regexp"
	"strings"

	"descent/internal/figure"
)

// SVG draws a figure as an element of the page. Its colors are those of the page, which
// differ in light and dark mode, and powers of ten have superscripts.
func SVG(f figure.Figure) (string, error) {
	var svg bytes.Buffer
	if err := f.Inline(&svg); err != nil {
		return "", err
	}
	return power.ReplaceAllStringFunc(theme.Replace(svg.String()), func(s string) string {
		m := power.FindStringSubmatch(s)
		digit := ""
		if m[1] != "1" {
			digit = m[1] + "·"
		}
		return ">" + digit + "10" + raised.Replace(m[2]) + "<"
	}), nil
}

// Texts such as 1e−8, and the digits and the sign of a power.
var (
	power  = regexp.MustCompile(`>(\d)e(\x{2212}?\d+)<`)
	raised = strings.NewReplacer("\u2212", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
)

var theme = strings.NewReplacer(
	"#FFFFFF", "var(--paper)", "#222222", "var(--ink)", "#555555", "var(--pale)", "#999999", "var(--axis)", "#E4E4E4", "var(--grid)",
	"#0072B2", "var(--c1)", "#D55E00", "var(--c2)", "#009E73", "var(--c3)", "#CC79A7", "var(--c4)",
	"#E69F00", "var(--c5)", "#56B4E9", "var(--c6)", "#000000", "var(--c7)",
)
