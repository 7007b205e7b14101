package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adafactorTests = ruleTests{
	name: "Adafactor",
	golden: map[string]Rule{
		"adafactor": DefaultAdafactor(),
		"adafactor .6 eps 1e-3 .5 clip .7 beta1 .8 decay .3": Adafactor{Power: .6, Eps1: 1e-3, Eps2: .5, Clip: .7, Beta1: .8, WeightDecay: .3},
		"adafactor absolute": Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1, Absolute: true},
	},
	conforming: []Rule{
		DefaultAdafactor(),
		Adafactor{Power: .6, Eps1: 1e-3, Eps2: .5, Clip: .7, Beta1: .8, WeightDecay: .3},
		Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1, Absolute: true},
	},
	vary: map[string][2]Rule{
		"Power":       {DefaultAdafactor(), Adafactor{Power: .6, Eps1: 1e-30, Eps2: 1e-3, Clip: 1}},
		"Eps1":        {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-3, Eps2: 1e-3, Clip: 1}},
		"Eps2":        {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-30, Eps2: 9, Clip: 1}},
		"Clip":        {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: .5}},
		"Beta1":       {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1, Beta1: .9}},
		"WeightDecay": {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1, WeightDecay: .1}},
		"Absolute":    {DefaultAdafactor(), Adafactor{Power: .8, Eps1: 1e-30, Eps2: 1e-3, Clip: 1, Absolute: true}},
	},
	invalid: map[string]Rule{
		"optimizers: Adafactor: Power = 0: want (0, 1]":             Adafactor{Eps1: 1, Eps2: 1, Clip: 1},
		"optimizers: Adafactor: Eps1 = 0: want more than 0":         Adafactor{Power: 1, Eps2: 1, Clip: 1},
		"optimizers: Adafactor: Eps2 = 0: want more than 0":         Adafactor{Power: 1, Eps1: 1, Clip: 1},
		"optimizers: Adafactor: Clip = 0: want more than 0":         Adafactor{Power: 1, Eps1: 1, Eps2: 1},
		"optimizers: Adafactor: Beta1 = 1: want [0, 1)":             Adafactor{Power: 1, Eps1: 1, Eps2: 1, Clip: 1, Beta1: 1},
		"optimizers: Adafactor: WeightDecay = -0.1: want 0 or more": Adafactor{Power: 1, Eps1: 1, Eps2: 1, Clip: 1, WeightDecay: -.1},
	},
	coupled: true,
}

// A matrix of m rows and n columns takes m + n numbers, and the state says so.
func TestAdafactorState(t *testing.T) {
	params := models[float64](muonTests)
	o := bind(t, DefaultAdafactor(), params)
	steps(t, o, params, 0, 1)
	for i, s := range o.State().Slots {
		assert.Equal(t, []string{"row_var", "col_var"}[i%2], s.Name)
		assert.Equal(t, [][]int{{2, 1}, {1, 3}, {4, 1}, {1, 2}, {3, 1}, {1, 3}}[i], s.Shape)
	}
	// The second moment of a product of a row's factor and a column's is exact.
	p := []Param[float64]{{Name: "w", Shape: []int{2, 2}, Value: []float64{1, 1, 1, 1}, Grad: []float64{1, -10, 100, 1000}}}
	require.NoError(t, bind(t, DefaultAdafactor(), p).Step(.1))
	assert.InDeltaSlice(t, []float64{.9, 1.1, .9, .9}, p[0].Value, 1e-12)
}
