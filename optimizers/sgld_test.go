package optimizers

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var sgldTests = ruleTests{
	name: "SGLD",
	golden: map[string]Rule{
		"sgld 10":            SGLD{Examples: 10},
		"sgld 3 precision 5": SGLD{Examples: 3, PriorPrecision: 5},
	},
	conforming: []Rule{SGLD{Examples: 1}, SGLD{Examples: 5, PriorPrecision: 2}},
	vary: map[string][2]Rule{
		"Examples":       {SGLD{Examples: 1}, SGLD{Examples: 2}},
		"PriorPrecision": {SGLD{Examples: 1}, SGLD{Examples: 1, PriorPrecision: 1}},
	},
	invalid: map[string]Rule{
		"optimizers: SGLD: Examples = 0: want 1 or more":                SGLD{},
		"optimizers: SGLD: Examples = -3: want 1 or more":               SGLD{Examples: -3},
		"optimizers: SGLD: PriorPrecision = -1: want 0 or more":         SGLD{Examples: 1, PriorPrecision: -1},
		"optimizers: SGLD: PriorPrecision = +Inf: want a finite number": SGLD{Examples: 1, PriorPrecision: inf},
	},
	coupled: true, // the noise depends on name and place
}

// noiseOf is the noise of some steps of a parameter, as a rate of 1 shows it.
func noiseOf[T Float](t *testing.T, seed uint64, name string, n, steps int) (noise [][]T) {
	p := Param[T]{Name: name, Shape: []int{n}, Value: make([]T, n), Grad: make([]T, n)}
	o, err := New(SGLD{Examples: 1}, []Param[T]{p}, Config{Seed: seed})
	require.NoError(t, err)
	for range steps {
		clear(p.Value)
		require.NoError(t, o.Step(1))
		noise = append(noise, slices.Clone(p.Value))
	}
	return noise
}

// The noise is standard normal: its moments, and its distribution function
// within the distance of Kolmogorov and Smirnov at one in a million.
func TestSGLDNoiseIsNormal(t *testing.T) {
	const n = 100_000
	x := noiseOf[float64](t, 1, "w", n, 1)[0]
	var moments [4]float64
	for _, v := range x {
		for k := range moments {
			moments[k] += math.Pow(v, float64(k+1)) / n
		}
	}
	for k, want := range []float64{0, 1, 0, 3} {
		sd := math.Sqrt([]float64{1, 2, 15, 96}[k] / n)
		assert.InDelta(t, want, moments[k], 5*sd, "moment %d", k+1)
	}
	slices.Sort(x)
	distance := 0.0
	for i, v := range x {
		f := math.Erfc(-v/math.Sqrt2) / 2
		distance = max(distance, f-float64(i)/n, float64(i+1)/n-f)
	}
	assert.Less(t, distance, 2.7/math.Sqrt(n))
}

// The largest noise there is comes of 64 zero bits, the logarithm of which is
// not taken.
func TestSGLDLargestNoise(t *testing.T) {
	const key = 1<<64 - 0x9e3779b97f4a7c15 // SplitMix64's first state is zero
	a, b := normals(key, 0)
	assert.InEpsilon(t, math.Sqrt(2*53*math.Ln2), math.Hypot(a, b), 1e-14)
}

// Noise of one element is unlike its neighbours', the next steps', another
// parameter's and another seed's, and the same when drawn again.
func TestSGLDNoiseIsIndependent(t *testing.T) {
	const n = 50_000
	two := noiseOf[float64](t, 1, "w", n, 2)
	x := two[0]
	correlation := func(y []float64) (r float64) {
		for i := range y {
			r += x[i] * y[i] / float64(len(y))
		}
		return r
	}
	backwards := slices.Clone(x)
	slices.Reverse(backwards)
	for name, y := range map[string][]float64{
		"next element":     x[1:],
		"second next":      x[2:],
		"next step":        two[1],
		"next, next step":  two[1][1:],
		"other parameter":  noiseOf[float64](t, 1, "v", n, 1)[0],
		"seed":             noiseOf[float64](t, 2, "w", n, 1)[0],
		"places backwards": backwards,
	} {
		sd := 1 / math.Sqrt(n)
		if name == "places backwards" {
			sd *= math.Sqrt2 // each pair counts twice
		}
		assert.InDelta(t, 0, correlation(y), 5*sd, name)
	}
	assert.Equal(t, two, noiseOf[float64](t, 1, "w", n, 2))
	for i, v := range noiseOf[float32](t, 1, "w", n, 1)[0] {
		require.Equal(t, float32(x[i]), v)
	}
}

// The samples of the mean of N normal numbers of variance 1, with a normal
// prior, have the mean and variance of the posterior, the latter larger by
// what a step of finite length makes of it: the chain is linear,
// x ← a·x + …, with a = 1 − lr·P/2 and the stationary variance lr/(1 − a²).
func TestSGLDSamplesThePosterior(t *testing.T) {
	const (
		chains    = 4000
		examples  = 20
		prior     = 5.0
		average   = 1.5 // of the numbers
		precision = examples + prior
		rate      = .02
	)
	p := Param[float64]{Name: "mean", Shape: []int{chains}, Value: make([]float64, chains), Grad: make([]float64, chains)}
	o, err := New(SGLD{Examples: examples, PriorPrecision: prior}, []Param[float64]{p}, Config{Seed: 3})
	require.NoError(t, err)
	sum, squares, count := 0.0, 0.0, 0.0
	want := examples * average / precision
	for step := range 200 {
		for i, x := range p.Value {
			p.Grad[i] = x - average // of ½(x − y)², averaged over y
		}
		require.NoError(t, o.Step(rate))
		if step >= 50 && step%10 == 0 { // a¹⁰ = 0.06: all but independent
			for _, x := range p.Value {
				sum += x - want
				squares += (x - want) * (x - want)
				count++
			}
		}
	}
	a := 1 - rate*precision/2
	variance := rate / (1 - a*a)
	assert.InEpsilon(t, 1/precision, variance, .15, "near the posterior's")
	assert.InDelta(t, 0, sum/count, 6*math.Sqrt(variance/count))
	assert.InEpsilon(t, variance, squares/count, 6*math.Sqrt(2/count))
}

// Without weight decay for a group its prior is flat.
func TestSGLDPriorOfGroup(t *testing.T) {
	run := func(rule Rule, groups ...Group) []float64 {
		p := []Param[float64]{param[float64]("b", 4)}
		o, err := New(rule, p, Config{Groups: groups})
		require.NoError(t, err)
		steps(t, o, p, 0, 2)
		return p[0].Value
	}
	flat := run(SGLD{Examples: 1})
	assert.Equal(t, flat, run(SGLD{Examples: 1, PriorPrecision: 9}, Group{Vectors: true, NoDecay: true}))
	assert.NotEqual(t, flat, run(SGLD{Examples: 1, PriorPrecision: 9}))
}
