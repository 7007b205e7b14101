package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adamWTests = ruleTests{
	name: "AdamW",
	golden: map[string]Rule{
		"adamw":                                DefaultAdamW(),
		"adamw decay .1":                       AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .1},
		"adamw .7 .9 eps .1 decay .3":          AdamW{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
		"adamw amsgrad .8 .6 eps .01 decay .1": AdamW{Beta1: .8, Beta2: .6, Eps: .01, WeightDecay: .1, AMSGrad: true},
	},
	conforming: []Rule{
		DefaultAdamW(),
		AdamW{Beta1: .8, Beta2: .6, Eps: .01, WeightDecay: .1, AMSGrad: true},
	},
	vary: map[string][2]Rule{
		"Beta1":       {AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8}, AdamW{Beta1: .8, Beta2: .999, Eps: 1e-8}},
		"Beta2":       {AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8}, AdamW{Beta1: .9, Beta2: .99, Eps: 1e-8}},
		"Eps":         {AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8}, AdamW{Beta1: .9, Beta2: .999, Eps: 1e-6}},
		"WeightDecay": {AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8}, DefaultAdamW()},
		"AMSGrad":     {AdamW{Beta1: .9, Beta2: .5, Eps: 1e-8}, AdamW{Beta1: .9, Beta2: .5, Eps: 1e-8, AMSGrad: true}},
	},
	invalid: map[string]Rule{
		"optimizers: AdamW: Beta1 = 1: want [0, 1)":             AdamW{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: AdamW: Beta2 = NaN: want [0, 1)":           AdamW{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: AdamW: Eps = 0: want more than 0":          AdamW{Beta1: .9, Beta2: .999},
		"optimizers: AdamW: WeightDecay = -0.1: want 0 or more": AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

func TestAdamWWithoutDecayIsAdam(t *testing.T) {
	for _, amsgrad := range []bool{false, true} {
		adam, w := model[float32](), model[float32]()
		steps(t, bind(t, Adam{Beta1: .9, Beta2: .9, Eps: 1e-8, AMSGrad: amsgrad}, adam), adam, 0, 6)
		steps(t, bind(t, AdamW{Beta1: .9, Beta2: .9, Eps: 1e-8, AMSGrad: amsgrad}, w), w, 0, 6)
		assert.Equal(t, values(adam), values(w))
	}
}

// Without a gradient the weights shrink by lr·λ a step, and state stays zero.
func TestAdamWShrinks(t *testing.T) {
	p := []Param[float64]{param[float64]("w", 3)}
	want := values(p)[0]
	o := bind(t, AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .5}, p)
	for range 4 {
		require.NoError(t, o.Step(.1))
	}
	for i, x := range p[0].Value {
		assert.InDelta(t, want[i]*.95*.95*.95*.95, x, 1e-15)
	}
	for _, s := range o.State().Slots {
		assert.Equal(t, make([]float64, 3), s.Values)
	}
}
