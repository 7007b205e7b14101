package report_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// known is a workload of an accuracy whose runs are known by rate and seed: rate
// 1 ends at 0.80 + seed/1000; rate 2 at 0.03 more; rate 3 as rate 1, but on odd
// seeds 0.002 more and on even ones 0.002 less, and then a millionth less.
func known(name string) task {
	return task{
		info: bench.Info{Name: name, About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .805, Epochs: 2, Batch: 8},
		curve: func(r bench.Run, lr float64) bench.Curve {
			s := seed(r)
			v := .8 + float64(s)/1000
			switch {
			case lr == 2:
				v += .03
			case lr == 3 && s%2 == 0:
				v -= .002001
			case lr == 3:
				v += .001999
			}
			return steady(v-.1, v)
		},
	}
}

func TestAnalyze(t *testing.T) {
	results, _ := run(t, bench.Plan{
		Workloads: []bench.Workload{known("one")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2), fixed("near", 3)},
		Trials: 1, Seeds: 8,
	})
	r, err := report.Analyze(results, report.Options{})
	require.NoError(t, err)
	assert.Equal(t, .95, r.Options.Level)
	assert.Equal(t, 24, r.Runs)
	assert.Zero(t, r.Missing)
	w := r.Workloads[0]
	require.Len(t, w.Entries, 3)
	low, high, near := w.Entries[0], w.Entries[1], w.Entries[2]

	// The mean of 0.800 … 0.807, and the standard deviation of 0 … 7, √6.
	assert.InDelta(t, .8035, low.Final.Mean, 1e-12)
	assert.InDelta(t, .00244949, low.Final.SD, 1e-8)
	assert.InDelta(t, .8335, high.Final.Mean, 1e-12)
	assert.InDelta(t, .803499, near.Final.Mean, 1e-12)
	assert.Less(t, low.Final.Interval.Low, .8035)
	assert.Greater(t, low.Final.Interval.High, .8035)
	assert.Equal(t, []bool{false, true, false}, []bool{low.NearBest, high.NearBest, near.NearBest})
	assert.Equal(t, report.Seeds, w.Unit)
	// low reaches 0.805 with seeds 5, 6 and 7 of 8.
	assert.Equal(t, 3, low.Target.Reached)
	assert.True(t, low.Target.Epochs > 1e300)
	assert.Equal(t, report.Target{Reached: 8, Runs: 8, Steps: 20, Epochs: 2, Seconds: .25}, high.Target)

	assert.Equal(t, .25, low.TrainSeconds)

	// All eight of one sign: 2/2⁸, also for the three together.
	require.Len(t, w.Pairs, 3)
	p := w.Pairs[0]
	assert.Equal(t, []int{0, 1, 8}, []int{p.A, p.B, p.Units})
	assert.InDelta(t, -.03, p.Difference, 1e-12)
	assert.Equal(t, 2./256, p.P)
	assert.Equal(t, 2./256, p.Adjusted)
	assert.True(t, p.Differs)
	assert.Equal(t, 6, w.UnitsNeeded)
	// Four of each sign: of the C(8, 4) = 70 ways to balance them, all but two make
	// a smaller sum.
	assert.Equal(t, 1-68./256, w.Pairs[1].P)
	assert.False(t, w.Pairs[1].Differs)
	assert.Empty(t, r.Warning())

	assert.Equal(t, "high is better than low by 3.00 points, between +3.00 and +3.00 (adjusted p = 0.0078, 8 seeds).", w.Sentence(p))
	assert.Equal(t, "low and near are not told apart: 0.0001 points in favor of low, between -0.23 and +0.23 (adjusted p = 0.73, 8 seeds).",
		w.Sentence(w.Pairs[1]))
	assert.Equal(t, "high has the best mean accuracy, 83.35 %. It is better than low and near.", w.Headline())
}

func TestCSV(t *testing.T) {
	results, _ := run(t, bench.Plan{
		Workloads: []bench.Workload{known("one"), known("two, too")}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2)},
		Trials: 1, Seeds: 3,
	})
	_, table, _ := outputs(t, results, report.Options{})
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	assert.Equal(t, strings.Split("workload,optimizer,rule,schedule,metric,maximize,target,epochs,batch,source,planned_runs,runs,diverged,unit,units,near_best,"+
		"final_mean,final_sd,final_low,final_high,reached_target,median_steps_to_target,median_epochs_to_target,"+
		"median_to_target_seconds,mean_training_seconds,tuning_runs,tuning_diverged,fixed,setting,at_edge", ","), rows[0])
	at := func(row int, name string) string {
		for i, n := range rows[0] {
			if n == name {
				return rows[row][i]
			}
		}
		t.Fatal(name)
		return ""
	}
	assert.Equal(t, "two, too", at(3, "workload"))
	assert.Equal(t, "low", at(3, "optimizer"))
	assert.Equal(t, "+Inf", at(1, "median_epochs_to_target"))
	assert.Equal(t, "2", at(2, "median_epochs_to_target"))
	assert.Equal(t, "0.25", at(2, "median_to_target_seconds"))
	assert.Equal(t, "3", at(2, "reached_target"))
	assert.Equal(t, "lr 2", at(2, "setting"))
}
