package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var cautiousTests = ruleTests{
	name: "Cautious",
	golden: map[string]Rule{
		"cautious momentum": Cautious{SGD{Momentum: .9}},
		"cautious adam":     Cautious{DefaultAdam()},
	},
	conforming: []Rule{
		Cautious{SGD{Momentum: .9}},
		Cautious{DefaultNAdamW()},
		Cautious{DefaultLAMB()},
	},
	vary: map[string][2]Rule{
		"Rule": {Cautious{SGD{Momentum: .9}}, Cautious{SGD{Momentum: .8}}},
	},
	invalid: map[string]Rule{
		"optimizers: Cautious: Rule is nil: want a Rule, e.g. SGD{}":                                     Cautious{},
		"optimizers: Cautious: Rule: SGD: Momentum = 1: want [0, 1)":                                     Cautious{SGD{Momentum: 1}},
		"optimizers: Cautious: Rule = optimizers.EMA: want one without a point of evaluation of its own": Cautious{DefaultEMA(SGD{})},
	},
	coupled: true,
}

// Elements that would go up their gradient stay, and the others go further, by as
// much as there are more elements than those.
func TestCautiousMask(t *testing.T) {
	p := []Param[float64]{{Name: "w", Shape: []int{4}, Value: make([]float64, 4), Grad: []float64{1, 1, 1, 1}}}
	o := bind(t, Cautious{SGD{Momentum: .5}}, p)
	require.NoError(t, o.Step(1))
	assert.Equal(t, []float64{-1, -1, -1, -1}, p[0].Value)
	copy(p[0].Grad, []float64{1, -.25, 0, -.75}) // momentum 1.5, .25, .5, −.25
	require.NoError(t, o.Step(1))
	assert.Equal(t, []float64{-1 - 1.5*2, -1, -1, -1 + .25*2}, p[0].Value)

	copy(p[0].Grad, []float64{0, 0, 0, 0})
	before := values(p)
	require.NoError(t, o.Step(1))
	assert.Equal(t, before, values(p), "none goes down")
}

// The steps that are left are at most a thousand times as long.
func TestCautiousScale(t *testing.T) {
	p := []Param[float64]{{Name: "w", Shape: []int{4096}, Value: make([]float64, 4096), Grad: make([]float64, 4096)}}
	p[0].Grad[7] = 1
	require.NoError(t, bind(t, Cautious{SGD{}}, p).Step(1))
	assert.Equal(t, -1000., p[0].Value[7])
}
