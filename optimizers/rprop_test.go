package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rpropTests = ruleTests{
	name: "Rprop",
	golden: map[string]Rule{
		"rprop":                  DefaultRprop(),
		"rprop .3 1.9":           Rprop{EtaMinus: .3, EtaPlus: 1.9, StepMin: 1e-6, StepMax: 50},
		"rprop steps .08 to .13": Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMin: .08, StepMax: .13},
	},
	conforming: []Rule{
		DefaultRprop(),
		Rprop{EtaMinus: .9, EtaPlus: 3, StepMin: .08, StepMax: .13},
	},
	vary: map[string][2]Rule{
		// The steps are large, so that every gradient changes sign before the last.
		"EtaMinus": {Rprop{EtaMinus: .5, EtaPlus: 50, StepMax: 50}, Rprop{EtaMinus: .25, EtaPlus: 50, StepMax: 50}},
		"EtaPlus":  {Rprop{EtaMinus: .5, EtaPlus: 2, StepMax: 50}, Rprop{EtaMinus: .5, EtaPlus: 3, StepMax: 50}},
		"StepMin":  {Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMin: .2, StepMax: 50}, Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMin: .3, StepMax: 50}},
		"StepMax":  {Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMax: .01}, Rprop{EtaMinus: .5, EtaPlus: 1.2, StepMax: .02}},
	},
	invalid: map[string]Rule{
		"optimizers: Rprop: EtaMinus = 0: want (0, 1)":            Rprop{},
		"optimizers: Rprop: EtaMinus = 1: want (0, 1)":            Rprop{EtaMinus: 1, EtaPlus: 2, StepMax: 1},
		"optimizers: Rprop: EtaPlus = 1: want more than 1":        Rprop{EtaMinus: .5, EtaPlus: 1, StepMax: 1},
		"optimizers: Rprop: EtaPlus = +Inf: want a finite number": Rprop{EtaMinus: .5, EtaPlus: inf, StepMax: 1},
		"optimizers: Rprop: StepMin = -1: want 0 or more":         Rprop{EtaMinus: .5, EtaPlus: 2, StepMin: -1, StepMax: 1},
		"optimizers: Rprop: StepMax = 0: want more than 0":        Rprop{EtaMinus: .5, EtaPlus: 2},
		"optimizers: Rprop: StepMax = 1: want StepMin or more":    Rprop{EtaMinus: .5, EtaPlus: 2, StepMin: 2, StepMax: 1},
		"optimizers: Rprop: StepMax = NaN: want a finite number":  Rprop{EtaMinus: .5, EtaPlus: 2, StepMax: nan},
	},
}

// rpropMoves is the way gone in each step with gradients of these signs.
func rpropMoves[T Float](t *testing.T, rule Rule, rates, grads []float64) (moves []float64) {
	p := []Param[T]{{Name: "x", Shape: []int{1}, Value: []T{0}, Grad: []T{0}}}
	o := bind(t, rule, p)
	for i, g := range grads {
		p[0].Value[0], p[0].Grad[0] = 0, T(g)
		require.NoError(t, o.Step(rates[i]))
		moves = append(moves, float64(p[0].Value[0]))
	}
	return moves
}

// Steps without a rate, as in the first step of a warmup, are as if they had
// not been: the next one is the first, whatever the gradients were.
func TestRpropAtRateZero(t *testing.T) {
	moves := rpropMoves[float64](t, DefaultRprop(), []float64{0, 0, .1, 0, .1}, []float64{-1, 1, -1, 1, -1})
	assert.InDeltaSlice(t, []float64{0, 0, .1, 0, .12}, moves, 1e-15)
}

// A schedule scales the steps, and a change of sign skips one.
func TestRpropFollowsTheRate(t *testing.T) {
	moves := rpropMoves[float64](t, DefaultRprop(), []float64{.1, .1, .05, .05, .1}, []float64{-1, -3, -1e-9, 2, 1})
	assert.InDeltaSlice(t, []float64{.1, .12, .072, 0, -.072}, moves, 1e-15)
}

// Step lengths stay within their bounds at rates that no multiple of them fits.
func TestRpropAtExtremeRates(t *testing.T) {
	rates := []float64{1e-60, 1e-60, 1e-60, 1e60, 1e-60, 5e-324, 1}
	grads := []float64{-1, -1, -1, -1, -1, -1, -1}
	moves := rpropMoves[float32](t, DefaultRprop(), rates, grads)
	assert.InDeltaSlice(t, []float64{1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 50}, moves, 1e-12)
}

// Signs are compared, not multiplied: the product of tiny gradients underflows.
func TestRpropOfTinyGradients(t *testing.T) {
	moves := rpropMoves[float32](t, DefaultRprop(), []float64{.1, .1, .1}, []float64{-1e-40, -1e-40, 1e-40})
	assert.InDeltaSlice(t, []float64{.1, .12, 0}, moves, 1e-7)
}
