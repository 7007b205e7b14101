package lanes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// lossCase is a loss of rows [positions, 5], and of targets or labels.
type lossCase struct {
	name   string
	labels bool // the loss takes labels, not targets
	build  func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error)
}

const lossClasses = 5

var lossCases = []lossCase{
	{"smoothing", true, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) {
		return b.SoftmaxCrossEntropyWith(x, y, CrossEntropyOptions{Smoothing: .2})
	}},
	{"class weights", true, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) {
		return b.SoftmaxCrossEntropyWith(x, y, CrossEntropyOptions{ClassWeights: []float64{1, 0, 2.5, .5, 3}})
	}},
	{"smoothing and class weights", true, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) {
		return b.SoftmaxCrossEntropyWith(x, y, CrossEntropyOptions{Smoothing: .3, ClassWeights: []float64{1, 0, 2.5, .5, 3}})
	}},
	{"absolute error", false, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) { return b.AbsoluteError(x, y) }},
	{"huber", false, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) { return b.Huber(x, y, .77) }},
	{"binary cross-entropy", false, func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) {
		return b.BinaryCrossEntropy(x, y, []float64{3})
	}},
}

// labelsOf returns an input of labels, of which each class has some.
func labelsOf(t testing.TB, b *Builder, shape ...int) *gorgonia.Node {
	t.Helper()
	labels := must(t)(b.Input("labels", tensor.Int32, shape...))
	for i := range size(shape) {
		labels.Value().Data().([]int32)[i] = int32(i * i % lossClasses)
	}
	return labels
}

func TestLossOptionsGradient(t *testing.T) {
	var checks []check
	for _, c := range lossCases {
		for _, shape := range [][]int{{1, lossClasses}, {5, 3, lossClasses}, {17, 2, lossClasses}, {33, lossClasses}} {
			for _, active := range []int{1, shape[0]} {
				inputs := [][]int{shape}
				if !c.labels && c.name != "binary cross-entropy" {
					inputs = append(inputs, shape) // the gradient goes to both
				}
				checks = append(checks, check{
					name: fmt.Sprintf("%s of %v, %d active", c.name, shape, active), rows: shape[0], active: active, inputs: inputs,
					build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (loss *gorgonia.Node, err error) {
						switch {
						case c.labels:
							loss, err = c.build(b, x, labelsOf(t, b, shape[:len(shape)-1]...))
						case len(rest) > 0:
							loss, err = c.build(b, x, must(t)(b.FromRows(rest[0])))
						default:
							loss, err = c.build(b, x, must(t)(b.FromRows(constant(t, b, "target", probabilities[float64](size(shape)), shape...))))
						}
						return autograd.Wrap(loss, err).Mul(autograd.Const(3)).Node() // a gradient that is not 1
					}),
				})
			}
		}
	}
	runChecks(t, checks)
}

// probabilities are numbers in [0, 1], of which some are at the ends.
func probabilities[T Float](n int) []T {
	v := make([]T, n)
	for i := range v {
		v[i] = T(i*i%5) / 4
	}
	return v
}

// lossResult is the loss and the gradient of rows [rows, 3, 5] of a loss with weights;
// spoiled positions hold NaN, a label or a target out of range, and the weight 0.
func (c lossCase) result(t *testing.T, cfg EngineConfig, rows, active, weights int, spoiled []int) (float64, []float32) {
	t.Helper()
	const positions = 3
	e, err := NewEngine(cfg)
	require.NoError(t, err)
	defer e.Close()
	b, err := NewBuilder(e, BuilderConfig{Rows: rows, Weights: weights})
	require.NoError(t, err)
	data := normal[float32](rows*positions*lossClasses, "loss options")
	targets := probabilities[float32](len(data))
	if weights > 0 {
		all := slices.Repeat([]float32{1}, rows*weights)
		per := len(data) / len(all)
		for _, i := range spoiled {
			all[i] = 0
			for j := range per {
				data[i*per+j], targets[i*per+j] = float32(math.NaN()), float32(math.Inf(1))
			}
		}
		copy(b.Weights().Value().Data().([]float32), all)
	}
	x := variable(t, b, "x", data, rows, positions, lossClasses)
	var y *gorgonia.Node
	if c.labels {
		y = labelsOf(t, b, rows, positions)
		for _, i := range spoiled {
			per := positions / weights
			for j := range per {
				y.Value().Data().([]int32)[i*per+j] = -100
			}
		}
	} else {
		y = must(t)(b.FromRows(constant(t, b, "y", targets, rows, positions, lossClasses)))
	}
	s, err := b.NewSession(Program{Loss: must(t)(c.build(b, must(t)(b.FromRows(x)), y)), Wrt: gorgonia.Nodes{x}})
	require.NoError(t, err)
	require.NoError(t, s.Run(active, 0))
	return s.Loss(), slices.Clone(GradientOf[float32](s, 0))
}

// The weight 0 leaves out a row, a position or a value, whatever it holds: the last
// row as if it were not in the batch. Threads change no bit, and AVX2 and AVX-512
// give the same.
func TestLossOptionsWeights(t *testing.T) {
	const rows = 21
	for _, c := range lossCases {
		want, wantGrad := c.result(t, EngineConfig{Threads: 1}, rows, rows-1, 0, nil)
		each := 3
		if !c.labels {
			each = 3 * lossClasses
		}
		for _, weights := range []int{1, each} {
			var last []int
			for i := range weights {
				last = append(last, (rows-1)*weights+i)
			}
			loss, grad := c.result(t, EngineConfig{Threads: 2}, rows, rows, weights, last)
			assert.InEpsilon(t, want, loss, 1e-6, c.name)
			for i, g := range wantGrad {
				require.InDelta(t, g, grad[i], 1e-8, "%s, %d weights [%d]", c.name, weights, i)
			}
		}
		first, firstGrad := c.result(t, EngineConfig{Threads: 1}, rows, rows, each, []int{1, 20})
		for _, cfg := range []EngineConfig{{Threads: 3}, {Threads: 1, ISA: ISAAVX2}, {Threads: 2, ISA: ISAAVX512}, {Threads: 1, ISA: ISAGo}} {
			if cfg.ISA.Available() != nil {
				continue
			}
			loss, grad := c.result(t, cfg, rows, rows, each, []int{1, 20})
			if cfg.ISA == ISAGo {
				assert.InEpsilon(t, first, loss, 1e-6, c.name)
				continue
			}
			assert.Equal(t, first, loss, "%s %+v", c.name, cfg)
			assert.Equal(t, firstGrad, grad, "%s %+v", c.name, cfg)
		}
	}
}

// Options that say nothing change no bit, and weights of 1 no more than rounding.
func TestCrossEntropyOfPlainOptions(t *testing.T) {
	result := func(o CrossEntropyOptions) (float64, []float32) {
		c := lossCase{labels: true, build: func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) {
			return b.SoftmaxCrossEntropyWith(x, y, o)
		}}
		return c.result(t, EngineConfig{Threads: 1}, 21, 20, 3, []int{4})
	}
	plain := lossCase{labels: true, build: func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error) { return b.SoftmaxCrossEntropy(x, y) }}
	want, wantGrad := plain.result(t, EngineConfig{Threads: 1}, 21, 20, 3, []int{4})
	loss, grad := result(CrossEntropyOptions{})
	assert.Equal(t, want, loss)
	assert.Equal(t, wantGrad, grad)
	loss, grad = result(CrossEntropyOptions{ClassWeights: slices.Repeat([]float64{2}, lossClasses)})
	assert.InEpsilon(t, want, loss, 1e-6)
	for i, g := range wantGrad {
		require.InDelta(t, g, grad[i], 1e-8)
	}
}

// Numbers far beyond where the exponential or a square overflows, with the loss of
// one value and its derivative.
func TestLossExtremes(t *testing.T) {
	const large = 1e30
	for _, test := range []struct {
		name               string
		build              func(b *Builder, x, y *gorgonia.Node) (*gorgonia.Node, error)
		x, target, loss, d float32
	}{
		{"absolute error", (*Builder).AbsoluteError, large, -large, 2 * large, 1},
		{"absolute error", (*Builder).AbsoluteError, 3, 3, 0, 0},
		{"huber", lossCases[4].build, large, 0, .77 * large, .77},
		{"huber", lossCases[4].build, -large, 0, .77 * large, -.77},
		{"binary", lossCases[5].build, large, 1, 0, 0},
		{"binary", lossCases[5].build, -large, 0, 0, 0},
		{"binary", lossCases[5].build, -large, 1, 3 * large, -3},
		{"binary", lossCases[5].build, large, 0, large, 1},
		{"binary", lossCases[5].build, 0, 1, 3 * math.Ln2, -1.5},
	} {
		b := newTestBuilder(t, 1, tensor.Float32)
		x := variable(t, b, "x", []float32{test.x}, 1, 1)
		target := must(t)(b.FromRows(constant(t, b, "target", []float32{test.target}, 1, 1)))
		loss, grad := lossOf[float32](t, b, x, must(t)(test.build(b, must(t)(b.FromRows(x)), target)), 1)
		assert.InDelta(t, test.loss, loss, 1e-6*math.Abs(float64(test.loss)), "%s of %v", test.name, test.x)
		assert.Equal(t, []float32{test.d}, grad, "%s of %v", test.name, test.x)
	}

	// A class that is ruled out by −∞ gets no gradient and costs nothing, if nothing of
	// the target is there.
	inf := math.Inf(1)
	b := newTestBuilder(t, 1, tensor.Float64)
	x := variable(t, b, "x", []float64{1, -inf, 1}, 1, 3)
	labels := must(t)(b.Input("labels", tensor.Int32, 1))
	loss, grad := lossOf[float64](t, b, x, must(t)(b.SoftmaxCrossEntropyWith(must(t)(b.FromRows(x)), labels, CrossEntropyOptions{Smoothing: .3, ClassWeights: []float64{2, 0, 2}})), 1)
	assert.InEpsilon(t, .9*math.Ln2, loss, 1e-14)
	assert.InDeltaSlice(t, []float64{.9*.5 - .8, 0, .9*.5 - .1}, grad, 1e-14)
	b = newTestBuilder(t, 1, tensor.Float64)
	x = variable(t, b, "x", []float64{1e300, 0, -1e300}, 1, 3)
	labels = must(t)(b.Input("labels", tensor.Int32, 1))
	loss, grad = lossOf[float64](t, b, x, must(t)(b.SoftmaxCrossEntropyWith(must(t)(b.FromRows(x)), labels, CrossEntropyOptions{Smoothing: .3})), 1)
	assert.InEpsilon(t, 3e299, loss, 1e-14)
	assert.InDeltaSlice(t, []float64{.2, -.1, -.1}, grad, 1e-14)
}

func TestLossOptionErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", make([]float64, 6), 2, 3)))
	other := must(t)(b.FromRows(variable(t, b, "x", make([]float64, 4), 2, 2)))
	labels := must(t)(b.Input("labels", tensor.Int32, 2))
	for _, test := range []struct {
		options CrossEntropyOptions
		want    string
	}{
		{CrossEntropyOptions{Smoothing: -.1}, "Smoothing = -0.1: want [0, 1]"},
		{CrossEntropyOptions{Smoothing: 1.1}, "Smoothing = 1.1: want [0, 1]"},
		{CrossEntropyOptions{Smoothing: math.NaN()}, "Smoothing = NaN: want [0, 1]"},
		{CrossEntropyOptions{ClassWeights: []float64{1, 2}}, "2 ClassWeights: want one for each of 3 classes"},
		{CrossEntropyOptions{ClassWeights: []float64{}}, "0 ClassWeights: want one for each of 3 classes"},
		{CrossEntropyOptions{ClassWeights: []float64{1, -1, 2}}, "ClassWeights[1] = -1: want 0 or more, finite"},
		{CrossEntropyOptions{ClassWeights: []float64{1, 2, math.Inf(1)}}, "ClassWeights[2] = +Inf: want 0 or more, finite"},
		{CrossEntropyOptions{ClassWeights: []float64{0, 0, 0}}, "ClassWeights = [0 0 0]: want 1 or more that are positive"},
	} {
		_, err := b.SoftmaxCrossEntropyWith(x, labels, test.options)
		assert.EqualError(t, err, "lanes: softmax cross-entropy: "+test.want)
	}
	for _, delta := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := b.Huber(x, x, delta)
		assert.EqualError(t, err, fmt.Sprintf("lanes: huber: delta = %v: want more than 0, finite", delta))
	}
	for _, test := range []struct {
		weights []float64
		want    string
	}{
		{[]float64{1, 2}, "2 weights of positives: want none, one, or one for each of 3 values of a row"},
		{[]float64{1, -2, 3}, "weight of positives [1] = -2: want 0 or more, finite"},
		{[]float64{math.NaN()}, "weight of positives [0] = NaN: want 0 or more, finite"},
	} {
		_, err := b.BinaryCrossEntropy(x, x, test.weights)
		assert.EqualError(t, err, "lanes: binary cross-entropy: "+test.want)
	}
	for _, c := range lossCases[3:] {
		_, err := c.build(b, x, other)
		assert.ErrorContains(t, err, "rows of shape [3] with targets of shape [2]: want the same", c.name)
		_, err = c.build(b, x, nil)
		assert.ErrorContains(t, err, "target: the node is nil", c.name)
		_, err = c.build(b, x, labels)
		assert.Error(t, err, c.name)
	}
	_, err := b.BinaryCrossEntropy(x, labels, nil)
	assert.EqualError(t, err, "lanes: binary cross-entropy: target of int32: want float64")
}

// What a batch holds that no loss can be computed of.
func TestLossBatchErrors(t *testing.T) {
	b := newTestBuilder(t, 18, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", make([]float64, 36), 18, 2)))
	targets := must(t)(b.Input("targets", tensor.Float64, 18, 2))
	labels := must(t)(b.Input("labels", tensor.Int32, 18))
	binary := must(t)(b.BinaryCrossEntropy(x, must(t)(b.FromRows(targets)), nil))
	s := newTestSession(t, b, Program{Loss: binary, Outputs: gorgonia.Nodes{binary}})
	for _, v := range []float64{-.1, 1.1, math.NaN()} {
		y := make([]float64, 36)
		y[35] = v
		assert.EqualError(t, s.Run(18, 0, Feed{targets, y}), fmt.Sprintf("lanes: binary cross-entropy: target %v of row 17: want [0, 1]", v))
	}
	class := must(t)(b.SoftmaxCrossEntropyWith(x, labels, CrossEntropyOptions{ClassWeights: []float64{0, 1}}))
	s = newTestSession(t, b, Program{Loss: class, Outputs: gorgonia.Nodes{class}})
	assert.EqualError(t, s.Run(18, 0), "lanes: softmax cross-entropy: all classes of the batch have weight 0: want 1 or more that are positive")
	y := make([]int32, 18)
	y[3] = 1
	require.NoError(t, s.Run(18, 0, Feed{labels, y}))
	assert.InEpsilon(t, math.Ln2, s.Loss(), 1e-15)
	assert.Error(t, s.Run(3, 0), "row 3 is not there")
}
