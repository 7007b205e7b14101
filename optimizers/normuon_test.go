package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var norMuonTests = ruleTests{
	name: "NorMuon",
	golden: map[string]Rule{
		"normuon":                        DefaultNorMuon(),
		"normuon .8 .6 decay .5 3 steps": NorMuon{Momentum: .8, Beta2: .6, WeightDecay: .5, Steps: 3},
		"normuon rms":                    NorMuon{Momentum: .95, Beta2: .95, Steps: 5, Scale: MuonRMS},
	},
	conforming: []Rule{
		DefaultNorMuon(),
		NorMuon{WeightDecay: .1, Steps: 3},
	},
	vary: map[string][2]Rule{
		"Momentum":    {DefaultNorMuon(), NorMuon{Momentum: .9, Beta2: .95, Steps: 5}},
		"Beta2":       {DefaultNorMuon(), NorMuon{Momentum: .95, Beta2: .8, Steps: 5}},
		"WeightDecay": {DefaultNorMuon(), NorMuon{Momentum: .95, Beta2: .95, Steps: 5, WeightDecay: .1}},
		"Steps":       {DefaultNorMuon(), NorMuon{Momentum: .95, Beta2: .95, Steps: 3}},
		"Scale":       {DefaultNorMuon(), NorMuon{Momentum: .95, Beta2: .95, Steps: 5, Scale: MuonRMS}},
	},
	invalid: map[string]Rule{
		"optimizers: NorMuon: Momentum = 1: want [0, 1)":                             NorMuon{Momentum: 1, Steps: 5},
		"optimizers: NorMuon: Beta2 = NaN: want [0, 1)":                              NorMuon{Beta2: nan, Steps: 5},
		"optimizers: NorMuon: WeightDecay = -0.1: want 0 or more":                    NorMuon{WeightDecay: -.1, Steps: 5},
		"optimizers: NorMuon: Steps = 0: want 1 or more":                             NorMuon{},
		"optimizers: NorMuon: Scale = MuonScale(3): want rectangle, rms or spectral": NorMuon{Steps: 5, Scale: 3},
	},
	matrices: true,
	coupled:  true,
}

// The first step has rows of one length, and the norm of Muon's.
func TestNorMuonRows(t *testing.T) {
	grad := []float64{10, 0, 0, 1, 2, 0, .1, .1, 1}
	step := func(rule Rule) []float64 {
		p := []Param[float64]{{Name: "w", Shape: []int{3, 3}, Value: make([]float64, 9), Grad: grad}}
		require.NoError(t, bind(t, rule, p).Step(1))
		return p[0].Value
	}
	nor, plain := step(DefaultNorMuon()), step(DefaultMuon())
	assert.InEpsilon(t, Norm(plain), Norm(nor), 1e-6)
	for _, i := range []int{3, 6} {
		assert.InEpsilon(t, Norm(nor[:3]), Norm(nor[i:i+3]), 1e-6)
		assert.Greater(t, math.Abs(Norm(plain[:3])-Norm(plain[i:i+3])), 1e-3)
	}
}

func TestMuonScaleText(t *testing.T) {
	for s := range MuonScale(3) {
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back MuonScale
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, s, back)
	}
	_, err := MuonScale(-1).MarshalText()
	assert.EqualError(t, err, "optimizers: MuonScale(-1): want rectangle, rms or spectral")
	assert.EqualError(t, new(MuonScale).UnmarshalText([]byte("x")), `optimizers: MuonScale = "x": want rectangle, rms or spectral`)
	assert.Equal(t, 2., MuonRectangle.of(12, 3))
	assert.Equal(t, 1., MuonRectangle.of(3, 12))
	assert.InDelta(t, .8, MuonRMS.of(3, 16), 1e-15)
	assert.Equal(t, .5, MuonSpectral.of(3, 12))
}
