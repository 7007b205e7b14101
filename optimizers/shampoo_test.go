package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var shampooTests = ruleTests{
	name: "Shampoo",
	golden: map[string]Rule{
		"shampoo":                               DefaultShampoo(),
		"shampoo without momentum eps 1 each 3": Shampoo{Eps: 1, Interval: 3, MaxDim: 768},
		"shampoo up to 3 each 1":                Shampoo{Momentum: .9, Eps: .1, Interval: 1, MaxDim: 3},
	},
	conforming: []Rule{
		DefaultShampoo(),
		Shampoo{Eps: 1e-3, Interval: 2, MaxDim: 3},
		Shampoo{Momentum: .5, Eps: 1, Interval: 1},
	},
	vary: map[string][2]Rule{
		"Momentum": {DefaultShampoo(), Shampoo{Momentum: .8, Eps: .1, Interval: 20, MaxDim: 768}},
		"Eps":      {DefaultShampoo(), Shampoo{Momentum: .9, Eps: .2, Interval: 20, MaxDim: 768}},
		"Interval": {DefaultShampoo(), Shampoo{Momentum: .9, Eps: .1, Interval: 2, MaxDim: 768}},
		"MaxDim":   {DefaultShampoo(), Shampoo{Momentum: .9, Eps: .1, Interval: 20}},
	},
	invalid: map[string]Rule{
		"optimizers: Shampoo: Momentum = 1: want [0, 1)":    Shampoo{Momentum: 1, Eps: 1, Interval: 1},
		"optimizers: Shampoo: Eps = 0: want more than 0":    Shampoo{Interval: 1},
		"optimizers: Shampoo: Interval = 0: want 1 or more": Shampoo{Eps: 1},
		"optimizers: Shampoo: MaxDim = -1: want 0 or more":  Shampoo{Eps: 1, Interval: 1, MaxDim: -1},
	},
	coupled:    true,
	decomposes: true,
}

// The first step of a matrix is its orthogonal factor, like Muon's, where ε does
// not count: with G = U·S·Vᵀ, (G·Gᵀ)^(−¼)·G·(Gᵀ·G)^(−¼) = U·Vᵀ.
func TestShampooOrthogonal(t *testing.T) {
	p := []Param[float64]{{Name: "w", Shape: []int{2, 2}, Value: make([]float64, 4), Grad: []float64{3, 1, -2, 5}}}
	require.NoError(t, bind(t, Shampoo{Eps: 1e-12, Interval: 1, MaxDim: 2}, p).Step(1))
	x := p[0].Value
	assert.InDelta(t, 1, math.Hypot(x[0], x[1]), 1e-9)
	assert.InDelta(t, 1, math.Hypot(x[2], x[3]), 1e-9)
	assert.InDelta(t, 0, x[0]*x[2]+x[1]*x[3], 1e-9)
}

// Without matrices a vector has Adagrad.
func TestShampooDiagonalIsAdagrad(t *testing.T) {
	p, q := []Param[float64]{param[float64]("w", 7)}, []Param[float64]{param[float64]("w", 7)}
	steps(t, bind(t, Shampoo{Eps: 1e-20, Interval: 1}, p), p, 0, 6)
	steps(t, bind(t, Adagrad{Eps: 1e-20}, q), q, 0, 6)
	assert.InDeltaSlice(t, q[0].Value, p[0].Value, 1e-9)
}
