package report

import (
	"descent/internal/figure"
)

// profiles draws the performance profiles of the entries.
func (r *Report) profiles(bool) sketch {
	a := &r.Across
	if len(a.Workloads) < 2 {
		return sketch{}
	}
	s := sketch{Figure: figure.Figure{Title: "Performance profiles"}}
	s.Caption = "The fraction of workloads on which an optimizer reached the target within a multiple of the best optimizer's epochs. Higher and further left is better."
	var entries []int
	for i := range a.Entries {
		entries = append(entries, i)
	}
	for _, g := range groups(entries) {
		p := figure.Panel{
			XLabel: "epochs / best epochs", YLabel: "fraction of workloads",
			XRange: figure.Range{Min: 1, Max: MaxRatio}, YRange: figure.Range{Min: -.02, Max: 1.04},
		}
		for _, i := range g {
			curve := figure.Series{Name: clean(a.Entries[i].Name), Color: i + 1, Class: class(i)}
			height := 0.
			tau, rho := a.Profiles.Steps(i)
			curve.X, curve.Y = []float64{1}, []float64{0}
			for k := range tau {
				if tau[k] > MaxRatio {
					break
				}
				curve.X = append(curve.X, tau[k], tau[k])
				curve.Y = append(curve.Y, height, rho[k])
				height = rho[k]
			}
			curve.X, curve.Y = append(curve.X, MaxRatio), append(curve.Y, height)
			p.Series = append(p.Series, curve)
		}
		s.Panels = append(s.Panels, p)
	}
	s.Columns = columnsOf(len(s.Panels))
	return s
}
