package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var scheduleFreeSGDTests = ruleTests{
	name: "ScheduleFreeSGD",
	golden: map[string]Rule{
		"schedule-free sgd":                 DefaultScheduleFreeSGD(),
		"schedule-free sgd beta .7 power 2": ScheduleFreeSGD{Beta: .7, Power: 2},
		"schedule-free sgd decay .1":        ScheduleFreeSGD{Beta: .9, WeightDecay: .1},
	},
	conforming: []Rule{
		DefaultScheduleFreeSGD(),
		ScheduleFreeSGD{Beta: .5, Power: 1, WeightDecay: .1},
	},
	vary: map[string][2]Rule{
		"Beta":        {ScheduleFreeSGD{Beta: .9}, ScheduleFreeSGD{Beta: .8}},
		"Power":       {ScheduleFreeSGD{Beta: .9}, ScheduleFreeSGD{Beta: .9, Power: 1}},
		"WeightDecay": {ScheduleFreeSGD{Beta: .9}, ScheduleFreeSGD{Beta: .9, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: ScheduleFreeSGD: Beta = 0: want (0, 1)":                    ScheduleFreeSGD{},
		"optimizers: ScheduleFreeSGD: Beta = 1: want (0, 1)":                    ScheduleFreeSGD{Beta: 1},
		"optimizers: ScheduleFreeSGD: Beta = NaN: want (0, 1)":                  ScheduleFreeSGD{Beta: nan},
		"optimizers: ScheduleFreeSGD: Power = -1: want [0, 16]":                 ScheduleFreeSGD{Beta: .9, Power: -1},
		"optimizers: ScheduleFreeSGD: WeightDecay = -0.1: want 0 or more":       ScheduleFreeSGD{Beta: .9, WeightDecay: -.1},
		"optimizers: ScheduleFreeSGD: WeightDecay = +Inf: want a finite number": ScheduleFreeSGD{Beta: .9, WeightDecay: inf},
	},
}

var scheduleFreeAdamWTests = ruleTests{
	name: "ScheduleFreeAdamW",
	golden: map[string]Rule{
		"schedule-free adamw":                         DefaultScheduleFreeAdamW(),
		"schedule-free adamw beta .7 beta2 .9 eps .1": ScheduleFreeAdamW{Beta: .7, Beta2: .9, Eps: .1},
		"schedule-free adamw decay .1 power 1":        ScheduleFreeAdamW{Beta: .9, Beta2: .999, Eps: 1e-8, Power: 1, WeightDecay: .1},
	},
	conforming: []Rule{
		DefaultScheduleFreeAdamW(),
		ScheduleFreeAdamW{Beta: .5, Beta2: .9, Eps: 1e-3, Power: 1, WeightDecay: .1},
	},
	vary: map[string][2]Rule{
		"Beta":        {ScheduleFreeAdamW{Beta: .9, Eps: 1e-8}, ScheduleFreeAdamW{Beta: .8, Eps: 1e-8}},
		"Beta2":       {ScheduleFreeAdamW{Beta: .9, Beta2: .9, Eps: 1e-8}, ScheduleFreeAdamW{Beta: .9, Beta2: .8, Eps: 1e-8}},
		"Eps":         {ScheduleFreeAdamW{Beta: .9, Eps: 1e-8}, ScheduleFreeAdamW{Beta: .9, Eps: 1e-6}},
		"Power":       {ScheduleFreeAdamW{Beta: .9, Eps: 1e-8}, ScheduleFreeAdamW{Beta: .9, Eps: 1e-8, Power: 1}},
		"WeightDecay": {ScheduleFreeAdamW{Beta: .9, Eps: 1e-8}, ScheduleFreeAdamW{Beta: .9, Eps: 1e-8, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: ScheduleFreeAdamW: Beta = 0: want (0, 1)":              ScheduleFreeAdamW{Eps: 1e-8},
		"optimizers: ScheduleFreeAdamW: Beta2 = 1: want [0, 1)":             ScheduleFreeAdamW{Beta: .9, Beta2: 1, Eps: 1e-8},
		"optimizers: ScheduleFreeAdamW: Eps = 0: want more than 0":          ScheduleFreeAdamW{Beta: .9},
		"optimizers: ScheduleFreeAdamW: Power = NaN: want [0, 16]":          ScheduleFreeAdamW{Beta: .9, Eps: 1e-8, Power: nan},
		"optimizers: ScheduleFreeAdamW: WeightDecay = -0.1: want 0 or more": ScheduleFreeAdamW{Beta: .9, Eps: 1e-8, WeightDecay: -.1},
	},
}

// TestScheduleFreeFromRateZero holds that updates at a rate of zero, as a
// warmup begins with, have no weight.
func TestScheduleFreeFromRateZero(t *testing.T) {
	for _, rule := range []Rule{DefaultScheduleFreeSGD(), DefaultScheduleFreeAdamW()} {
		params := model[float64]()
		before := values(params)
		o := bind(t, rule, params)
		for range 2 {
			gradient(params, 0)
			require.NoError(t, o.Step(0))
		}
		assert.Equal(t, before, values(params))
		assert.Equal(t, []Global{{"0.bias", "weights", 0}, {"0.bias", "c", 0}}, o.State().Globals)
		o.Swap()
		assert.Equal(t, before, values(params))
		o.Swap()

		gradient(params, 0)
		require.NoError(t, o.Step(.1))
		assert.Equal(t, 1.0, o.State().Globals[1].Value, "c of the first point that counts")
		assert.NotEqual(t, before, values(params))
		trained := values(params)
		o.Swap()
		for i, p := range params {
			assert.InDeltaSlice(t, trained[i], p.Value, 1e-14, "x = z = y after one")
		}
	}
}

// TestScheduleFreeMean holds that at a constant rate, x is the mean of z.
func TestScheduleFreeMean(t *testing.T) {
	params := model[float64]()
	o := bind(t, ScheduleFreeSGD{Beta: .8}, params)
	sums := []float64{0, 0, 0, 0, 0, 0}
	for step := range 9 {
		gradient(params, step)
		require.NoError(t, o.Step(.1))
		for i, z := range o.State().Slots[0].Values {
			sums[i] += z
		}
		o.Swap()
		for i, x := range params[0].Value {
			assert.InDelta(t, sums[i]/float64(step+1), x, 1e-14)
		}
		o.Swap()
	}
}

// TestScheduleFreeGroups holds that a multiplier of the rate is one of γ but
// not of c.
func TestScheduleFreeGroups(t *testing.T) {
	run := func(scale, lr float64) ([][]float64, []Global) {
		params := model[float64]()
		o, err := New(DefaultScheduleFreeSGD(), params, Config{Groups: []Group{{Names: []string{"*"}, LRScale: scale}}})
		require.NoError(t, err)
		for step := range 5 {
			gradient(params, step)
			require.NoError(t, o.Step(lr/float64(step+1)))
		}
		return values(params), o.State().Globals
	}
	scaled, globals := run(.5, .25)
	plain, _ := run(1, .125)
	assert.Equal(t, plain, scaled, "c is a ratio, and a power of two rounds nothing")
	sum := 0.0
	for i := 1.0; i <= 5; i++ {
		sum += math.Pow(.25/i, 2)
	}
	assert.InDelta(t, sum, globals[0].Value, 1e-15)
}
