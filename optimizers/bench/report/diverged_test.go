package report_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// wild is a loss that begins at 4 + seed/10 and ends, by rate, at
// 1: 0.5; 2: 0.5 but with seeds 0 and 1, which diverge after the target; 3: 1e60,
// without diverging; 4: nothing at all; 5: at 0.9, never at the target of 0.7;
// 6: 0.5, at the end alone, but with seeds from 3 on, which diverge before.
func wild(r bench.Run, lr float64) bench.Curve {
	begin := 4 + float64(seed(r))/10
	at := func(step int, v float64) bench.Point {
		return bench.Point{Step: step, Epoch: float64(step) / 10, Loss: v, Metric: v, Seconds: float64(step)}
	}
	points := []bench.Point{at(0, begin), at(5, .6), at(10, .5)}
	switch {
	case lr == 2 && seed(r) < 2:
		return bench.Curve{Points: points[:2], Diverged: true}
	case lr == 3:
		points[1].Metric, points[2].Metric = 2, 1e60
	case lr == 4:
		return bench.Curve{Diverged: true}
	case lr == 6 && seed(r) < 3:
		points[1].Metric = .9
	case lr == 6:
		points[1].Metric = .9
		return bench.Curve{Points: points[:2], Diverged: true}
	case lr == 5:
		points[1].Metric, points[2].Metric = .9, .9
	}
	return bench.Curve{Points: points}
}

func wildPlan(rates ...float64) bench.Plan {
	p := bench.Plan{Trials: 1, Seeds: 8, Workloads: []bench.Workload{task{
		info: bench.Info{Name: "wild", About: "diverges", Version: "1", Metric: "loss", Target: .7, Epochs: 1}, curve: wild,
	}}}
	for _, lr := range rates {
		p.Optimizers = append(p.Optimizers, fixed("rate "+string(rune('0'+int(lr))), lr))
	}
	return p
}

func TestDiverged(t *testing.T) {
	r := analyze(t, wildPlan(1, 2, 3, 4, 5))
	w := r.Workloads[0]
	const begun = 4.7 // the worst
	assert.Equal(t, begun, w.Failure)
	two, three, four := w.Entries[1], w.Entries[2], w.Entries[3]

	assert.Equal(t, []int{8, 2, 0}, []int{two.Runs, two.Diverged, two.Worse})
	assert.True(t, w.Ratios)
	assert.InDelta(t, math.Pow(begun, 2./8)*math.Pow(.5, 6./8), two.Final.Mean, 1e-12, "the geometric mean")
	assert.Equal(t, []int{8, 0, 8}, []int{three.Runs, three.Diverged, three.Worse})
	assert.InDelta(t, begun, three.Final.Mean, 1e-12)
	assert.Equal(t, []int{8, 8, 0}, []int{four.Runs, four.Diverged, four.Worse})
	assert.InDelta(t, begun, four.Final.Mean, 1e-12)

	// Those that diverged after the target did not stay there.
	assert.Equal(t, 6, two.Target.Reached)
	assert.Equal(t, .5, two.Target.Epochs)
	assert.Equal(t, 0, four.Target.Reached)
	assert.Equal(t, 8, four.Target.Runs)
	assert.True(t, math.IsInf(four.Target.Steps, 1))
	assert.True(t, math.IsInf(w.Entries[4].Target.Epochs, 1))

	// Three of eight is less than half, though the others ended before.
	six := analyze(t, wildPlan(6)).Workloads[0].Entries[0]
	assert.Equal(t, 3, six.Target.Reached)
	assert.True(t, math.IsInf(six.Target.Epochs, 1))

	assert.Equal(t, "rate 3 and rate 4 have the same score in every seed.", w.Sentence(w.Pairs[7]))
	text, _, html := outputs(t, mustRun(t, wildPlan(1, 2, 3, 4, 5)))
	for _, page := range []string{text, html} {
		page = words(page)
		assert.Contains(t, page, "10 scoring runs diverged. The final metric of a diverged run counts as 4.700, the worst initial value of any run.")
		assert.Contains(t, page, "8 scoring runs ended worse than the worst initial value of any run without diverging, and count as that value, 4.700.")
	}
	assert.Contains(t, html, "rate 2 (2/8 diverged)")
}

// With nothing measured there is nothing to say, and no error.
func TestNothingMeasured(t *testing.T) {
	r := analyze(t, wildPlan(4))
	w := r.Workloads[0]
	assert.True(t, math.IsNaN(w.Failure))
	assert.Equal(t, "no seed has a score yet.", w.Headline())
	outputs(t, mustRun(t, wildPlan(4)))
}

// Metrics near the end of the numbers do not stop a report.
func TestHuge(t *testing.T) {
	p := wildPlan(1, 2, 3)
	p.Workloads = []bench.Workload{task{info: p.Workloads[0].Info(), curve: func(r bench.Run, lr float64) bench.Curve {
		c := wild(r, lr)
		for i := range c.Points {
			c.Points[i].Metric *= 1e300 / float64(seed(r)+1)
			c.Points[i].Loss *= 1e300
			if lr == 3 {
				c.Points[i].Metric = -math.MaxFloat64
			}
			if lr == 2 {
				c.Points[i].Metric = 1e-300 * float64(seed(r))
			}
		}
		return c
	}}}
	text, _, html := outputs(t, mustRun(t, p))
	require.NotContains(t, text, "NaN")
	require.NotContains(t, static(html), "NaN")
}

// What a loss is measured from changes nothing: not what diverged, counts as ended
// badly, is reached or chosen, nor, for losses that may be negative, any difference.
func TestOffsetLoss(t *testing.T) {
	of := func(offset float64) *report.Report {
		p := wildPlan(1, 2, 3, 5, 6)
		w := p.Workloads[0].(task)
		w.info.Target += offset
		w.curve = func(r bench.Run, lr float64) bench.Curve {
			c := wild(r, lr)
			for i := range c.Points {
				c.Points[i].Metric += offset
				c.Points[i].Loss += offset
			}
			return c
		}
		p.Workloads[0] = w
		p.Optimizers = append(p.Optimizers, tuned("tuned", optimizers.SGD{}))
		p.Trials = 3
		results := mustRun(t, p)
		outputs(t, results)
		r, err := report.Analyze(results, report.Options{})
		require.NoError(t, err)
		return r
	}
	positive := of(0).Workloads[0]
	want := of(-4.35).Workloads[0]
	for _, offset := range []float64{-4.35, -32, -1024} {
		got := of(offset).Workloads[0]
		assert.False(t, got.Ratios)
		assert.InDelta(t, positive.Failure+offset, got.Failure, 1e-12)
		for i, e := range positive.Entries {
			g := got.Entries[i]
			assert.Equal(t, []any{e.Diverged, e.Worse, e.Target, e.Studies[0].Selected}, []any{g.Diverged, g.Worse, g.Target, g.Studies[0].Selected}, "%v: %s", offset, e.Name)
		}
		for i, e := range want.Entries {
			g := got.Entries[i]
			assert.Equal(t, []any{e.NearBest, e.Diverged, e.Worse, e.Target, e.Studies[0].Selected}, []any{g.NearBest, g.Diverged, g.Worse, g.Target, g.Studies[0].Selected}, "%v: %s", offset, e.Name)
			assert.InDelta(t, e.Final.Mean+offset+4.35, g.Final.Mean, 1e-9)
		}
		for i, p := range want.Pairs {
			assert.InDelta(t, p.Difference, got.Pairs[i].Difference, 1e-9)
			assert.Equal(t, p.Differs, got.Pairs[i].Differs)
		}
	}
}
