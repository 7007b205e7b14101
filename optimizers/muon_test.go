package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"descent/internal/parallel"
	"descent/internal/rng"
)

var muonTests = ruleTests{
	name: "Muon",
	golden: map[string]Rule{
		"muon":                              DefaultMuon(),
		"muon momentum .8 without nesterov": Muon{Momentum: .8, Steps: 5},
		"muon decay .5":                     Muon{Momentum: .95, Nesterov: true, WeightDecay: .5, Steps: 5},
		"muon 3 steps without momentum":     Muon{Steps: 3},
		"muon rms":                          Muon{Momentum: .95, Nesterov: true, Steps: 5, Scale: MuonRMS},
		"muon spectral":                     Muon{Momentum: .95, Nesterov: true, Steps: 5, Scale: MuonSpectral},
	},
	conforming: []Rule{
		DefaultMuon(),
		Muon{Momentum: .5, WeightDecay: .1, Steps: 3},
		Muon{Steps: 1},
	},
	vary: map[string][2]Rule{
		"Momentum":    {Muon{Momentum: .9, Steps: 5}, Muon{Momentum: .8, Steps: 5}},
		"Nesterov":    {Muon{Momentum: .9, Steps: 5}, Muon{Momentum: .9, Steps: 5, Nesterov: true}},
		"WeightDecay": {Muon{Steps: 5}, Muon{Steps: 5, WeightDecay: .01}},
		"Steps":       {Muon{Steps: 5}, Muon{Steps: 4}},
		"Scale":       {Muon{Steps: 5}, Muon{Steps: 5, Scale: MuonRMS}},
	},
	invalid: map[string]Rule{
		"optimizers: Muon: Momentum = 1: want [0, 1)":                              Muon{Momentum: 1, Steps: 5},
		"optimizers: Muon: Momentum = NaN: want [0, 1)":                            Muon{Momentum: nan, Steps: 5},
		"optimizers: Muon: Nesterov = true: want false without Momentum":           Muon{Nesterov: true, Steps: 5},
		"optimizers: Muon: WeightDecay = -0.1: want 0 or more":                     Muon{WeightDecay: -.1, Steps: 5},
		"optimizers: Muon: Steps = 0: want 1 or more":                              Muon{Momentum: .95},
		"optimizers: Muon: Steps = -1: want 1 or more":                             Muon{Steps: -1},
		"optimizers: Muon: Scale = MuonScale(-1): want rectangle, rms or spectral": Muon{Steps: 5, Scale: -1},
	},
	matrices: true,
	coupled:  true,
}

func TestMuonRefusesVectors(t *testing.T) {
	_, err := New(DefaultMuon(), model[float32](), Config{})
	assert.EqualError(t, err, `optimizers: parameter "0.bias": Shape = [5]: Muon wants two dimensions or more: give vectors another rule, Config{Groups: []Group{{Vectors: true, Rule: …, LRScale: …}}}`)
	_, err = New(DefaultMuon(), []Param[float32]{param[float32]("scale")}, Config{})
	assert.ErrorContains(t, err, `parameter "scale": Shape = []: Muon wants two dimensions`)

	params := model[float32]()
	o, err := New(DefaultMuon(), params, Config{Groups: []Group{{Vectors: true, Rule: SGD{Momentum: .9}, LRScale: .5}}})
	require.NoError(t, err)
	before := values(params)
	steps(t, o, params, 0, 1)
	assert.NotEqual(t, before[0], params[0].Value)
	for i, g := range params[1].Grad {
		assert.InDelta(t, before[1][i]-.05*g, params[1].Value[i], 1e-7)
	}
}

// TestMuonOrthogonal holds that the step of a matrix has singular values near
// one, times the root of rows by columns if it is tall, and the directions of
// the gradient.
func TestMuonOrthogonal(t *testing.T) {
	r := rng.New(1, "muon")
	for _, shape := range [][]int{{6, 6}, {3, 17}, {17, 3}, {5, 2, 3, 3}, {20, 2, 2}, {1, 9}, {9, 1}, {1, 1}} {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			n, _ := elements(shape)
			rows, columns := shape[0], n/shape[0]
			p := Param[float64]{Name: "w", Shape: shape, Value: make([]float64, n), Grad: make([]float64, n)}
			// a gradient with singular values from 1 to 2
			var svd mat.SVD
			random := make([]float64, n)
			for i := range random {
				random[i] = r.NormFloat64()
			}
			require.True(t, svd.Factorize(mat.NewDense(rows, columns, random), mat.SVDThin))
			var left, right, grad mat.Dense
			svd.UTo(&left)
			svd.VTo(&right)
			s := make([]float64, min(rows, columns))
			for i := range s {
				s[i] = 1 + float64(i)/float64(len(s))
			}
			grad.Product(&left, mat.NewDiagDense(len(s), s), right.T())
			copy(p.Grad, grad.RawMatrix().Data)

			require.NoError(t, bind(t, DefaultMuon(), []Param[float64]{p}).Step(1))
			var inside mat.Dense // the step in the bases of the gradient
			inside.Product(left.T(), mat.NewDense(rows, columns, p.Value), &right)
			scale := math.Sqrt(max(1, float64(rows)/float64(columns)))
			for i := range s {
				for j := range s {
					got := -inside.At(i, j) / scale
					if i == j {
						assert.InDelta(t, .95, got, .28)
					} else {
						assert.InDelta(t, 0, got, 1e-12)
					}
				}
			}
		})
	}
}

// TestMuonScale holds that the scale of the gradient does not matter.
func TestMuonScale(t *testing.T) {
	run := func(scale float64) [][]float64 {
		params := models[float64](muonTests)
		gradient(params, 0)
		for _, p := range params {
			for i := range p.Grad {
				p.Grad[i] *= scale
			}
		}
		require.NoError(t, bind(t, DefaultMuon(), params).Step(.1))
		return values(params)
	}
	small, large := run(1), run(1024)
	for i := range small {
		assert.InDeltaSlice(t, small[i], large[i], 1e-6)
	}
}

// TestMuonZeroGradient holds that no gradient is no step.
func TestMuonZeroGradient(t *testing.T) {
	params := models[float32](muonTests)
	before := values(params)
	require.NoError(t, bind(t, DefaultMuon(), params).Step(.1))
	assert.Equal(t, before, values(params))
}

// TestNewtonSchulz holds the iteration on awkward sizes against gonum.
func TestNewtonSchulz(t *testing.T) {
	r := rng.New(2, "muon")
	workers := parallel.New(3)
	defer workers.Close()
	for _, size := range [][2]int{{1, 1}, {3, 5}, {5, 3}, {16, 33}, {37, 16}, {20, 20}, {64, 64}, {70, 131}, {131, 83}} {
		rows, columns := size[0], size[1]
		x := mat.NewDense(rows, columns, nil)
		for i := range rows {
			for j := range columns {
				x.Set(i, j, r.NormFloat64())
			}
		}
		x.Scale(1/mat.Norm(x, 2), x)
		wide, narrow := make([]float64, newtonSchulzScratch(rows, columns)), make([]float32, newtonSchulzScratch(rows, columns))
		for i := range wide {
			wide[i], narrow[i] = nan, float32(nan)
		}
		for i, v := range x.RawMatrix().Data {
			wide[i], narrow[i] = v, float32(v)
		}
		for range 5 {
			var a, b, next mat.Dense
			a.Mul(x, x.T())
			b.Mul(&a, &a)
			a.Scale(-4.7750, &a)
			b.Scale(2.0315, &b)
			a.Add(&a, &b)
			next.Mul(&a, x)
			x.Scale(3.4445, x)
			x.Add(x, &next)
		}
		shared := slices.Clone(narrow)
		got32 := newtonSchulz(nil, narrow, rows, columns, 5)
		assert.Equal(t, got32, newtonSchulz(workers, shared, rows, columns, 5), "on three threads")
		for i, got := range newtonSchulz(nil, wide, rows, columns, 5) {
			assert.InDelta(t, x.RawMatrix().Data[i], got, 1e-11)
			assert.InDelta(t, x.RawMatrix().Data[i], float64(got32[i]), 1e-4)
		}
	}
}
