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

func TestLossGradient(t *testing.T) {
	var checks []check
	for _, rows := range []int{1, 5, 16, 17, 33} {
		for _, active := range []int{1, (rows + 1) / 2, rows} {
			checks = append(checks, check{
				name: fmt.Sprintf("cross-entropy %d of %d", active, rows), rows: rows, active: active, inputs: [][]int{{rows, 5}},
				build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
					labels, err := b.Input("labels", tensor.Int32, rows)
					if err != nil {
						return nil, err
					}
					for r := range rows {
						labels.Value().Data().([]int32)[r] = int32(r % 5)
					}
					return b.SoftmaxCrossEntropy(x, labels)
				}),
			}, check{
				name: fmt.Sprintf("mean of rows %d of %d", active, rows), rows: rows, active: active, inputs: [][]int{{rows}},
				build: func(b *Builder, in gorgonia.Nodes) (*gorgonia.Node, error) {
					return b.MeanRows(must(t)(autograd.Wrap(in[0], nil).Square().Node()))
				},
			})
			for _, half := range []bool{false, true} {
				checks = append(checks, check{
					name: fmt.Sprintf("squared error %d of %d half %v", active, rows, half), rows: rows, active: active, inputs: [][]int{{rows, 1, 3}, {rows, 1, 3}},
					build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
						target, err := b.FromRows(rest[0])
						if err != nil {
							return nil, err
						}
						loss, err := b.SquaredError(x, target, half)
						return autograd.Wrap(loss, err).Mul(autograd.Const(3)).Node() // a gradient that is not 1
					}),
				})
			}
		}
	}
	runChecks(t, checks)
}

// run feeds one batch and returns the loss and the gradient of its input.
func lossOf[T Float](t *testing.T, b *Builder, x *gorgonia.Node, loss *gorgonia.Node, active int) (float64, []T) {
	t.Helper()
	s := newTestSession(t, b, Program{Loss: loss, Wrt: gorgonia.Nodes{x}})
	require.NoError(t, s.Run(active, 0))
	return s.Loss(), GradientOf[T](s, 0)
}

func crossEntropyOf[T Float](t *testing.T, logits []T, label int32) (float64, []T) {
	t.Helper()
	b := newTestBuilder(t, 1, dtypeOf[T]())
	x := variable(t, b, "x", logits, 1, len(logits))
	labels := must(t)(b.Input("labels", tensor.Int32, 1))
	labels.Value().Data().([]int32)[0] = label
	return lossOf[T](t, b, x, must(t)(b.SoftmaxCrossEntropy(must(t)(b.FromRows(x)), labels)), 1)
}

// Logits far beyond where the exponential overflows.
func TestCrossEntropyIsStable(t *testing.T) {
	for _, test := range []struct {
		logits []float32
		label  int32
		loss   float64
		grad   []float32
	}{
		{logits: []float32{1e4, 0, -1e4}, label: 0, loss: 0, grad: []float32{0, 0, 0}},
		{logits: []float32{1e4, 0, -1e4}, label: 2, loss: 2e4, grad: []float32{1, 0, -1}},
		{logits: []float32{1e30, -1e30}, label: 0, loss: 0, grad: []float32{0, 0}},
		{logits: []float32{1e30, -1e30}, label: 1, loss: float64(float32(2e30)), grad: []float32{1, -1}},
		{logits: []float32{-1e30, -1e30}, label: 1, loss: float64(float32(math.Ln2)), grad: []float32{.5, -.5}},
		{logits: []float32{1e4, 1e4, 1e4, 1e4}, label: 1, loss: float64(float32(math.Log(4))), grad: []float32{.25, -.75, .25, .25}},
		{logits: []float32{-1e30}, label: 0, loss: 0, grad: []float32{0}},
	} {
		t.Run(fmt.Sprint(test.logits, test.label), func(t *testing.T) {
			loss, grad := crossEntropyOf(t, test.logits, test.label)
			assert.InDelta(t, test.loss, loss, 1e-7*test.loss)
			assert.Equal(t, test.grad, grad)
			wide := make([]float64, len(test.logits))
			for i, v := range test.logits {
				wide[i] = float64(v)
			}
			loss, _ = crossEntropyOf(t, wide, test.label)
			assert.InDelta(t, test.loss, loss, 1e-7*test.loss)
		})
	}
	loss, grad := crossEntropyOf(t, []float32{0, float32(math.NaN())}, 0)
	assert.True(t, math.IsNaN(loss))
	assert.True(t, grad[0] != grad[0])
}

// The definition, with and without the half, over the active rows.
func TestSquaredErrorValue(t *testing.T) {
	for _, half := range []bool{false, true} {
		b := newTestBuilder(t, 3, tensor.Float64)
		x := variable(t, b, "x", []float64{1, 2, 3, 4, 100, 100}, 3, 2)
		target := constant(t, b, "target", []float64{0, 0, 5, 5, 0, 0}, 3, 2)
		loss, grad := lossOf[float64](t, b, x, must(t)(b.SquaredError(must(t)(b.FromRows(x)), must(t)(b.FromRows(target)), half)), 2)
		want, wantGrad := 10.0/4, []float64{.5, 1, -1, -.5, 0, 0}
		if half {
			want /= 2
			for i := range wantGrad {
				wantGrad[i] /= 2
			}
		}
		assert.Equal(t, want, loss)
		assert.Equal(t, wantGrad, grad)
	}
}

func TestLabelOutOfRange(t *testing.T) {
	for _, label := range []int32{-1, 3, math.MaxInt32, math.MinInt32} {
		b := newTestBuilder(t, 18, tensor.Float32)
		x := variable(t, b, "x", normal[float32](18*3, "x"), 18, 3)
		labels := must(t)(b.Input("labels", tensor.Int32, 18))
		loss := must(t)(b.SoftmaxCrossEntropy(must(t)(b.FromRows(x)), labels))
		s := newTestSession(t, b, Program{Loss: loss, Wrt: gorgonia.Nodes{x}})
		y := make([]int32, 18)
		y[17] = label
		assert.EqualError(t, s.Run(18, 0, Feed{labels, y}),
			fmt.Sprintf("lanes: softmax cross-entropy: label %d of row 17: want 0 to 2", label))
		assert.NoError(t, s.Run(17, 0), "a row beyond the batch has no label")
	}
}

// Weights of 1 change no bit, one a row and one for each term; nor does what rows of
// weight 0 hold.
func TestWeightsOfOne(t *testing.T) {
	const rows, terms, classes = 21, 3, 4
	result := func(weights int, spoil bool) (loss float64, grads [][]float32) {
		e := newTestEngine(t, 2)
		b, err := NewBuilder(e, BuilderConfig{Rows: rows, Weights: weights})
		require.NoError(t, err)
		x := variable(t, b, "x", normal[float32](rows*terms*classes, "x"), rows, terms, classes)
		y := variable(t, b, "y", normal[float32](rows*terms, "y"), rows, terms)
		labels := must(t)(b.Input("labels", tensor.Int32, rows, terms))
		z := must(t)(b.FromRows(y))
		program := Program{Loss: must(t)(b.SoftmaxCrossEntropy(must(t)(b.FromRows(x)), labels)), Wrt: gorgonia.Nodes{x, y}}
		program.Loss = must(t)(autograd.Wrap(program.Loss, nil).Add(autograd.Wrap(b.SquaredError(z, must(t)(b.Tanh(z)), true))).Node())
		s := newTestSession(t, b, program)
		feeds := []Feed{{labels, make([]int32, rows*terms)}}
		if weights > 0 {
			all := make([]float32, rows*weights)
			for i := range all {
				all[i] = 1
			}
			if spoil {
				clear(all[(rows-1)*weights:])
				x.Value().(*tensor.Dense).Float32s()[rows*terms*classes-1] = float32(math.NaN())
				y.Value().(*tensor.Dense).Float32s()[rows*terms-1] = float32(math.Inf(1))
			}
			feeds = append(feeds, Feed{s.WeightsInput(), all})
		}
		active := rows
		if !spoil {
			active--
		}
		require.NoError(t, s.Run(active, 0, feeds...))
		for i := range 2 {
			grads = append(grads, slices.Clone(GradientOf[float32](s, i)))
		}
		return s.Loss(), grads
	}
	want, wantGrads := result(0, false)
	for _, weights := range []int{1, terms} {
		for _, spoil := range []bool{false, true} {
			loss, grads := result(weights, spoil)
			assert.InEpsilon(t, want, loss, 1e-6) // a value each has another order of adding
			if weights == 1 {
				assert.Equal(t, want, loss)
			}
			assert.Equal(t, wantGrads[0], grads[0], "%d weights, spoiled %v", weights, spoil)
			if !spoil { // a derivative that is infinite or NaN, times 0
				assert.Equal(t, wantGrads[1], grads[1], "%d weights, spoiled %v", weights, spoil)
			}
		}
	}
}

// A weight multiplies the losses of its row, and their derivatives.
func TestWeights(t *testing.T) {
	e := newTestEngine(t, 1)
	b, err := NewBuilder(e, BuilderConfig{Rows: 3, Dtype: tensor.Float64, Weights: 1})
	require.NoError(t, err)
	x := variable(t, b, "x", []float64{1, 2, 3, 4, 5, 6}, 3, 2)
	target := constant(t, b, "target", make([]float64, 6), 3, 2)
	b.Weights().Value().(*tensor.Dense).Memset(2.0)
	copy(b.Weights().Value().Data().([]float64), []float64{1, 3})
	loss, grad := lossOf[float64](t, b, x, must(t)(b.SquaredError(must(t)(b.FromRows(x)), must(t)(b.FromRows(target)), false)), 3)
	assert.Equal(t, (1.*(1+4)+3*(9+16)+2*(25+36))/12, loss)
	assert.InDeltaSlice(t, []float64{2. / 12, 4. / 12, 18. / 12, 24. / 12, 20. / 12, 24. / 12}, grad, 1e-15)
}

// The mean of the first rows of a vector that is longer than the groups.
func TestMeanOfLongVector(t *testing.T) {
	b := newTestBuilder(t, 18, tensor.Float64)
	x := variable(t, b, "x", normal[float64](50, "x"), 50)
	loss, grad := lossOf[float64](t, b, x, must(t)(b.MeanRows(x)), 17)
	sum := 0.0
	want := make([]float64, 50)
	for i, v := range normal[float64](50, "x")[:17] {
		sum += v
		want[i] = 1. / 17
	}
	assert.InEpsilon(t, sum/17, loss, 1e-14)
	assert.Equal(t, want, grad)
}
