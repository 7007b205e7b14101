package page

import (
	"fmt"
	"slices"
	"strings"

	"descent/internal/figure"
)

// stripMarks is the number of quantiles of a distribution in a strip.
const stripMarks = 50

// drawStrips adds a figure of the bands: a strip of marks for our seeds and one for
// each alternative, with the printed number as a line.
func (p *Page) drawStrips() {
	var f figure.Figure
	for _, b := range p.strips {
		f.Panels = append(f.Panels, b.panel())
	}
	if len(f.Panels) > 0 {
		p.Figure("strips", fmt.Sprintf("The results of the seeds (each mark is one of %d quantiles, or one seed if there are fewer) and the printed number (line). The number is evidence for ours if it is outside the other strips.", stripMarks), f)
	}
}

func (b *Band) panel() figure.Panel {
	all := append([]Alternative{{"ours", b.Ours}}, b.Others...)
	panel := figure.Panel{
		Title: negative.ReplaceAllString(b.Quantity, "$1\u2212$2"), XLabel: strings.TrimPrefix(b.Scale.Name, "log "), LogX: b.Scale.Name != "",
		YRange:   figure.Range{Min: -float64(len(all)) + 0.5, Max: 0.5},
		Vertical: []figure.Reference{{At: b.Scale.distance(b.Printed), Label: "printed"}},
	}
	if b.Scale.Name == "" {
		panel.XLabel = "value"
	}
	for i, a := range all {
		s := figure.Series{Style: figure.Points, Color: 7}
		if i == 0 {
			s.Color = 1
		}
		sorted := slices.Sorted(slices.Values(a.Values))
		n := min(len(sorted), stripMarks)
		for k := range n {
			s.X = append(s.X, b.Scale.distance(sorted[(2*k+1)*len(sorted)/(2*n)]))
			s.Y = append(s.Y, -float64(i))
		}
		panel.Series = append(panel.Series, s)
		panel.YTicks = append(panel.YTicks, figure.Tick{At: -float64(i), Label: a.Name})
	}
	return panel
}
