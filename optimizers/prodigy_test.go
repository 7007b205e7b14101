package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var prodigyTests = ruleTests{
	name: "Prodigy",
	golden: map[string]Rule{
		"prodigy":        DefaultProdigy(),
		"prodigy d0 .01": Prodigy{Beta1: .9, Beta2: .999, Eps: 1e-8, D0: .01},
		"prodigy d0 .01 beta1 .8 beta2 .9 eps .1": Prodigy{Beta1: .8, Beta2: .9, Eps: .1, D0: .01},
		"prodigy d0 .01 decay .1 correction":      Prodigy{Beta1: .9, Beta2: .999, Eps: 1e-8, D0: .01, WeightDecay: .1, BiasCorrection: true},
		"prodigy d0 .01 safeguard":                Prodigy{Beta1: .9, Beta2: .999, Eps: 1e-8, D0: .01, SafeguardWarmup: true},
	},
	conforming: []Rule{
		DefaultProdigy(),
		Prodigy{Beta1: .8, Beta2: .9, Eps: .1, D0: .01, WeightDecay: .1, BiasCorrection: true, SafeguardWarmup: true},
	},
	vary: map[string][2]Rule{
		"Beta1":           {Prodigy{Beta1: .9, Beta2: .9, Eps: 1e-8, D0: .01}, Prodigy{Beta1: .8, Beta2: .9, Eps: 1e-8, D0: .01}},
		"Beta2":           {Prodigy{Beta2: .9, Eps: 1e-8, D0: .01}, Prodigy{Beta2: .8, Eps: 1e-8, D0: .01}},
		"Eps":             {Prodigy{Eps: 1e-8, D0: .01}, Prodigy{Eps: 1e-6, D0: .01}},
		"D0":              {Prodigy{Eps: 1e-8, D0: .01}, Prodigy{Eps: 1e-8, D0: .02}},
		"WeightDecay":     {Prodigy{Eps: 1e-8, D0: .01}, Prodigy{Eps: 1e-8, D0: .01, WeightDecay: .01}},
		"BiasCorrection":  {Prodigy{Beta1: .9, Eps: 1e-8, D0: .01}, Prodigy{Beta1: .9, Eps: 1e-8, D0: .01, BiasCorrection: true}},
		"SafeguardWarmup": {Prodigy{Beta2: .99999, Eps: 1e-8, D0: .01}, Prodigy{Beta2: .99999, Eps: 1e-8, D0: .01, SafeguardWarmup: true}},
	},
	invalid: map[string]Rule{
		"optimizers: Prodigy: Beta1 = 1: want [0, 1)":             Prodigy{Beta1: 1, Eps: 1e-8, D0: 1e-6},
		"optimizers: Prodigy: Beta2 = 1: want [0, 1)":             Prodigy{Beta2: 1, Eps: 1e-8, D0: 1e-6},
		"optimizers: Prodigy: Eps = 0: want more than 0":          Prodigy{D0: 1e-6},
		"optimizers: Prodigy: D0 = 0: want more than 0":           Prodigy{Eps: 1e-8},
		"optimizers: Prodigy: D0 = NaN: want a finite number":     Prodigy{Eps: 1e-8, D0: nan},
		"optimizers: Prodigy: WeightDecay = -0.1: want 0 or more": Prodigy{Eps: 1e-8, D0: 1e-6, WeightDecay: -.1},
	},
	coupled: true,
	ordered: true,
}

// TestProdigyFindsTheDistance minimizes |x − 1000| + 2·|y + 300| from zero: d
// comes from a millionth to the order of the distance, and x with it.
func TestProdigyFindsTheDistance(t *testing.T) {
	t.Run("float32", distance[float32])
	t.Run("float64", distance[float64])
}

func distance[T Float](t *testing.T) {
	x := []Param[T]{
		{Name: "x", Value: make([]T, 1), Grad: make([]T, 1)},
		{Name: "y", Value: make([]T, 1), Grad: make([]T, 1)},
	}
	o := bind(t, DefaultProdigy(), x)
	last := 0.0
	const n = 2000
	for i := range n {
		x[0].Grad[0] = T(math.Copysign(1, float64(x[0].Value[0]-1000)))
		x[1].Grad[0] = T(math.Copysign(2, float64(x[1].Value[0]+300)))
		require.NoError(t, o.Step(.5*(1+math.Cos(math.Pi*float64(i)/n))))
		d := o.State().Globals[0].Value
		require.GreaterOrEqual(t, d, last)
		last = d
	}
	assert.Greater(t, last, 30.0)
	assert.Less(t, last, 1000.0, "a lower bound")
	assert.InDelta(t, 1000, float64(x[0].Value[0]), 20)
	assert.InDelta(t, -300, float64(x[1].Value[0]), 20)
}

// TestProdigyFirstStep holds that the first step is that of Adam without
// correction, at the rate D0.
func TestProdigyFirstStep(t *testing.T) {
	params := model[float64]()
	before := values(params)
	gradient(params, 0)
	require.NoError(t, bind(t, DefaultProdigy(), params).Step(1))
	for i, p := range params {
		for j, g := range p.Grad {
			want := 1e-6 * .1 * g / (math.Sqrt(.001)*math.Abs(g) + 1e-8)
			assert.InDelta(t, before[i][j]-want, p.Value[j], 1e-15)
		}
	}
}

// TestProdigyTogether holds that d is one of all parameters: what one of them
// does depends on the others.
func TestProdigyTogether(t *testing.T) {
	rule := Prodigy{Beta2: .99999, Eps: 1e-8, D0: .01} // long steps, for d to grow at these gradients
	one, both := []Param[float64]{param[float64]("a", 4)}, []Param[float64]{param[float64]("a", 4), param[float64]("b", 9)}
	steps(t, bind(t, rule, one), one, 0, 6)
	steps(t, bind(t, rule, both), both, 0, 6)
	assert.NotEqual(t, one[0].Value, both[0].Value)
}
