package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adadeltaTests = ruleTests{
	name: "Adadelta",
	golden: map[string]Rule{
		"adadelta":          DefaultAdadelta(),
		"adadelta .7":       Adadelta{Rho: .7, Eps: 1e-6},
		"adadelta eps .01":  Adadelta{Rho: .9, Eps: .01},
		"adadelta decay .3": Adadelta{Rho: .9, Eps: 1e-6, WeightDecay: .3},
		"adadelta all":      Adadelta{Rho: .6, Eps: .001, WeightDecay: .2},
		"adadelta d2l":      D2LAdadelta(),
	},
	conforming: []Rule{DefaultAdadelta(), D2LAdadelta(), Adadelta{Eps: .01, WeightDecay: .1}},
	vary: map[string][2]Rule{
		"Rho":         {DefaultAdadelta(), Adadelta{Rho: .8, Eps: 1e-6}},
		"Eps":         {DefaultAdadelta(), D2LAdadelta()},
		"WeightDecay": {DefaultAdadelta(), Adadelta{Rho: .9, Eps: 1e-6, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: Adadelta: Rho = 1: want [0, 1)":             Adadelta{Rho: 1, Eps: 1},
		"optimizers: Adadelta: Rho = -1: want [0, 1)":            Adadelta{Rho: -1, Eps: 1},
		"optimizers: Adadelta: Eps = 0: want more than 0":        Adadelta{Rho: .9},
		"optimizers: Adadelta: WeightDecay = -1: want 0 or more": Adadelta{Rho: .9, Eps: 1, WeightDecay: -1},
	},
}

// The first step is √ε/√((1−ρ)g² + ε)·g.
func TestAdadeltaFirstStep(t *testing.T) {
	p := []Param[float64]{{Name: "x", Shape: []int{2}, Value: make([]float64, 2), Grad: []float64{2, -1e-4}}}
	require.NoError(t, bind(t, DefaultAdadelta(), p).Step(1))
	for i, g := range p[0].Grad {
		assert.InEpsilon(t, -1e-3/math.Sqrt(.1*g*g+1e-6)*g, p[0].Value[i], 1e-12)
	}
}
