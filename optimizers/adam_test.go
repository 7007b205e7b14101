package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var adamTests = ruleTests{
	name: "Adam",
	golden: map[string]Rule{
		"adam":                                DefaultAdam(),
		"adam eps 1e-6":                       D2LAdam(),
		"adam .7 .9 eps .1 decay .3":          Adam{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3},
		"adam amsgrad":                        Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, AMSGrad: true},
		"adam amsgrad .8 .6 eps .01 decay .1": Adam{Beta1: .8, Beta2: .6, Eps: .01, WeightDecay: .1, AMSGrad: true},
		"adam hat":                            MXNetAdam(),
		"adam hat .7 .9 eps .1 decay .3":      Adam{Beta1: .7, Beta2: .9, Eps: .1, WeightDecay: .3, EpsHat: true},
		"adam hat amsgrad .8 .6 eps .01":      Adam{Beta1: .8, Beta2: .6, Eps: .01, AMSGrad: true, EpsHat: true},
	},
	conforming: []Rule{
		DefaultAdam(),
		D2LAdam(),
		MXNetAdam(),
		Adam{Beta1: .8, Beta2: .6, Eps: .01, WeightDecay: .1, AMSGrad: true},
		Adam{Eps: 1e-3},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultAdam(), Adam{Beta1: .8, Beta2: .999, Eps: 1e-8}},
		"Beta2":       {DefaultAdam(), Adam{Beta1: .9, Beta2: .99, Eps: 1e-8}},
		"Eps":         {DefaultAdam(), D2LAdam()},
		"WeightDecay": {DefaultAdam(), Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .01}},
		"AMSGrad":     {Adam{Beta1: .9, Beta2: .5, Eps: 1e-8}, Adam{Beta1: .9, Beta2: .5, Eps: 1e-8, AMSGrad: true}},
		"EpsHat":      {DefaultAdam(), MXNetAdam()},
	},
	invalid: map[string]Rule{
		"optimizers: Adam: Beta1 = 1.2: want [0, 1)":                 Adam{Beta1: 1.2, Beta2: .999, Eps: 1e-8},
		"optimizers: Adam: Beta1 = NaN: want [0, 1)":                 Adam{Beta1: nan, Beta2: .999, Eps: 1e-8},
		"optimizers: Adam: Beta2 = 1: want [0, 1)":                   Adam{Beta1: .9, Beta2: 1, Eps: 1e-8},
		"optimizers: Adam: Beta2 = -0.1: want [0, 1)":                Adam{Beta1: .9, Beta2: -.1, Eps: 1e-8},
		"optimizers: Adam: Eps = 0: want more than 0":                Adam{Beta1: .9, Beta2: .999},
		"optimizers: Adam: Eps = +Inf: want a finite number":         Adam{Beta1: .9, Beta2: .999, Eps: inf},
		"optimizers: Adam: WeightDecay = -0.1: want 0 or more":       Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: -.1},
		"optimizers: Adam: WeightDecay = +Inf: want a finite number": Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: inf},
		"optimizers: Adam: WeightDecay = NaN: want a finite number":  Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: nan},
		"optimizers: Adam: Eps = -1e-08: want more than 0":           Adam{Beta1: .9, Beta2: .999, Eps: -1e-8},
		"optimizers: Adam: Beta1 = -1: want [0, 1)":                  Adam{Beta1: -1, Beta2: 2, Eps: -1},
		"optimizers: Adam: Beta2 = 2: want [0, 1)":                   Adam{Beta2: 2, Eps: -1},
	},
}

// oneStep moves values once from these gradients at rate .1.
func oneStep(t *testing.T, rule Rule, value, grad []float64) []float64 {
	t.Helper()
	p := Param[float64]{Name: "w", Shape: []int{len(value)}, Value: append([]float64{}, value...), Grad: grad}
	require.NoError(t, bind(t, rule, []Param[float64]{p}).Step(.1))
	return p.Value
}

// The first step divides g by √g² where the average has seen nothing else.
func TestFirstStepIsTheSign(t *testing.T) {
	x, g := []float64{1, -2, .5, 0}, []float64{3, -.01, 1e-4, 0}
	const eps = 1e-3
	for _, rule := range []Rule{
		Adam{Beta1: .9, Beta2: .999, Eps: eps},
		Adam{Beta1: .9, Beta2: .999, Eps: eps, AMSGrad: true},
		Adam{Beta1: .9, Beta2: .999, Eps: eps * math.Sqrt(.001), EpsHat: true},
		AdamW{Beta1: .9, Beta2: .999, Eps: eps},
		Adamax{Beta1: .9, Beta2: .999, Eps: eps},
		Yogi{Beta1: .9, Beta2: .999, Eps: eps},
	} {
		for i, got := range oneStep(t, rule, x, g) {
			assert.InDelta(t, x[i]-.1*g[i]/(math.Abs(g[i])+eps), got, 1e-13, "%+v", rule)
		}
	}
}

// While v rises its maximum is v itself: the loop of AMSGrad and the kernel of
// Adam have the same bits.
func TestAMSGradWhileGradientsGrow(t *testing.T) {
	one, two := []Param[float32]{param[float32]("w", 67)}, []Param[float32]{param[float32]("w", 67)}
	for _, hat := range []bool{false, true} {
		rule := Adam{Beta1: .9, Beta2: .99, Eps: 1e-3, EpsHat: hat}
		a := bind(t, rule, one)
		rule.AMSGrad = true
		b := bind(t, rule, two)
		for step := range 6 {
			for i := range one[0].Grad {
				one[0].Grad[i] = float32(1+step) * float32(math.Sin(float64(i+1)))
			}
			copy(two[0].Grad, one[0].Grad)
			require.NoError(t, a.Step(.1))
			require.NoError(t, b.Step(.1))
		}
		assert.Equal(t, one[0].Value, two[0].Value)
	}
}

// An ε that is too small for float32 still keeps 0/0 away.
func TestTinyEps(t *testing.T) {
	for _, rule := range []Rule{
		Adam{Eps: 1e-60},
		Adam{Eps: 1e-60, AMSGrad: true},
		Adam{Eps: 1e-60, EpsHat: true},
		AdamW{Eps: 1e-60},
		Adamax{Eps: 1e-60},
		NAdam{Eps: 1e-60},
		RAdam{Beta2: .999, Eps: 1e-60},
		Yogi{Eps: 1e-60},
		LAMB{Eps: 1e-60},
	} {
		p := []Param[float32]{param[float32]("w", 19)}
		want := values(p)
		o := bind(t, rule, p)
		for range 8 {
			require.NoError(t, o.Step(.1))
		}
		assert.Equal(t, want, values(p), "%+v", rule)
	}
}

// The multiplier of a group reaches the decay of every rule of the family.
func TestAdamFamilyDecayMultiplier(t *testing.T) {
	for _, rules := range [][2]Rule{
		{Adam{Eps: .1, WeightDecay: .4}, Adam{Eps: .1, WeightDecay: .1}},
		{Adam{Eps: .1, WeightDecay: .4, AMSGrad: true}, Adam{Eps: .1, WeightDecay: .1, AMSGrad: true}},
		{AdamW{Eps: .1, WeightDecay: .4}, AdamW{Eps: .1, WeightDecay: .1}},
		{Adamax{Eps: .1, WeightDecay: .4}, Adamax{Eps: .1, WeightDecay: .1}},
		{NAdam{Eps: .1, WeightDecay: .4}, NAdam{Eps: .1, WeightDecay: .1}},
		{NAdam{Eps: .1, WeightDecay: .4, Decoupled: true}, NAdam{Eps: .1, WeightDecay: .1, Decoupled: true}},
		{RAdam{Eps: .1, WeightDecay: .4}, RAdam{Eps: .1, WeightDecay: .1}},
		{Yogi{Eps: .1, WeightDecay: .4}, Yogi{Eps: .1, WeightDecay: .1}},
		{Lion{WeightDecay: .4}, Lion{WeightDecay: .1}},
		{LAMB{Eps: .1, WeightDecay: .4}, LAMB{Eps: .1, WeightDecay: .1}},
	} {
		quarter, whole, full := model[float64](), model[float64](), model[float64]()
		o, err := New(rules[0], quarter, Config{Groups: []Group{{Names: []string{"*"}, DecayScale: .25}}})
		require.NoError(t, err)
		steps(t, o, quarter, 0, 3)
		steps(t, bind(t, rules[1], whole), whole, 0, 3)
		steps(t, bind(t, rules[0], full), full, 0, 3)
		assert.Equal(t, values(whole), values(quarter), "%+v", rules[0])
		assert.NotEqual(t, values(full), values(quarter), "%+v", rules[0])
	}
}
