package paths

import (
	"bytes"
	"strings"

	"descent/internal/figure"
)

// SVG draws a figure as an element of the page, in the page's colors, which differ
// on a light and on a dark ground.
func SVG(f figure.Figure) (string, error) {
	var svg bytes.Buffer
	if err := f.Inline(&svg); err != nil {
		return "", err
	}
	return theme.Replace(svg.String()), nil
}

var theme = strings.NewReplacer(
	"#FFFFFF", "var(--paper)", "#222222", "var(--ink)", "#555555", "var(--pale)", "#999999", "var(--axis)", "#E4E4E4", "var(--grid)",
	"#0072B2", "var(--c1)", "#D55E00", "var(--c2)", "#009E73", "var(--c3)", "#CC79A7", "var(--c4)",
	"#E69F00", "var(--c5)", "#56B4E9", "var(--c6)", "#000000", "var(--c7)",
)
