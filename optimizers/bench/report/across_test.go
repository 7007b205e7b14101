package report_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"descent/optimizers"
	"descent/optimizers/bench"
)

// arrives is a workload whose target is reached after lr epochs; after more than 8
// it is not.
func arrives(name string, factor float64) task {
	return task{
		info: bench.Info{Name: name, About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .7, Epochs: 8},
		curve: func(_ bench.Run, lr float64) bench.Curve {
			ends := make([]float64, 8)
			for i := range ends {
				ends[i] = .2
				if float64(i+1) >= lr*factor {
					ends[i] = .8
				}
			}
			return steady(ends...)
		},
	}
}

func TestAcross(t *testing.T) {
	momentum := bench.Contender{Name: "momentum", Make: func([]float64) bench.Setup {
		return bench.Setup{Rule: optimizers.SGD{Momentum: .9}, LR: 1}
	}}
	p := bench.Plan{
		Workloads:  []bench.Workload{arrives("one", 1), arrives("two", 4)},
		Optimizers: []bench.Contender{momentum, fixed("plain", 4), fixed("sgd", 2), fixed("never", 9)},
		Trials:     1, Seeds: 2,
	}
	r := analyze(t, p)
	a := r.Across
	assert.Equal(t, []string{"one", "two"}, a.Workloads)
	assert.Equal(t, 2, a.Reference)
	assert.True(t, a.PlainSGD)
	inf := math.Inf(1)
	assert.Equal(t, []float64{1, 4}, a.Entries[0].Times)
	assert.Equal(t, []float64{4, inf}, a.Entries[1].Times)
	assert.Equal(t, []float64{2, 8}, a.Entries[2].Times)
	assert.Equal(t, []float64{inf, inf}, a.Entries[3].Times)
	// Ratios 1, 1; 4, ∞; 2, 2; ∞, ∞.
	assert.Equal(t, []float64{1, 0, 2. / 3, 0}, []float64{a.Entries[0].Area, a.Entries[1].Area, a.Entries[2].Area, a.Entries[3].Area})
	assert.InDelta(t, 2, a.Entries[0].Speedup.Mean, 1e-12)
	assert.InDelta(t, .5, a.Entries[1].Speedup.Mean, 1e-12)
	assert.Equal(t, 1, a.Entries[1].Speedup.OnlyFirst)
	text, _, html := outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "plain 0 [0, 0] 0.500 1 of 2; 1 missed by it")
	assert.Contains(t, words(text), "over sgd (plain SGD): ")
	assert.Contains(t, html, "Performance profiles")

	p.Optimizers = p.Optimizers[:1]
	a = analyze(t, p).Across
	assert.Equal(t, 0, a.Reference)
	assert.False(t, a.PlainSGD)

	// A target that is met at the start has no ratios.
	easy := arrives("easy", 1)
	easy.info.Target = .1
	p.Workloads = []bench.Workload{easy, p.Workloads[1]}
	text, _, _ = outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "Left out: easy (its target is met before the first update). 1 workload can be compared: a comparison needs 2.")

	p.Workloads = p.Workloads[:1]
	text, _, html = outputs(t, mustRun(t, p))
	assert.Contains(t, text, "There is one workload: nothing to compare across workloads.")
	assert.NotContains(t, html, "Performance profiles")
}

// quotedPlan has a workload with published results.
func quotedPlan() bench.Plan {
	quoted := known("one")
	sgd := func(lr float64) bench.Setup { return bench.Setup{Rule: optimizers.SGD{}, LR: lr} }
	quoted.info.Baselines = []bench.Baseline{
		{Name: "theirs", Setup: sgd(1), Schedule: "constant", Epoch: 1, Mean: .7, SD: .01, Runs: 10, Source: "a table"},
		{Name: "late", Setup: sgd(1), Schedule: "constant", Epoch: 9, Mean: .7, Runs: 10, Source: "a table"},
		{Name: "other rate", Setup: sgd(.5), Schedule: "constant", Epoch: 1, Mean: .7, Runs: 10, Source: "a table"},
		{Name: "other schedule", Setup: sgd(1), Schedule: "cosine", Epoch: 1, Mean: .7, Runs: 10, Source: "a table"},
		{Name: "other rule", Setup: bench.Setup{Rule: optimizers.DefaultAdam(), LR: 1}, Schedule: "constant", Epoch: 1, Mean: .7, Runs: 10, Source: "a table"},
	}
	return bench.Plan{Workloads: []bench.Workload{quoted}, Optimizers: []bench.Contender{fixed("high", 2), fixed("low", 1)}, Trials: 1, Seeds: 8}
}

func TestPublished(t *testing.T) {
	p := quotedPlan()
	all := analyze(t, p).Workloads[0].Published
	assert.Equal(t, "low", all[0].Entry)
	assert.Equal(t, 8, all[0].Ours.N)
	assert.InDelta(t, .7035, all[0].Ours.Mean, 1e-12) // 0.1 below the end
	assert.Equal(t, "low", all[1].Entry)
	assert.Zero(t, all[1].Ours.N)
	for _, c := range all[2:] {
		assert.Empty(t, c.Entry, c.Name)
	}

	text, _, html := outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "theirs 1 70.00 ± 1.00 10 low 70.35 ± 0.24 8 +0.35 late")
	assert.Contains(t, words(text), "late 9 70.00 10 low, fewer epochs – 0 – ")
	assert.Contains(t, words(text), "other rate 1 70.00 10 no run with this setting – – – ")
	assert.Contains(t, text, "\nSource: a table.\n")
	assert.Contains(t, html, "Comparison with published results")

	// A run that diverged counts at the epochs of its budget, and no later.
	diverging := p.Workloads[0].(task)
	diverging.info.Epochs = 2
	diverging.curve = func(r bench.Run, _ float64) bench.Curve {
		if seed(r) < 2 {
			return bench.Curve{Points: steady().Points, Diverged: true}
		}
		return steady(.5, .6)
	}
	p.Workloads = []bench.Workload{diverging}
	all = analyze(t, p).Workloads[0].Published
	assert.Equal(t, 8, all[0].Ours.N)
	assert.InDelta(t, (2*.1+6*.5)/8, all[0].Ours.Mean, 1e-12)
	assert.Zero(t, all[1].Ours.N)
}

func TestTuning(t *testing.T) {
	p := tunedPlan()
	p.Trials = 9
	r := analyze(t, p)
	e := r.Workloads[0].Entries[0]
	assert.False(t, e.Fixed)
	trials := e.Studies[0].Trials
	assert.Len(t, trials, 9)
	assert.Equal(t, 18+10, e.TuningRuns, "to the rung and to the end")
	beyond := 0
	for _, trial := range trials {
		assert.Equal(t, trial.LR > 3, trial.Diverged)
		assert.Equal(t, trial.Diverged, math.IsNaN(trial.Mean))
		if trial.Diverged {
			beyond++
		}
	}
	assert.Positive(t, beyond)
	assert.Equal(t, 2*beyond, e.TuningDiverged)
	assert.LessOrEqual(t, distance(e.Studies[0].Selected.LR, .1), 1.)
	assert.Empty(t, e.Edges)
	assert.True(t, r.Workloads[0].Entries[2].Fixed)

	// The best rate outside the space leads to its edge.
	high := tunable("high")
	high.curve = func(_ bench.Run, lr float64) bench.Curve { return steady(.1, .2, .3+lr/100) }
	low := tunable("low")
	low.curve = func(_ bench.Run, lr float64) bench.Curve { return steady(.1, .2, .3-lr/100) }
	p.Workloads, p.Studies = []bench.Workload{high, low}, 8
	r = analyze(t, p)
	assert.Equal(t, "still better towards the high end of lr: widen the search space", r.Workloads[0].Entries[0].Edges[0].String())
	assert.Equal(t, "still better towards the low end of lr: widen the search space", r.Workloads[1].Entries[0].Edges[0].String())
	p.Trials = 4 // each study has one near each end, and all of those are its best
	r = analyze(t, p)
	assert.Len(t, r.Workloads[0].Entries[0].Edges, 1)
	assert.True(t, r.Workloads[0].Entries[0].Edges[0].Highest)
	assert.Len(t, r.Workloads[1].Entries[0].Edges, 1)
	assert.False(t, r.Workloads[1].Entries[0].Edges[0].Highest)
	p.Trials = 9
	// A best rate in the middle of the outer quarter, which has all the rates from 1 on.
	near := tunable("near")
	near.curve = func(_ bench.Run, lr float64) bench.Curve { return steady(.1, .2, .5-math.Abs(math.Log10(lr)-.5)/10) }
	p.Workloads = []bench.Workload{near, tunable("one")}
	r = analyze(t, p)
	assert.Empty(t, r.Workloads[0].Entries[0].Edges)
	assert.Empty(t, r.Workloads[1].Entries[0].Edges)

	lost := tunable("lost")
	lost.curve = func(bench.Run, float64) bench.Curve { return bench.Curve{Points: steady(.2).Points, Diverged: true} }
	p.Workloads = []bench.Workload{lost, low}
	r = analyze(t, p)
	assert.Empty(t, r.Workloads[0].Entries[0].Edges)
	text, _, _ := outputs(t, mustRun(t, p))
	assert.Contains(t, text, "every trial diverged\n")
	assert.Contains(t, text, "still better towards the low end of lr: widen the search space\n")
	p.Studies = 1
	assert.Empty(t, analyze(t, p).Workloads[1].Entries[0].Edges, "of so few trials")
}

// With many entries the figures have more panels, and a text fewer sentences.
func TestMany(t *testing.T) {
	p := bench.Plan{Workloads: []bench.Workload{known("one")}, Trials: 1, Seeds: 8}
	for i := range 12 {
		p.Optimizers = append(p.Optimizers, fixed("entry "+string(rune('a'+i)), float64(i+4)))
	}
	text, _, html := outputs(t, mustRun(t, p))
	assert.Contains(t, text, "None of the 66 pairs is told apart.")
	wellFormed(t, html)

	// With enough seeds, "entry b" at 0.03 more is better than all of the others.
	p.Optimizers[1], p.Seeds = fixed("entry b", 2), 12
	text, _, _ = outputs(t, mustRun(t, p))
	assert.Contains(t, words(text), "entry b is better than entry a, entry c, entry d, entry e, entry f, entry g, entry h, entry i, entry j, entry k and entry l (adjusted p ≤ 0.00049). "+
		"The other pairs, 55 of 66, are not told apart.")
}

// Under AlgoPerf's rules the first time counts, under ours the one that lasts; of
// external tuning it is that of a study's fastest trial.
func TestRulesets(t *testing.T) {
	// The target is reached after the first epoch, lost, and reached again after the
	// third; in tuning one epoch later at rates above 0.1.
	w := task{
		info: bench.Info{Name: "one", About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .7, Epochs: 4},
		curve: func(r bench.Run, lr float64) bench.Curve {
			if r.Split == bench.Validation && lr > .1 {
				return steady(.1, .8, .1, .8)
			}
			return steady(.8, .1, .8, .8)
		},
	}
	p := bench.Plan{Workloads: []bench.Workload{w, arrives("two", 2)}, Optimizers: []bench.Contender{fixed("a", 1), fixed("b", 2)}, Studies: 3, Trials: 5, Seeds: 1}
	times := func(p bench.Plan) (all []float64) {
		for _, e := range analyze(t, p).Across.Entries {
			all = append(all, e.Times...)
		}
		return all
	}
	assert.Equal(t, []float64{3, 2, 3, 4}, times(p))
	p.Ruleset = bench.SelfTuning
	assert.Equal(t, []float64{1, 2, 1, 4}, times(p))
	p.Ruleset, p.FullTrials = bench.External, true
	high := tuned("high", optimizers.SGD{})
	high.Space[0].Low = .2
	p.Optimizers = []bench.Contender{tuned("all", optimizers.SGD{}), high}
	p.Workloads = p.Workloads[:1]
	assert.Equal(t, []float64{1, 2}, times(p))
	p.FullTrials = false
	assert.EqualError(t, p.Validate(), "bench: Plan: Ruleset = external: FullTrials is false: want true, as the fastest of all trials counts")
	p.Ruleset = "none"
	assert.EqualError(t, p.Validate(), `bench: Plan: Ruleset = "none": want ours, external or self`)
	p.Ruleset = bench.SelfTuning
	assert.EqualError(t, p.Validate(), "bench: Plan: Ruleset = self: an optimizer has a Space: want fixed settings")
}
