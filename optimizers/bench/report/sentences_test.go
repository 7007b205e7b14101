package report_test

import (
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
	"descent/optimizers/bench/stats"
)

// One rule under two names is no difference, and says why; a rate at which nothing
// is learned is one, with eight seeds.
func TestPlanted(t *testing.T) {
	learns := known("learns")
	curve := learns.curve
	learns.curve = func(r bench.Run, lr float64) bench.Curve {
		if lr == .01 {
			return steady(.1, .15+float64(seed(r)%2)/100)
		}
		return curve(r, lr)
	}
	r := analyze(t, bench.Plan{
		Workloads: []bench.Workload{learns}, Optimizers: []bench.Contender{fixed("a", 1), fixed("b", 1), fixed("slow", .01)}, Trials: 1, Seeds: 8,
	})
	w := r.Workloads[0]
	assert.Equal(t, 16, r.Runs)
	assert.True(t, w.Pairs[0].Same)
	assert.Equal(t, 1., w.Pairs[0].Adjusted)
	assert.Equal(t, "a and b are the same runs: one setting with two names.", w.Sentence(w.Pairs[0]))
	// 0.8035 less the mean of 0.15 and 0.16.
	assert.Equal(t, "a is better than slow by 64.85 points, between +64.28 and +65.42 (adjusted p = 0.0078, 8 seeds).", w.Sentence(w.Pairs[1]))
	assert.Equal(t, "b is better than slow by 64.85 points, between +64.28 and +65.42 (adjusted p = 0.0078, 8 seeds).", w.Sentence(w.Pairs[2]))
	assert.Equal(t, []bool{true, true, false}, []bool{w.Entries[0].NearBest, w.Entries[1].NearBest, w.Entries[2].NearBest})
	assert.Equal(t, "a has the best mean accuracy, 80.35 %, shared with b (the same runs). It is better than slow.", w.Headline())
}

func TestTooFewSeeds(t *testing.T) {
	plan := bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2), fixed("near", 3)}, Trials: 1, Seeds: 3,
	}
	r := analyze(t, plan)
	w := r.Workloads[0]
	warning := "3 seeds cannot show any difference: the smallest possible p-value is 2/2^3 = 0.25, and it must be 0.050 or less. " +
		"Use 6 or more; with fewer, any difference may be due to chance, however large."
	assert.Equal(t, warning, r.Warning())
	assert.Contains(t, r.Summary(), warning)
	assert.Equal(t, "low and high: 3 seeds are too few for a test (difference 3.00 points).", w.Sentence(w.Pairs[0]))
	assert.Equal(t, "high has the best mean accuracy, 83.10 %. There are too few seeds for a test against low and near.", w.Headline())
	for _, e := range w.Entries {
		assert.True(t, e.NearBest, e.Name)
	}

	// Six are enough, for one pair or several.
	plan.Optimizers, plan.Seeds = plan.Optimizers[:2], 5
	assert.Contains(t, analyze(t, plan).Warning(), "Use 6 or more;")
	plan.Seeds = 6
	r = analyze(t, plan)
	assert.Empty(t, r.Warning())
	assert.True(t, r.Workloads[0].Pairs[0].Differs)
}

func TestOneSeed(t *testing.T) {
	plan := bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2)}, Trials: 1, Seeds: 1,
	}
	r := analyze(t, plan)
	w := r.Workloads[0]
	assert.Equal(t, "One seed gives no interval and no test: any difference may be due to chance. A test needs 6 seeds.", r.Warning())
	assert.Equal(t, "low and high: one seed cannot be tested (difference 3.00 points).", w.Sentence(w.Pairs[0]))
	assert.True(t, math.IsNaN(w.Entries[0].Final.SD))
	assert.True(t, math.IsNaN(w.Entries[0].Final.Interval.Low))
	assert.False(t, w.Pairs[0].Differs)

	plan.Optimizers = plan.Optimizers[:1]
	r = analyze(t, plan)
	assert.Empty(t, r.Warning())
	assert.Equal(t, "low has a mean final accuracy of 80.00 %.", r.Workloads[0].Headline())
}

// Of a metric that is no share, differences have no unit.
func TestLoss(t *testing.T) {
	loss := known("loss")
	loss.info.Metric, loss.info.Maximize, loss.info.Target = "loss", false, .5
	r := analyze(t, bench.Plan{Workloads: []bench.Workload{loss}, Optimizers: []bench.Contender{fixed("low", .5), fixed("high", 2)}, Trials: 1, Seeds: 8})
	w := r.Workloads[0]
	// They begin at 0.1, so that what they reach counts as 0.1.
	assert.Equal(t, "low and high have the same score in every seed.", w.Sentence(w.Pairs[0]))
	assert.Equal(t, 8, w.Entries[0].Worse)
	assert.InDelta(t, .1, w.Entries[0].Final.Mean, 1e-15)
}

// Of three in the order of their means the last varies so much that it is not told
// apart from the best, which the second is: no rank rewards its noise.
func TestNoise(t *testing.T) {
	one := known("one")
	one.curve = func(r bench.Run, lr float64) bench.Curve {
		s := float64(max(seed(r), 0))
		switch lr {
		case 1:
			return steady(.9 + s/1e4)
		case 2:
			return steady(.89 + s/1e4)
		}
		return steady(.95 - s/40)
	}
	p := bench.Plan{
		Workloads: []bench.Workload{one}, Optimizers: []bench.Contender{fixed("wild", 3), fixed("second", 2), fixed("first", 1)}, Trials: 1, Seeds: 8,
	}
	results := mustRun(t, p)
	text, table, html := outputs(t, results)
	assert.Regexp(t, `(?s)\nfirst +best mean .*\nsecond +worse .*\nwild +not told apart `, text)
	assert.Regexp(t, `(?s)<td>first</td><td>best mean</td>.*<td>second</td><td>worse</td>.*<td>wild</td><td>not told apart</td>`, html)
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	require.NoError(t, err)
	at := slices.Index(rows[0], "near_best")
	assert.Equal(t, []string{"true", "false", "true"}, []string{rows[1][at], rows[2][at], rows[3][at]})
}

// A verdict over studies is about what tuning finds: the same rule with two names and
// two draws of trials is not told apart from itself, and one whose space is bad is.
func TestStudies(t *testing.T) {
	slow := tuned("slow", optimizers.SGD{})
	slow.Space[0].High = 5e-3
	p := bench.Plan{
		Workloads: []bench.Workload{tunable("one")}, Optimizers: []bench.Contender{tuned("a", optimizers.SGD{}), tuned("b", optimizers.SGD{}), slow},
		Studies: 8, Trials: 6, Seeds: 2,
	}
	r := analyze(t, p)
	w := r.Workloads[0]
	assert.Equal(t, report.Studies, w.Unit)
	for _, e := range w.Entries {
		assert.Len(t, e.Scores, 8)
		assert.Equal(t, 16, e.Runs)
		for i, s := range e.Studies {
			assert.Equal(t, i, s.Number)
			assert.Equal(t, e.Scores[i], s.Score)
			assert.Len(t, s.Trials, 6)
			stopped := 0
			for _, trial := range s.Trials {
				if trial.Stopped {
					stopped++
				}
				assert.False(t, trial.Stopped && trial.Selected)
			}
			assert.Equal(t, 3, stopped)
		}
	}
	assert.Equal(t, 8, w.Pairs[0].Units)
	assert.False(t, w.Pairs[0].Same)
	assert.False(t, w.Pairs[0].Differs)
	assert.True(t, w.Pairs[1].Differs)
	assert.True(t, w.Pairs[2].Differs)
	assert.Empty(t, w.Entries[0].Edges)
	text, _, _ := outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "Each of 8 studies drew 6 trials for each optimizer, tuned on validation data with 1 tuning seed and scored the best trial with 2 scoring seeds held out from tuning.")

	against, err := report.Analyze(mustRun(t, p), report.Options{Against: "slow"})
	require.NoError(t, err)
	require.Len(t, against.Workloads[0].Pairs, 2)
	assert.Contains(t, against.Workloads[0].Headline(), "It was not compared with ")
	_, err = report.Analyze(mustRun(t, p), report.Options{Against: "none"})
	assert.EqualError(t, err, `report: Options: Against = "none": want an entry of the results: a, b, slow`)
}

// Sentences have ratios without exponents; tables keep them.
func TestRatios(t *testing.T) {
	w := report.Workload{Ratios: true, Unit: report.Studies, UnitsNeeded: 6, Entries: []report.Entry{{Entry: bench.Entry{Name: "a"}}, {Entry: bench.Entry{Name: "b"}}}}
	for _, c := range []struct {
		ratio, low, high float64
		want             string
	}{
		{661, 1.07, 409301.2, "a factor of 661, between 1.07 and 409301 "},
		{999.9, 0.5, 999_400, "a factor of 1000, between 0.500 and 999400 "},
		{1.35e6, 0.0000742, 999.7e6, "a factor of 1.35 million, between 0.0000742 and 1.00 billion "},
		{2.5e9, 1e-8, 42.1e12, "a factor of 2.50 billion, between 0.0000000100 and 42.1 trillion "},
		{1e18, 1e-12, 1e30, "a factor of 1e+18, between 1e-12 and 1e+30 "},
	} {
		p := report.Pair{
			A: 0, B: 1, Units: 8, Difference: -math.Log(c.ratio), SD: 1, Adjusted: .03, Differs: true,
			Interval: stats.Interval{Low: -math.Log(c.high), High: -math.Log(c.low)},
		}
		assert.Equal(t, "a is better than b by "+c.want+"(adjusted p = 0.030, 8 studies).", w.Sentence(p))
	}
}
