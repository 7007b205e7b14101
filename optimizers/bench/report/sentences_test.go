package report_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"descent/optimizers/bench"
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
	r := analyse(t, bench.Plan{
		Workloads: []bench.Workload{learns}, Optimizers: []bench.Optimizer{fixed("a", 1), fixed("b", 1), fixed("slow", .01)}, Trials: 1, Seeds: 8,
	})
	w := r.Workloads[0]
	assert.Equal(t, 16, r.Runs)
	assert.True(t, w.Pairs[0].Same)
	assert.Equal(t, 1., w.Pairs[0].Adjusted)
	assert.Equal(t, "a and b are the same runs, one setting under two names: no difference.", w.Sentence(w.Pairs[0]))
	// 0.8035 less the mean of 0.15 and 0.16.
	assert.Equal(t, "a is better than slow by 64.85 points (adjusted p = 0.023).", w.Sentence(w.Pairs[1]))
	assert.Equal(t, "b is better than slow by 64.85 points (adjusted p = 0.023).", w.Sentence(w.Pairs[2]))
	assert.Equal(t, []int{1, 1, 3}, []int{w.Entries[0].Rank, w.Entries[1].Rank, w.Entries[2].Rank})
	assert.Equal(t, "a has the best mean accuracy, 80.35 %, with b, which has the same runs. It is better than slow.", w.Headline())
}

func TestTooFewSeeds(t *testing.T) {
	plan := bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Optimizer{fixed("low", 1), fixed("high", 2), fixed("near", 3)}, Trials: 1, Seeds: 3,
	}
	r := analyse(t, plan)
	w := r.Workloads[0]
	warning := "3 seeds are too few to separate anything: the smallest p-value that 3 pairs of runs can give is 2/2^3 = 0.25, and with 3 comparisons " +
		"for each workload it has to be 0.017 or less. It takes at least 7 seeds; until then every difference may be chance, however large it looks."
	assert.Equal(t, warning, r.Warning())
	assert.Contains(t, r.Summary(), warning)
	assert.Equal(t, "low and high: no difference found (mean difference 3.00 points, adjusted p = 0.75; 3 seeds cannot show one, however large).", w.Sentence(w.Pairs[0]))
	assert.Equal(t, "high has the best mean accuracy, 83.10 %, but these runs do not tell it apart from low and near.", w.Headline())
	for _, e := range w.Entries {
		assert.Equal(t, 1, e.Rank, e.Name)
	}

	// Two optimizers are one pair, which takes six.
	plan.Optimizers, plan.Seeds = plan.Optimizers[:2], 5
	assert.Contains(t, analyse(t, plan).Warning(), "It takes at least 6 seeds")
	plan.Seeds = 6
	r = analyse(t, plan)
	assert.Empty(t, r.Warning())
	assert.True(t, r.Workloads[0].Pairs[0].Differs)
}

func TestOneSeed(t *testing.T) {
	plan := bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Optimizer{fixed("low", 1), fixed("high", 2)}, Trials: 1, Seeds: 1,
	}
	r := analyse(t, plan)
	w := r.Workloads[0]
	assert.Equal(t, "There is one scoring seed: it gives no standard deviation, no interval and no test. Differences between its numbers may be chance; "+
		"tests of 1 pair take 6 seeds or more.", r.Warning())
	assert.Equal(t, "low and high: no test of a single seed (difference 3.00 points).", w.Sentence(w.Pairs[0]))
	assert.True(t, math.IsNaN(w.Entries[0].Final.SD))
	assert.True(t, math.IsNaN(w.Entries[0].Final.Interval.Low))
	assert.False(t, w.Pairs[0].Differs)

	plan.Optimizers = plan.Optimizers[:1]
	r = analyse(t, plan)
	assert.Empty(t, r.Warning())
	assert.Equal(t, "low ends at a mean accuracy of 80.00 %.", r.Workloads[0].Headline())
}

// Of a metric that is no share, differences have no unit.
func TestLoss(t *testing.T) {
	loss := known("loss")
	loss.info.Metric, loss.info.Maximize, loss.info.Target = "loss", false, .5
	r := analyse(t, bench.Plan{Workloads: []bench.Workload{loss}, Optimizers: []bench.Optimizer{fixed("low", .5), fixed("high", 2)}, Trials: 1, Seeds: 8})
	w := r.Workloads[0]
	// They begin at 0.1, so that what they reach counts as 0.1.
	assert.Equal(t, "low and high: the same metric with every seed, no difference found.", w.Sentence(w.Pairs[0]))
	assert.Equal(t, 8, w.Entries[0].Worse)
	assert.InDelta(t, .1, w.Entries[0].Final.Mean, 1e-15)
}
