package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var emaTests = ruleTests{
	name: "EMA",
	golden: map[string]Rule{
		"ema .9":        EMA{Rule: SGD{Momentum: .9}, Decay: .9},
		"ema .6 debias": EMA{Rule: SGD{Momentum: .9}, Decay: .6, Debias: true},
	},
	conforming: []Rule{
		DefaultEMA(SGD{}),
		EMA{Rule: SGD{Momentum: .9}, Decay: .5, Debias: true},
		EMA{Rule: DefaultLookahead(SGD{Momentum: .9}), Decay: .9},
	},
	vary: map[string][2]Rule{
		"Rule":   {DefaultEMA(SGD{}), DefaultEMA(SGD{Momentum: .9})},
		"Decay":  {EMA{Rule: SGD{}, Decay: .9}, EMA{Rule: SGD{}, Decay: .8}},
		"Debias": {EMA{Rule: SGD{}, Decay: .9}, EMA{Rule: SGD{}, Decay: .9, Debias: true}},
	},
	invalid: map[string]Rule{
		"optimizers: EMA: Rule is nil: want a Rule, e.g. SGD{}":                                     EMA{Decay: .9},
		"optimizers: EMA: Rule: SGD: Momentum = 1.2: want [0, 1)":                                   DefaultEMA(SGD{Momentum: 1.2}),
		"optimizers: EMA: Rule: Lookahead: Rule is nil: want a Rule, e.g. SGD{}":                    DefaultEMA(DefaultLookahead(nil)),
		"optimizers: EMA: Rule = optimizers.SWA: want one without a point of evaluation of its own": DefaultEMA(SWA{Rule: SGD{}, Start: 1, Every: 1}),
		"optimizers: EMA: Decay = 1: want [0, 1)":                                                   EMA{Rule: SGD{}, Decay: 1},
		"optimizers: EMA: Decay = -0.1: want [0, 1)":                                                EMA{Rule: SGD{}, Decay: -.1},
		"optimizers: EMA: Decay = NaN: want [0, 1)":                                                 EMA{Rule: SGD{}, Decay: nan},
	},
}

// TestEMAIdentities holds what an average of one point is, and one with no
// memory.
func TestEMAIdentities(t *testing.T) {
	for _, c := range []struct {
		rule  EMA
		after int
	}{
		{EMA{Rule: SGD{}, Decay: 0}, 4},
		{EMA{Rule: SGD{}, Decay: 0, Debias: true}, 4},
		{EMA{Rule: SGD{}, Decay: .9, Debias: true}, 1},
	} {
		params := model[float64]()
		o := bind(t, c.rule, params)
		steps(t, o, params, 0, c.after)
		want := values(params)
		o.Swap()
		for i, p := range params {
			assert.InDeltaSlice(t, want[i], p.Value, 1e-15, "%+v", c.rule)
		}
	}
}

// TestEMAOfConstant holds that the average of parameters that stay is them,
// with the correction and without, in both precisions.
func TestEMAOfConstant(t *testing.T) {
	for _, debias := range []bool{false, true} {
		params := model[float32]()
		before := values(params)
		o := bind(t, EMA{Rule: SGD{}, Decay: .99, Debias: debias}, params)
		for range 5 {
			gradient(params, 0)
			require.NoError(t, o.Step(0))
		}
		o.Swap()
		for i, p := range params {
			assert.InDeltaSlice(t, before[i], p.Value, 1e-6)
		}
	}
}
