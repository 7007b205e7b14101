package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/bench"
)

// momentum is tuned with two fields, of which the second is far from one.
func momentum(name string) bench.Contender {
	return bench.Contender{
		Name: name, Space: bench.Space{{Name: "lr", Low: 1e-3, High: 10, Log: true}, {Name: "momentum", Low: .5, High: .99, FromOne: true}},
		Make: func(v []float64) bench.Setup { return bench.Setup{Rule: optimizers.SGD{Momentum: v[1]}, LR: v[0]} },
	}
}

func TestTrials(t *testing.T) {
	w := analyze(t, bench.Plan{
		Workloads: []bench.Workload{ladder("one")}, Optimizers: []bench.Contender{tuned("sgd", optimizers.SGD{}), momentum("heavy")},
		Studies: 2, Trials: 4, Seeds: 1,
	}).Workloads[0]
	rows := w.TrialRows()
	require.Len(t, rows, 2*2*4)
	outcomes := map[string]int{}
	for i, row := range rows {
		assert.Equal(t, []string{"sgd", "heavy"}[i/8], row[0])
		assert.Equal(t, []string{"1", "2"}[i/4%2], row[1])
		if i < 8 {
			assert.Empty(t, row[3])
		} else {
			assert.Regexp(t, `^momentum 0\.[0-9]+$`, row[3])
		}
		outcomes[row[5]]++
		if row[5] == "diverged" {
			assert.Equal(t, "–", row[4])
		}
	}
	assert.Equal(t, 4, outcomes["selected"], "one of each study")
	assert.Positive(t, outcomes["diverged"])
	assert.Positive(t, outcomes["stopped"]+outcomes["finished"])

	// The other field has its own panel, of the one that has it.
	f := w.Fields()
	require.Len(t, f.Panels, 1)
	p := f.Panels[0]
	assert.Equal(t, "1 − momentum", p.XLabel)
	assert.True(t, p.LogX)
	require.Len(t, p.Series, 2)
	points, rings := p.Series[0], p.Series[1]
	assert.Equal(t, "heavy", points.Name)
	assert.Equal(t, "o1", points.Class)
	require.Len(t, points.X, 8)
	first := w.Entries[1].Studies[0].Trials[0]
	assert.InDelta(t, 1-first.Values[1], points.X[0], 1e-15)
	assert.Equal(t, figure.Rings, rings.Style)
	require.Len(t, rings.X, 2)
	for i, s := range w.Entries[1].Studies {
		assert.InDelta(t, 1-s.Selected.Values[1], rings.X[i], 1e-15)
	}
}

// Axes of positive values are drawn both ways.
func TestSwap(t *testing.T) {
	w := analyze(t, tunedPlan()).Workloads[0]
	for i, p := range w.Curves().Panels {
		other := w.SwappedCurves().Panels[i]
		assert.NotEqual(t, p.LogY, other.LogY)
		assert.Equal(t, p.Series, other.Series)
		assert.Positive(t, other.YRange.Min)
	}
	zero := ladder("zero")
	zero.curve = func(bench.Run, float64) bench.Curve {
		c := steady(0, 0, .5)
		c.Points[0].Metric = 0
		return c
	}
	w = analyze(t, bench.Plan{Workloads: []bench.Workload{zero}, Optimizers: []bench.Contender{fixed("a", 1)}, Trials: 1, Seeds: 2}).Workloads[0]
	assert.False(t, w.SwappedCurves().Panels[0].LogY, "zero has no place on a logarithmic axis")
}
