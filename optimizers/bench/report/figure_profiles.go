package report

import (
	"descent/internal/figure"
)

// profiles shows the performance profiles of the entries.
func (r *Report) profiles() sketch {
	a := &r.Across
	if len(a.Workloads) < 2 {
		return sketch{}
	}
	s := sketch{Figure: figure.Figure{Title: "Performance profiles"}}
	s.Caption = "The share of the workloads whose target an optimizer reached within so many times the epochs of the best: the higher and the further left, the better."
	var entries []int
	for i := range a.Entries {
		entries = append(entries, i)
	}
	for _, g := range groups(entries) {
		p := figure.Panel{
			XLabel: "times the epochs of the best", YLabel: "share of workloads",
			XRange: figure.Range{Min: 1, Max: MaxRatio}, YRange: figure.Range{Min: -.02, Max: 1.04},
		}
		for _, i := range g {
			curve := figure.Series{Name: clean(a.Entries[i].Name), Color: i + 1}
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
