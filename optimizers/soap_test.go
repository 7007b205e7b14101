package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var soapTests = ruleTests{
	name: "SOAP",
	golden: map[string]Rule{
		"soap":                                  DefaultSOAP(),
		"soap .8 .7 .6 eps .01 decay .3 each 2": SOAP{Beta1: .8, Beta2: .7, Beta3: .6, Eps: .01, WeightDecay: .3, Interval: 2, MaxDim: 10_000},
		"soap up to 2 each 1":                   SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 1, MaxDim: 2},
	},
	conforming: []Rule{
		DefaultSOAP(),
		SOAP{Beta1: .8, Beta2: .7, Beta3: .6, Eps: .01, WeightDecay: .3, Interval: 2, MaxDim: 2},
		SOAP{Eps: .01, Interval: 1, MaxDim: 9},
	},
	vary: map[string][2]Rule{
		"Beta1":       {DefaultSOAP(), SOAP{Beta1: .9, Beta2: .95, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 10, MaxDim: 10_000}},
		"Beta2":       {DefaultSOAP(), SOAP{Beta1: .95, Beta2: .9, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 10, MaxDim: 10_000}},
		"Beta3":       {SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, Interval: 1, MaxDim: 9}, SOAP{Beta1: .95, Beta2: .95, Beta3: .5, Eps: 1e-8, Interval: 1, MaxDim: 9}},
		"Eps":         {DefaultSOAP(), SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-6, WeightDecay: .01, Interval: 10, MaxDim: 10_000}},
		"WeightDecay": {DefaultSOAP(), SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, Interval: 10, MaxDim: 10_000}},
		"Interval":    {DefaultSOAP(), SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 1, MaxDim: 10_000}},
		"MaxDim":      {DefaultSOAP(), SOAP{Beta1: .95, Beta2: .95, Beta3: .95, Eps: 1e-8, WeightDecay: .01, Interval: 10}},
	},
	invalid: map[string]Rule{
		"optimizers: SOAP: Beta1 = 1: want [0, 1)":             SOAP{Beta1: 1, Eps: 1, Interval: 1},
		"optimizers: SOAP: Beta2 = NaN: want [0, 1)":           SOAP{Beta2: nan, Eps: 1, Interval: 1},
		"optimizers: SOAP: Beta3 = 2: want [0, 1)":             SOAP{Beta3: 2, Eps: 1, Interval: 1},
		"optimizers: SOAP: Eps = 0: want more than 0":          SOAP{Interval: 1},
		"optimizers: SOAP: WeightDecay = -0.1: want 0 or more": SOAP{Eps: 1, WeightDecay: -.1, Interval: 1},
		"optimizers: SOAP: Interval = 0: want 1 or more":       SOAP{Eps: 1},
		"optimizers: SOAP: MaxDim = -1: want 0 or more":        SOAP{Eps: 1, Interval: 1, MaxDim: -1},
	},
	matrices:   true,
	coupled:    true,
	still:      1,
	decomposes: true,
}

// Without a basis it is Adam with EpsHat and AdamW's decay, from the second step.
func TestSOAPWithoutBasisIsAdam(t *testing.T) {
	p, q := model[float64](), model[float64]()
	o := bind(t, SOAP{Beta1: .9, Beta2: .9, Beta3: .9, Eps: 1e-3, Interval: 1}, p)
	require.NoError(t, o.Step(.1))
	steps(t, o, p, 0, 6)
	steps(t, bind(t, Adam{Beta1: .9, Beta2: .9, Eps: 1e-3, EpsHat: true}, q), q, 0, 6)
	for i := range p {
		assert.InDeltaSlice(t, q[i].Value, p[i].Value, 1e-14)
	}
}

// The bases stay orthogonal, and after many steps of gradients with a few
// directions, the last of them are eigenvectors.
func TestSOAPBasis(t *testing.T) {
	p := []Param[float64]{param[float64]("w", 5, 3)}
	o := bind(t, SOAP{Beta1: .9, Beta2: .9, Beta3: .99, Eps: 1e-8, Interval: 1, MaxDim: 9}, p)
	steps(t, o, p, 0, 200)
	s := o.State().Slots
	require.Equal(t, "GG.1", s[4].Name)
	require.Equal(t, "Q.1", s[5].Name)
	require.Equal(t, []int{3, 3}, s[5].Shape)
	h, q := s[4].Values, s[5].Values
	product := func(a, b []float64, i, j int) (sum float64) { // column i of a and j of b
		for k := range 3 {
			sum += a[3*k+i] * b[3*k+j]
		}
		return sum
	}
	hq := make([]float64, 9)
	addProduct(hq, h, q, 3, 1)
	for i := range 3 {
		for j := range 3 {
			want := 0.
			if i == j {
				want = 1
			} else {
				assert.InDelta(t, 0, product(q, hq, i, j), 1e-3*product(q, hq, 0, 0))
			}
			assert.InDelta(t, want, product(q, q, i, j), 1e-14)
		}
	}
	assert.Greater(t, product(q, hq, 0, 0), product(q, hq, 1, 1))
	assert.GreaterOrEqual(t, product(q, hq, 1, 1), product(q, hq, 2, 2))
}
