package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var yogiTests = ruleTests{
	name: "Yogi",
	golden: map[string]Rule{
		"yogi":                       DefaultYogi(),
		"yogi .7 .6 eps .1 decay .3": Yogi{Beta1: .7, Beta2: .6, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultYogi(),
		Yogi{Beta1: .7, Beta2: .6, Eps: .1, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultYogi(), Yogi{Beta1: .8, Beta2: .999, Eps: 1e-3}},
		"Beta2":       {DefaultYogi(), Yogi{Beta1: .9, Beta2: .99, Eps: 1e-3}},
		"Eps":         {DefaultYogi(), Yogi{Beta1: .9, Beta2: .999, Eps: 1e-6}},
		"WeightDecay": {DefaultYogi(), Yogi{Beta1: .9, Beta2: .999, Eps: 1e-3, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: Yogi: Beta1 = 1: want [0, 1)":             Yogi{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: Yogi: Beta2 = NaN: want [0, 1)":           Yogi{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: Yogi: Eps = 0: want more than 0":          Yogi{Beta1: .9, Beta2: .999},
		"optimizers: Yogi: WeightDecay = -0.1: want 0 or more": Yogi{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// v falls by the square of a small gradient, not by a part of itself, and stays
// where it equals that square.
func TestYogiVariance(t *testing.T) {
	p := []Param[float64]{param[float64]("w", 1)}
	o := bind(t, Yogi{Beta1: .9, Beta2: .5, Eps: 1e-3}, p)
	for i, g := range []float64{4, 2, -2, 2, 2, 0, -2} {
		p[0].Grad[0] = g
		require.NoError(t, o.Step(.1))
		assert.Equal(t, []float64{8, 6, 4, 4, 4, 4, 4}[i], o.State().Slots[1].Values[0])
	}
}
