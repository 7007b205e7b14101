package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var lambTests = ruleTests{
	name:    "LAMB",
	coupled: true,
	golden: map[string]Rule{
		"lamb":                       DefaultLAMB(),
		"lamb .7 .9 eps .1 decay .3": LAMB{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultLAMB(),
		LAMB{Beta1: .7, Beta2: .9, Eps: .1},
	},
	// A scalar moves by ±lr·x: for a field to count there, u must change its sign.
	vary: map[string][2]Rule{
		"Beta1":       {DefaultLAMB(), LAMB{Beta1: .1, Beta2: .999, Eps: 1e-6, WeightDecay: .01}},
		"Beta2":       {LAMB{Beta1: .9, Beta2: .999, Eps: 1e-6, WeightDecay: .2}, LAMB{Beta1: .9, Beta2: .1, Eps: 1e-6, WeightDecay: .2}},
		"Eps":         {DefaultLAMB(), LAMB{Beta1: .9, Beta2: .999, Eps: 10, WeightDecay: .01}},
		"WeightDecay": {DefaultLAMB(), LAMB{Beta1: .9, Beta2: .999, Eps: 1e-6, WeightDecay: 10}},
	},
	invalid: map[string]Rule{
		"optimizers: LAMB: Beta1 = 1: want [0, 1)":             LAMB{Beta1: 1, Beta2: .999, Eps: 1e-8},
		"optimizers: LAMB: Beta2 = NaN: want [0, 1)":           LAMB{Beta1: .9, Beta2: nan, Eps: 1e-8},
		"optimizers: LAMB: Eps = 0: want more than 0":          LAMB{Beta1: .9, Beta2: .999},
		"optimizers: LAMB: WeightDecay = -0.1: want 0 or more": LAMB{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
	},
}

// Each tensor moves by the rate times its own norm.
func TestLAMBMovesByTheNorm(t *testing.T) {
	params := model[float64]()
	before := values(params)
	steps(t, bind(t, DefaultLAMB(), params), params, 0, 1)
	for i, p := range params {
		var size, moved float64
		for j, x := range p.Value {
			size = math.Hypot(size, before[i][j])
			moved = math.Hypot(moved, x-before[i][j])
		}
		assert.InEpsilon(t, .1*size, moved, 1e-13, p.Name)
	}
}

// A tensor of zeros takes the step of Adam; one without gradient and decay stays.
func TestLAMBWithoutNorm(t *testing.T) {
	g := []float64{3, -.01, 1e-4}
	zero := make([]float64, 3)
	assert.InDeltaSlice(t, oneStep(t, Adam{Beta1: .9, Beta2: .999, Eps: 1e-6}, zero, g), oneStep(t, DefaultLAMB(), zero, g), 1e-15)
	assert.Equal(t, g, oneStep(t, LAMB{Eps: 1e-6}, g, zero))
}

// Tensors of different sizes share the working memory one after another.
func TestLAMBScratch(t *testing.T) {
	together := model[float32]()
	steps(t, bind(t, DefaultLAMB(), together), together, 0, 4)
	for i := range together {
		alone := model[float32]()[i : i+1]
		steps(t, bind(t, DefaultLAMB(), alone), alone, 0, 4)
		require.Equal(t, alone[0].Value, together[i].Value)
	}
}
