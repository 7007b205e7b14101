package report_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/figure"
	"descent/optimizers"
	"descent/optimizers/bench"
)

func TestCurves(t *testing.T) {
	p := wildPlan(1, 2, 3)
	p.Seeds = 3 // of which rate 2 diverges with two
	r := analyze(t, p)
	f := r.Workloads[0].Curves()
	require.Len(t, f.Panels, 2)
	metric, loss := f.Panels[0], f.Panels[1]
	assert.Equal(t, []figure.Reference{{At: .7, Label: "target", InLegend: true}}, metric.Horizontal)
	first, second, third := metric.Series[0], metric.Series[1], metric.Series[2]
	assert.Equal(t, figure.Series{
		Name: "rate 1", Color: 1, Class: "o0", X: []float64{0, .5, 1}, Y: []float64{4.1, .6, .5}, Low: []float64{4, .6, .5}, High: []float64{4.2, .6, .5},
	}, first)
	assert.Equal(t, "rate 2 (2/3 diverged)", second.Name)
	assert.Equal(t, .6, second.Y[1])
	assert.True(t, math.IsNaN(second.Y[2]), "two of three have diverged")
	assert.Equal(t, .5, second.Low[2])
	assert.Equal(t, []float64{.5, 1}, loss.Series[0].X, "at the start there is no training loss")

	// A run at 1e60 does not squeeze the others.
	assert.Equal(t, 1e60, third.Y[2])
	assert.Less(t, metric.YRange.Max, 10.)
	assert.Less(t, metric.YRange.Min, .5)
}

func TestScores(t *testing.T) {
	w := analyze(t, bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2), fixed("near", 3)}, Trials: 1, Seeds: 8,
	}).Workloads[0]
	p := w.Scores().Panels[0]
	assert.Equal(t, []figure.Tick{{At: 2, Label: "high"}, {At: 1, Label: "low"}, {At: 0, Label: "near"}}, p.YTicks, "the best at the top")
	assert.Equal(t, "final accuracy, %", p.XLabel)
	assert.InDeltaSlice(t, []float64{83, 83.1, 83.2, 83.3, 83.4, 83.5, 83.6, 83.7}, p.Series[0].X, 1e-9)
	assert.Equal(t, []float64{2, 2, 2, 2, 2, 2, 2, 2}, p.Series[0].Y)
	assert.Equal(t, 2, p.Series[0].Color)
	assert.InDelta(t, 83.35, p.Notes[0].X, 1e-9)

	// Where one is far from the others, they are shown alone as well.
	slow := known("slow")
	curve := slow.curve
	slow.curve = func(r bench.Run, lr float64) bench.Curve {
		if lr == 3 {
			return steady(.1, .2)
		}
		return curve(r, lr)
	}
	w = analyze(t, bench.Plan{
		Workloads: []bench.Workload{slow}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2), fixed("slow", 3)}, Trials: 1, Seeds: 8,
	}).Workloads[0]
	f := w.Scores()
	require.Len(t, f.Panels, 2)
	assert.Less(t, f.Panels[0].XRange.Min, 20.)
	assert.Greater(t, f.Panels[1].XRange.Min, 79.)
	assert.Len(t, f.Panels[1].YTicks, 2)
}

// ladder is a workload whose accuracy ends at 0.5 + rate/10; above rate 1 it
// diverges in the second epoch.
func ladder(name string) task {
	return task{
		info: bench.Info{Name: name, About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .7, Epochs: 2},
		curve: func(_ bench.Run, lr float64) bench.Curve {
			c := steady(.3, .5+lr/10)
			if lr > 1 {
				return bench.Curve{Points: c.Points[:2], Diverged: true}
			}
			return c
		},
	}
}

func TestTuningFigures(t *testing.T) {
	p := bench.Plan{
		Workloads:  []bench.Workload{ladder("one")},
		Optimizers: []bench.Contender{tuned("sgd", optimizers.SGD{}), fixed("fixed", .5)}, Trials: 8, TuningSeeds: 2, Seeds: 2,
	}
	w := analyze(t, p).Workloads[0]
	trials := w.Entries[0].Studies[0].Trials
	require.Len(t, trials, 8)

	rates := w.Rates().Panels[0]
	require.Len(t, rates.Series, 2)
	edge := rates.Horizontal[0].At
	diverged, sum, best := 0, 0., 0.
	for i, trial := range trials {
		assert.Equal(t, trial.LR, rates.Series[0].X[i])
		if trial.LR > 1 {
			assert.Equal(t, edge, rates.Series[0].Y[i])
			diverged++
			sum += 10 // as it began
			continue
		}
		v := 50 + 10*trial.LR
		assert.InDelta(t, .5+trial.LR/10, trial.Mean, 1e-12)
		assert.InDelta(t, v, rates.Series[0].Y[i], 1e-9)
		assert.Less(t, edge, v)
		assert.GreaterOrEqual(t, edge, rates.YRange.Min)
		sum, best = sum+v, max(best, v)
	}
	assert.Positive(t, diverged)
	ring := rates.Series[1]
	assert.Equal(t, []float64{w.Entries[0].Studies[0].Selected.LR}, ring.X)
	assert.InDelta(t, best, ring.Y[0], 1e-12)

	expected := w.ExpectedBest().Panels[0].Series[0]
	assert.Equal(t, []float64{1, 2, 3, 4, 5, 6, 7, 8}, expected.X)
	assert.InDelta(t, sum/8, expected.Y[0], 1e-9)
	assert.InDelta(t, best, expected.Y[7], 1e-9)

	p.Optimizers = p.Optimizers[1:]
	w = analyze(t, p).Workloads[0]
	assert.Empty(t, w.Rates().Panels)
	assert.Empty(t, w.ExpectedBest().Panels)
}

func TestProfiles(t *testing.T) {
	r := analyze(t, bench.Plan{
		Workloads: []bench.Workload{arrives("one", 1), arrives("two", 1)}, Optimizers: []bench.Contender{fixed("fast", 1), fixed("twice", 2), fixed("late", 6)}, Trials: 1, Seeds: 2,
	})
	s := r.ProfilesFigure().Panels[0].Series
	assert.Equal(t, []float64{1, 1, 1, 4}, s[0].X)
	assert.Equal(t, []float64{0, 0, 1, 1}, s[0].Y)
	assert.Equal(t, []float64{1, 2, 2, 4}, s[1].X)
	assert.Equal(t, []float64{0, 0, 1, 1}, s[1].Y)
	assert.Equal(t, []float64{1, 4}, s[2].X, "six times is beyond the figure")
	assert.Equal(t, []float64{0, 0}, s[2].Y)
}

// Many entries are spread over panels of one axis, in colors of their own.
func TestManyInFigures(t *testing.T) {
	p := bench.Plan{Workloads: []bench.Workload{known("one")}, Trials: 1, Seeds: 2}
	for i := range 12 {
		p.Optimizers = append(p.Optimizers, fixed("entry "+string(rune('a'+i)), float64(i+4)))
	}
	w := analyze(t, p).Workloads[0]
	f := w.Curves()
	require.Len(t, f.Panels, 6)
	color := 0
	for i, panel := range f.Panels {
		assert.Len(t, panel.Series, 4)
		assert.Equal(t, f.Panels[i%2].YRange, panel.YRange)
		if i%2 == 0 {
			for _, s := range panel.Series {
				color++
				assert.Equal(t, color, s.Color)
			}
		}
	}
}

// A loss may be zero or less in most points: the axis still has the others.
func TestLossAxisAtZero(t *testing.T) {
	for _, offset := range []float64{0, -30} {
		w := task{
			info: bench.Info{Name: "zero", About: "made up", Version: "1", Metric: "value", Target: -99, Epochs: 6},
			curve: func(bench.Run, float64) bench.Curve {
				c := steady(0, 0, 0, 0, 0, 0)
				for i := range c.Points {
					c.Points[i].Loss = offset
				}
				c.Points[5].Loss = offset + 5
				return c
			},
		}
		r := analyze(t, bench.Plan{Workloads: []bench.Workload{w}, Optimizers: []bench.Contender{fixed("a", 1)}, Trials: 1, Seeds: 2})
		assert.Greater(t, r.Workloads[0].Curves().Panels[1].YRange.Max, offset+4.9, "%v", offset)
	}
}
