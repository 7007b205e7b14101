package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var adEMAMixTests = ruleTests{
	name: "AdEMAMix",
	golden: map[string]Rule{
		"ademamix": DefaultAdEMAMix(),
		"ademamix .7 .9 .95 alpha 5 eps .1 decay .3": AdEMAMix{Beta1: .7, Beta2: .9, Beta3: .95, Alpha: 5, Eps: .1, WeightDecay: .3},
		"ademamix warmup 4 7":                        AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .99, Alpha: 8, Eps: 1e-8, AlphaWarmup: 4, Beta3Warmup: 7},
		"ademamix without beta1 warmup 3 3":          AdEMAMix{Beta2: .999, Beta3: .9, Alpha: 2, Eps: 1e-8, AlphaWarmup: 3, Beta3Warmup: 3},
	},
	conforming: []Rule{
		DefaultAdEMAMix(),
		AdEMAMix{Beta1: .7, Beta2: .9, Beta3: .95, Alpha: 5, Eps: .1, WeightDecay: .3, AlphaWarmup: 2, Beta3Warmup: 5},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultAdEMAMix(), AdEMAMix{Beta1: .8, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-8}},
		"Beta2":       {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .99, Beta3: .9999, Alpha: 2, Eps: 1e-8}},
		"Beta3":       {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .99, Alpha: 2, Eps: 1e-8}},
		"Alpha":       {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 5, Eps: 1e-8}},
		"Eps":         {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-6}},
		"WeightDecay": {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-8, WeightDecay: .1}},
		"AlphaWarmup": {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-8, AlphaWarmup: 9}},
		"Beta3Warmup": {DefaultAdEMAMix(), AdEMAMix{Beta1: .9, Beta2: .999, Beta3: .9999, Alpha: 2, Eps: 1e-8, Beta3Warmup: 9}},
	},
	invalid: map[string]Rule{
		"optimizers: AdEMAMix: Beta1 = 1: want [0, 1)":             AdEMAMix{Beta1: 1, Beta2: .9, Beta3: .9, Eps: 1e-8},
		"optimizers: AdEMAMix: Beta2 = NaN: want [0, 1)":           AdEMAMix{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: AdEMAMix: Beta3 = 0: want (0, 1)":             AdEMAMix{Eps: 1e-8},
		"optimizers: AdEMAMix: Alpha = -1: want 0 or more":         AdEMAMix{Beta3: .9, Alpha: -1, Eps: 1e-8},
		"optimizers: AdEMAMix: Eps = 0: want more than 0":          AdEMAMix{Beta3: .9},
		"optimizers: AdEMAMix: WeightDecay = -0.1: want 0 or more": AdEMAMix{Beta3: .9, Eps: 1e-8, WeightDecay: -.1},
		"optimizers: AdEMAMix: AlphaWarmup = -1: want 0 or more":   AdEMAMix{Beta3: .9, Eps: 1e-8, AlphaWarmup: -1},
		"optimizers: AdEMAMix: Beta3Warmup = -1: want 0 or more":   AdEMAMix{Beta3: .9, Eps: 1e-8, Beta3Warmup: -1},
	},
}

// Without the slow average it is AdamW.
func TestAdEMAMixWithoutSlowIsAdamW(t *testing.T) {
	p, q := model[float64](), model[float64]()
	steps(t, bind(t, AdEMAMix{Beta1: .9, Beta2: .9, Beta3: .99, Eps: 1e-8, WeightDecay: .1}, p), p, 0, 6)
	steps(t, bind(t, AdamW{Beta1: .9, Beta2: .9, Eps: 1e-8, WeightDecay: .1}, q), q, 0, 6)
	for i := range p {
		assert.InDeltaSlice(t, q[i].Value, p[i].Value, 1e-14)
	}
}

// The warmups rise from step to step and end at their values.
func TestAdEMAMixWarmup(t *testing.T) {
	r := AdEMAMix{Beta1: .9, Beta3: .9999, Alpha: 8, AlphaWarmup: 100, Beta3Warmup: 200}
	alpha, beta := 0., .9
	for step := 1; step <= 200; step++ {
		a, b := r.at(step)
		assert.True(t, a > alpha || step > 100, step)
		assert.Greater(t, b, beta, step)
		alpha, beta = a, b
	}
	assert.Equal(t, 8., alpha)
	assert.Equal(t, .9999, beta)
	half, _ := r.at(50)
	assert.Equal(t, 4., half)
}
