package report_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
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
	assert.Equal(t, "a is better than slow by 64.85 points (adjusted p = 0.023).", w.Sentence(w.Pairs[1]))
	assert.Equal(t, "b is better than slow by 64.85 points (adjusted p = 0.023).", w.Sentence(w.Pairs[2]))
	assert.Equal(t, []int{1, 1, 3}, []int{w.Entries[0].Rank, w.Entries[1].Rank, w.Entries[2].Rank})
	assert.Equal(t, "a has the best mean accuracy, 80.35 %, shared with b (the same runs). It is significantly better than slow.", w.Headline())
}

func TestTooFewSeeds(t *testing.T) {
	plan := bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2), fixed("near", 3)}, Trials: 1, Seeds: 3,
	}
	r := analyze(t, plan)
	w := r.Workloads[0]
	warning := "3 seeds cannot show any significant difference: the minimum p-value of 3 pairs of runs is 2/2^3 = 0.25, and with 3 comparisons " +
		"per workload it must be 0.017 or less. Use 7 or more seeds; with fewer, any difference may be due to chance, however large."
	assert.Equal(t, warning, r.Warning())
	assert.Contains(t, r.Summary(), warning)
	assert.Equal(t, "low and high: no significant difference (mean difference 3.00 points, adjusted p = 0.75; 3 seeds cannot show a difference of any size).", w.Sentence(w.Pairs[0]))
	assert.Equal(t, "high has the best mean accuracy, 83.10 %, but is not significantly better than low and near.", w.Headline())
	for _, e := range w.Entries {
		assert.Equal(t, 1, e.Rank, e.Name)
	}

	// Two optimizers are one pair, which takes six.
	plan.Optimizers, plan.Seeds = plan.Optimizers[:2], 5
	assert.Contains(t, analyze(t, plan).Warning(), "Use 6 or more seeds")
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
	assert.Equal(t, "One scoring seed gives no standard deviation, no interval and no test. Differences may be due to chance; "+
		"testing 1 pair needs 6 seeds or more.", r.Warning())
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
	assert.Equal(t, "low and high have the same metric with every seed.", w.Sentence(w.Pairs[0]))
	assert.Equal(t, 8, w.Entries[0].Worse)
	assert.InDelta(t, .1, w.Entries[0].Final.Mean, 1e-15)
}

// Of three in the order of their means the last varies so much that nothing is
// shown to be better than it: it has the rank of the first, and the report says why.
func TestRanksAndMeans(t *testing.T) {
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
	r, err := report.Analyze(results, report.Options{})
	require.NoError(t, err)
	var ranks []int
	for _, e := range r.Workloads[0].Entries {
		ranks = append(ranks, e.Rank)
	}
	assert.Equal(t, []int{1, 2, 1}, ranks)
	const why = "Rows are in the order of the means. A rank is 1 plus the number of significantly better optimizers (adjusted p ≤ 0.05). " +
		"Equal ranks do not prove equality. wild has a worse mean but a better rank than second: 0 optimizers are significantly better than wild, and 1 than second."
	assert.Contains(t, words(text), why)
	assert.Contains(t, html, why)
	assert.Regexp(t, `(?s)\nfirst +1 .*\nsecond +2 .*\nwild +1 `, text)
	assert.Regexp(t, `(?s)<td class="t">first</td><td>1</td>.*<td class="t">second</td><td>2</td>.*<td class="t">wild</td><td>1</td>`, html)
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	require.NoError(t, err)
	at := slices.Index(rows[0], "rank")
	var v any
	b, err := json.Marshal(r)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &v))
	for i, rank := range ranks {
		assert.Equal(t, strconv.Itoa(rank), rows[1+i][at])
		assert.Equal(t, float64(rank), object(t, v, "workloads", 0, "optimizers", i, "rank"))
	}
}
