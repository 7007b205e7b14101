package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var lionTests = ruleTests{
	name: "Lion",
	golden: map[string]Rule{
		"lion":                DefaultLion(),
		"lion .5 .8 decay .3": Lion{Beta1: .5, Beta2: .8, WeightDecay: .3},
	},
	conforming: []Rule{
		DefaultLion(),
		Lion{Beta1: .5, Beta2: .8, WeightDecay: .3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {Lion{Beta1: .9, Beta2: .5}, Lion{Beta1: .1, Beta2: .5}},
		"Beta2":       {Lion{Beta1: .9, Beta2: .9}, Lion{Beta1: .9, Beta2: .1}},
		"WeightDecay": {DefaultLion(), Lion{Beta1: .9, Beta2: .99, WeightDecay: .01}},
	},
	invalid: map[string]Rule{
		"optimizers: Lion: Beta1 = 1: want [0, 1)":             Lion{Beta1: 1},
		"optimizers: Lion: Beta2 = NaN: want [0, 1)":           Lion{Beta2: nan},
		"optimizers: Lion: WeightDecay = -0.1: want 0 or more": Lion{WeightDecay: -.1},
	},
}

// Whatever the gradient's size, every element moves by the rate, and one that
// never had a gradient stays.
func TestLionMovesByTheRate(t *testing.T) {
	p := []Param[float64]{{Name: "w", Shape: []int{4}, Value: []float64{1, 1, 1, 1}, Grad: []float64{1e-9, -1e9, 0, math.Copysign(0, -1)}}}
	o := bind(t, DefaultLion(), p)
	require.NoError(t, o.Step(.25))
	assert.Equal(t, []float64{.75, 1.25, 1, 1}, p[0].Value)
	// The average outweighs a gradient of the other sign that is not nine times as large.
	p[0].Grad[0], p[0].Grad[1] = -.05e-9, 1e9
	require.NoError(t, o.Step(.25))
	assert.Equal(t, []float64{.5, 1, 1, 1}, p[0].Value)
}
