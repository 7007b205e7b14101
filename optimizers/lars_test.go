package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var larsTests = ruleTests{
	name: "LARS",
	golden: map[string]Rule{
		"lars":                               DefaultLARS(),
		"lars .1 no momentum":                LARS{TrustCoefficient: .1},
		"lars .1 momentum .5 decay .3":       LARS{TrustCoefficient: .1, Momentum: .5, WeightDecay: .3},
		"lars .2 momentum .5 decay .1 eps 2": LARS{TrustCoefficient: .2, Momentum: .5, WeightDecay: .1, Eps: 2},
	},
	conforming: []Rule{
		DefaultLARS(),
		LARS{TrustCoefficient: .1},
		LARS{TrustCoefficient: .1, Momentum: .5, WeightDecay: .3, Eps: .1},
	},
	vary: map[string][2]Rule{
		"TrustCoefficient": {LARS{TrustCoefficient: .1}, LARS{TrustCoefficient: .2}},
		"Momentum":         {LARS{TrustCoefficient: .1}, LARS{TrustCoefficient: .1, Momentum: .5}},
		"Eps":              {LARS{TrustCoefficient: .1}, LARS{TrustCoefficient: .1, Eps: 1}},
		"WeightDecay":      {LARS{TrustCoefficient: .1}, LARS{TrustCoefficient: .1, WeightDecay: .1}},
	},
	invalid: map[string]Rule{
		"optimizers: LARS: TrustCoefficient = 0: want more than 0":  LARS{},
		"optimizers: LARS: Momentum = 1: want [0, 1)":               LARS{TrustCoefficient: 1, Momentum: 1},
		"optimizers: LARS: Eps = -1: want 0 or more":                LARS{TrustCoefficient: 1, Eps: -1},
		"optimizers: LARS: WeightDecay = NaN: want a finite number": LARS{TrustCoefficient: 1, WeightDecay: nan},
	},
	matrices: true, // vectors have none of its fields but the momentum
	coupled:  true,
}

// stepOf is how far one step moves a parameter of this shape.
func stepOf(t *testing.T, rule Rule, shape []int, value, grad []float64, lr float64) []float64 {
	t.Helper()
	p := []Param[float64]{{Name: "w", Shape: shape, Value: append([]float64{}, value...), Grad: grad}}
	require.NoError(t, bind(t, rule, p).Step(lr))
	for i := range value {
		p[0].Value[i] -= value[i]
	}
	return p[0].Value
}

// The length of a step is that of the parameter times rate and coefficient,
// whatever the gradient's; the squares of these norms do not fit a float64.
func TestLARSIsScaleFree(t *testing.T) {
	rule := LARS{TrustCoefficient: .001}
	for _, scale := range []float64{1, 1e-200, 1e200} {
		got := stepOf(t, rule, []int{1, 2}, []float64{3, 4}, []float64{scale, 0}, 20)
		assert.InDeltaSlice(t, []float64{-.1, 0}, got, 1e-13)
	}
	got := stepOf(t, rule, []int{1, 2}, []float64{3e200, 4e200}, []float64{1, 0}, 20)
	assert.InEpsilon(t, -.1e200, got[0], 1e-9)
}

// Where a norm is zero, and for vectors, the ratio is 1; vectors do not decay.
func TestLARSWithoutRatio(t *testing.T) {
	rule := LARS{TrustCoefficient: .001, Momentum: .9, WeightDecay: .1}
	assert.Equal(t, []float64{-1, 2}, stepOf(t, rule, []int{1, 2}, []float64{0, 0}, []float64{2, -4}, .5))
	assert.InDeltaSlice(t, []float64{-.15, -.2}, stepOf(t, rule, []int{1, 2}, []float64{3, 4}, []float64{0, 0}, .5), 1e-15)
	assert.Equal(t, []float64{-1, 2}, stepOf(t, rule, []int{2}, []float64{3, 4}, []float64{2, -4}, .5))

	p, q := []Param[float64]{param[float64]("b", 5)}, []Param[float64]{param[float64]("b", 5)}
	steps(t, bind(t, rule, p), p, 0, 1)
	steps(t, bind(t, SGD{Momentum: .9}, q), q, 0, 1)
	assert.Equal(t, q[0].Value, p[0].Value)
}

// A group that does not decay has the ratio without decay too.
func TestLARSDecayOfGroup(t *testing.T) {
	run := func(rule Rule, groups ...Group) []float64 {
		p := []Param[float64]{param[float64]("w", 2, 3)}
		o, err := New(rule, p, Config{Groups: groups})
		require.NoError(t, err)
		steps(t, o, p, 0, 3)
		return p[0].Value
	}
	rule := LARS{TrustCoefficient: .1, WeightDecay: .3}
	assert.Equal(t, run(LARS{TrustCoefficient: .1}), run(rule, Group{Names: []string{"w"}, NoDecay: true}))
	assert.NotEqual(t, run(LARS{TrustCoefficient: .1}), run(rule))
}
