package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// level is a workload whose accuracy is given for each rate, with a little noise of the
// seeds that differs between rates.
func level(name string, accuracy map[float64]float64) task {
	return task{
		info: bench.Info{Name: name, About: "made up", Version: "1", Metric: "accuracy", Percent: true, Maximize: true, Target: .7, Epochs: 2},
		curve: func(r bench.Run, lr float64) bench.Curve {
			v := accuracy[lr] + float64(max(seed(r), 0)*int(lr)%5)/1e4
			return steady(v/2, v)
		},
	}
}

func TestAdvice(t *testing.T) {
	on := func(seeds int, workloads ...bench.Workload) bench.Plan {
		return bench.Plan{Workloads: workloads, Optimizers: []bench.Contender{fixed("a", 1), fixed("b", 2), fixed("c", 3)}, Trials: 1, Seeds: seeds}
	}
	first := level("first", map[float64]float64{1: .9, 2: .8, 3: .7})
	tied := level("tied", map[float64]float64{1: .9, 2: .9, 3: .7})
	last := level("last", map[float64]float64{1: .7, 2: .8, 3: .9})
	same := level("same", map[float64]float64{1: .9, 2: .9, 3: .9})
	begins := func(want string, p bench.Plan) {
		t.Helper()
		r := analyze(t, p)
		got := r.Advice()
		require.GreaterOrEqual(t, len(got), len(want), got)
		assert.Equal(t, want, got[:len(want)])
		assert.Equal(t, got, r.Summary()[0])
	}
	begins("Use a: on first, it is better than every other setting. On each workload the chance of any false difference is 5 % or less; all of this is about these settings, as nothing was tuned.", on(8, first))
	begins("Use one of a and b: on tied, each has the best mean or is not told apart from it. Every other setting is worse than the best on one workload or more. Not told apart is not equally good: on tied, ", on(8, tied))
	begins("Use a: on both workloads, it has the best mean or is not told apart from it. Every other setting is worse than the best on one workload or more.", on(8, first, tied))
	begins("Choose by the workload: no setting is the best, or not told apart from it, on all 2. On 1 of them these are: a and c.", on(8, first, last))
	begins("These results do not say which setting to use: on same, none is told apart from the best.", on(8, same))
	begins("These results cannot say which setting to use: there are too few seeds for a test.", on(3, first))

	many := on(8, level("many", map[float64]float64{1: .9, 2: .9, 3: .9, 4: .7}))
	many.Optimizers = append(many.Optimizers, fixed("d", 4))
	begins("Do not use d: it is worse than the best on one workload or more. These results do not choose between the other 3: on many, each has the best mean or is not told apart from it.", many)

	alone := on(8, first)
	alone.Optimizers = alone.Optimizers[:1]
	begins("These results do not say what to use: there is nothing to compare with.", alone)

	slow := tuned("slow", optimizers.SGD{})
	slow.Space[0].High = 5e-3
	begins("Use fast: on one, it is better than every other optimizer. On each workload the chance of any false difference is 5 % or less; with 8 studies, a small difference can stay unseen.",
		bench.Plan{Workloads: []bench.Workload{tunable("one")}, Optimizers: []bench.Contender{tuned("fast", optimizers.SGD{}), slow}, Studies: 8, Trials: 6, Seeds: 2})
}

func TestAdviceAgainst(t *testing.T) {
	first := level("first", map[float64]float64{1: .9, 2: .8, 3: .7})
	last := level("last", map[float64]float64{1: .9, 2: .8, 3: .9})
	r, err := report.Analyze(mustRun(t, bench.Plan{
		Workloads: []bench.Workload{first, last}, Optimizers: []bench.Contender{fixed("a", 1), fixed("b", 2), fixed("c", 3)}, Trials: 1, Seeds: 8,
	}), report.Options{Against: "b"})
	require.NoError(t, err)
	assert.Contains(t, r.Advice(), "Compared with b only, on 2 workloads: better and nowhere worse: a on 2. better on some and worse on others: c. ")
}

// The area under the profile is a verdict only if the intervals are apart.
func TestAdviceTimes(t *testing.T) {
	r := analyze(t, bench.Plan{
		Workloads: []bench.Workload{arrives("one", 1), arrives("two", 1)}, Optimizers: []bench.Contender{fixed("fast", 1), fixed("twice", 2), fixed("late", 6)}, Trials: 1, Seeds: 8,
	})
	assert.Contains(t, r.Advice(), " By epochs to the target fast is ahead: the area under its performance profile is 1.00, with the 95 % interval [1.00, 1.00], above the intervals of all others. ")
	r = analyze(t, bench.Plan{
		Workloads: []bench.Workload{arrives("one", 1), arrives("two", 1)}, Optimizers: []bench.Contender{fixed("fast", 1), fixed("equal", 1)}, Trials: 1, Seeds: 8,
	})
	assert.Contains(t, r.Advice(), ", which overlaps with that of one other.")
}
