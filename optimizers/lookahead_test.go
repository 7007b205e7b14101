package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var lookaheadTests = ruleTests{
	name: "Lookahead",
	golden: map[string]Rule{
		"lookahead 2":          Lookahead{Rule: SGD{Momentum: .9}, Steps: 2, Alpha: .5},
		"lookahead 3 alpha .8": Lookahead{Rule: SGD{Momentum: .9}, Steps: 3, Alpha: .8},
	},
	conforming: []Rule{
		DefaultLookahead(SGD{}),
		Lookahead{Rule: SGD{Momentum: .9, Nesterov: true}, Steps: 1, Alpha: .5},
	},
	vary: map[string][2]Rule{
		"Rule":  {DefaultLookahead(SGD{}), DefaultLookahead(SGD{WeightDecay: .1})},
		"Steps": {Lookahead{Rule: SGD{}, Steps: 2, Alpha: .5}, Lookahead{Rule: SGD{}, Steps: 3, Alpha: .5}},
		"Alpha": {Lookahead{Rule: SGD{}, Steps: 2, Alpha: .5}, Lookahead{Rule: SGD{}, Steps: 2, Alpha: .6}},
	},
	invalid: map[string]Rule{
		"optimizers: Lookahead: Rule is nil: want a Rule, e.g. SGD{}":                                                 Lookahead{Steps: 5, Alpha: .5},
		"optimizers: Lookahead: Rule: SGD: Momentum = 1.2: want [0, 1)":                                               DefaultLookahead(SGD{Momentum: 1.2}),
		"optimizers: Lookahead: Rule = optimizers.ScheduleFreeSGD: want one without a point of evaluation of its own": DefaultLookahead(DefaultScheduleFreeSGD()),
		"optimizers: Lookahead: Rule = optimizers.EMA: want one without a point of evaluation of its own":             DefaultLookahead(DefaultEMA(SGD{})),
		`optimizers: Lookahead: Rule = optimizers.Lookahead: want one without a slot "slow" of its own`:               DefaultLookahead(DefaultLookahead(SGD{})),
		"optimizers: Lookahead: Steps = 0: want 1 or more":                                                            Lookahead{Rule: SGD{}, Alpha: .5},
		"optimizers: Lookahead: Alpha = 0: want (0, 1]":                                                               Lookahead{Rule: SGD{}, Steps: 5},
		"optimizers: Lookahead: Alpha = 1.1: want (0, 1]":                                                             Lookahead{Rule: SGD{}, Steps: 5, Alpha: 1.1},
		"optimizers: Lookahead: Alpha = NaN: want (0, 1]":                                                             Lookahead{Rule: SGD{}, Steps: 5, Alpha: nan},
	},
}

// TestLookaheadIdentities holds that pulling all the way to the fast
// parameters, or never in the steps done, is the inner rule.
func TestLookaheadIdentities(t *testing.T) {
	run := func(rule Rule) [][]float64 {
		params := model[float64]()
		steps(t, bind(t, rule, params), params, 0, 7)
		return values(params)
	}
	inner := SGD{Momentum: .9}
	want := run(inner)
	assert.Equal(t, want, run(Lookahead{Rule: inner, Steps: 8, Alpha: .5}))
	for i, got := range run(Lookahead{Rule: inner, Steps: 2, Alpha: 1}) {
		assert.InDeltaSlice(t, want[i], got, 1e-14)
	}
}

// TestLookaheadSlow holds the first cycle against the definition.
func TestLookaheadSlow(t *testing.T) {
	params, plain := model[float64](), model[float64]()
	start := values(params)
	o := bind(t, Lookahead{Rule: SGD{}, Steps: 3, Alpha: .25}, params)
	p := bind(t, SGD{}, plain)
	for step := range 3 {
		gradient(plain, step)
		for i := range params {
			copy(params[i].Grad, plain[i].Grad)
		}
		if step > 0 {
			assert.Equal(t, values(plain), values(params), "fast until the third")
		}
		require.NoError(t, o.Step(.1))
		require.NoError(t, p.Step(.1))
	}
	for i := range params {
		for j, x := range plain[i].Value {
			assert.InDelta(t, start[i][j]+.25*(x-start[i][j]), params[i].Value[j], 1e-15)
		}
		assert.Equal(t, params[i].Value, o.State().Slots[i].Values)
	}
}
