package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adagradTests = ruleTests{
	name: "Adagrad",
	golden: map[string]Rule{
		"adagrad":             DefaultAdagrad(),
		"adagrad eps .1":      Adagrad{Eps: .1},
		"adagrad lr decay .3": Adagrad{Eps: 1e-10, LRDecay: .3},
		"adagrad decay .3":    Adagrad{Eps: 1e-10, WeightDecay: .3},
		"adagrad initial .5":  Adagrad{Eps: 1e-10, InitialAccumulator: .5},
		"adagrad all":         Adagrad{LRDecay: .1, WeightDecay: .2, InitialAccumulator: .1, Eps: .01},
		"adagrad d2l":         D2LAdagrad(),
		"adagrad d2l eps .1":  Adagrad{Eps: .1, EpsInside: true},
	},
	conforming: []Rule{
		DefaultAdagrad(),
		D2LAdagrad(),
		Adagrad{LRDecay: .1, WeightDecay: .2, InitialAccumulator: .1, Eps: .01},
	},
	vary: map[string][2]Rule{
		"LRDecay":            {DefaultAdagrad(), Adagrad{Eps: 1e-10, LRDecay: .1}},
		"InitialAccumulator": {DefaultAdagrad(), Adagrad{Eps: 1e-10, InitialAccumulator: .1}},
		"Eps":                {Adagrad{Eps: .1}, Adagrad{Eps: .2}},
		"EpsInside":          {Adagrad{Eps: .1}, Adagrad{Eps: .1, EpsInside: true}},
		"WeightDecay":        {DefaultAdagrad(), Adagrad{Eps: 1e-10, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: Adagrad: Eps = 0: want more than 0":                Adagrad{},
		"optimizers: Adagrad: Eps = NaN: want a finite number":          Adagrad{Eps: nan},
		"optimizers: Adagrad: LRDecay = -1: want 0 or more":             Adagrad{Eps: 1, LRDecay: -1},
		"optimizers: Adagrad: InitialAccumulator = -1: want 0 or more":  Adagrad{Eps: 1, InitialAccumulator: -1},
		"optimizers: Adagrad: WeightDecay = +Inf: want a finite number": Adagrad{Eps: 1, WeightDecay: inf},
	},
}

// With gradients of constant size step t is lr/√t, whatever the size.
func TestAdagradOfConstantGradient(t *testing.T) {
	p := []Param[float64]{{Name: "x", Shape: []int{2}, Value: []float64{0, 0}, Grad: []float64{3, -1e-3}}}
	o, sum := bind(t, DefaultAdagrad(), p), 0.0
	for step := 1; step <= 9; step++ {
		require.NoError(t, o.Step(.1))
		sum += .1 / math.Sqrt(float64(step))
		assert.InDeltaSlice(t, []float64{-sum, sum}, p[0].Value, 1e-7)
	}
}

// An element without gradient stays where it is, however small ε is.
func TestZeroGradientDividesByNothing(t *testing.T) {
	for _, rule := range []Rule{
		Adagrad{Eps: 1e-60},
		Adagrad{Eps: 1e-60, EpsInside: true},
		RMSProp{Rho: .9, Eps: 1e-60},
		RMSProp{Rho: .9, Eps: 1e-60, EpsInside: true, Centered: true, Momentum: .9},
		Adadelta{Rho: .9, Eps: 1e-60},
		DefaultRprop(),
	} {
		p := []Param[float32]{{Name: "x", Shape: []int{2}, Value: []float32{1, 2}, Grad: []float32{0, 1}}}
		o := bind(t, rule, p)
		for range 3 {
			require.NoError(t, o.Step(.1))
		}
		assert.Equal(t, float32(1), p[0].Value[0], "%T", rule)
		assert.LessOrEqual(t, p[0].Value[1], float32(2), "%T", rule)
	}
}
