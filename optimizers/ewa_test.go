package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var ewaTests = ruleTests{
	name: "EWA",
	golden: map[string]Rule{
		"ewa .9":                    EWA{Beta: .9},
		"ewa .9 corrected":          DefaultEWA(),
		"ewa .9 as printed":         EWA{Beta: .9, Correction: CorrectionAsPrinted},
		"ewa .6 decay .3":           EWA{Beta: .6, WeightDecay: .3},
		"ewa .6 corrected decay .3": EWA{Beta: .6, Correction: CorrectionBias, WeightDecay: .3},
	},
	conforming: []Rule{
		EWA{},
		EWA{Beta: .9},
		DefaultEWA(),
		EWA{Beta: .9, Correction: CorrectionAsPrinted, WeightDecay: .1},
	},
	vary: map[string][2]Rule{
		"Beta":        {EWA{Beta: .9}, EWA{Beta: .8}},
		"Correction":  {EWA{Beta: .9}, EWA{Beta: .9, Correction: CorrectionBias}},
		"WeightDecay": {EWA{Beta: .9}, EWA{Beta: .9, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: EWA: Beta = 1: want [0, 1)":                                      EWA{Beta: 1},
		"optimizers: EWA: Beta = -0.5: want [0, 1)":                                   EWA{Beta: -.5},
		"optimizers: EWA: Beta = NaN: want [0, 1)":                                    EWA{Beta: nan},
		"optimizers: EWA: Correction = Correction(3): want none, bias or as-printed":  EWA{Correction: 3},
		"optimizers: EWA: Correction = Correction(-1): want none, bias or as-printed": EWA{Correction: -1},
		"optimizers: EWA: WeightDecay = -0.1: want 0 or more":                         EWA{WeightDecay: -.1},
	},
}

// The first corrected step is plain gradient descent, and the printed one is
// (1 + β)/(1 − β) times smaller.
func TestEWAFirstStep(t *testing.T) {
	first := func(rule Rule) []float64 {
		p := []Param[float64]{{Name: "x", Shape: []int{3}, Value: make([]float64, 3), Grad: []float64{1, -2, .5}}}
		assert.NoError(t, bind(t, rule, p).Step(.1))
		return p[0].Value
	}
	assert.InDeltaSlice(t, first(SGD{}), first(DefaultEWA()), 1e-15)
	printed := first(EWA{Beta: .9, Correction: CorrectionAsPrinted})
	for i, want := range first(SGD{}) {
		assert.InEpsilon(t, want, 19*printed[i], 1e-14)
	}
}

// Without correction EWA is classical momentum at another rate.
func TestEWAIsMomentum(t *testing.T) {
	p, q := model[float64](), model[float64]()
	a, b := bind(t, EWA{Beta: .9}, p), bind(t, SGD{Momentum: .9}, q)
	for step := range 20 {
		gradient(p, step)
		gradient(q, step)
		assert.NoError(t, a.Step(.5))
		assert.NoError(t, b.Step(.5*(1-.9)))
	}
	for i := range p {
		assert.InDeltaSlice(t, q[i].Value, p[i].Value, 1e-13)
	}
}
