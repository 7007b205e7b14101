package nn_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The loss of one dense layer and its gradients, from the layer's output by the
// definition in float64, for batches of part of a group, a whole one, and more.
func TestLosses(t *testing.T) {
	for _, c := range []struct {
		name string
		loss nn.Loss
		// row returns the loss of a row and its derivative by the output.
		row func(b *datasets.Batch, i int, y []float64) (float64, []float64)
	}{
		{"cross-entropy", nn.SoftmaxCrossEntropy{}, crossEntropyRow},
		{"squared", nn.SquaredError{}, func(b *datasets.Batch, i int, y []float64) (float64, []float64) {
			return squaredRow(b, i, y, 1)
		}},
		{"half squared", nn.SquaredError{Half: true}, func(b *datasets.Batch, i int, y []float64) (float64, []float64) {
			return squaredRow(b, i, y, .5)
		}},
		{"smoothing", nn.SoftmaxCrossEntropy{Smoothing: .2}, func(b *datasets.Batch, i int, y []float64) (float64, []float64) {
			return smoothRow(b, i, y, .2)
		}},
		{"absolute", nn.AbsoluteError{}, func(b *datasets.Batch, i int, y []float64) (float64, []float64) {
			return valueRow(b, i, y, func(x, target float64) (float64, float64) {
				return math.Abs(x - target), math.Copysign(1, x-target)
			})
		}},
		{"huber", nn.Huber{Delta: 2}, func(b *datasets.Batch, i int, y []float64) (float64, []float64) {
			return valueRow(b, i, y, func(x, target float64) (float64, float64) {
				if e := x - target; math.Abs(e) > 2 {
					return 2*math.Abs(e) - 2, math.Copysign(2, e)
				}
				return (x - target) * (x - target) / 2, x - target
			})
		}},
	} {
		const in, out = 3, 4
		m := newModel(t, nn.Dense{Units: out, Weight: nn.Normal{SD: 3}}, nn.Config{Input: []int{in}, Loss: c.loss})
		for _, rows := range []int{17, 1, 5, 16, 33} {
			t.Run(fmt.Sprint(c.name, rows), func(t *testing.T) {
				b := inputBatch(rows, in, out, c.name)
				for i := range rows {
					b.Labels = append(b.Labels, int32(i*i%out))
				}
				loss, output, err := m.Step(b)
				require.NoError(t, err)
				var want float64
				dw, db := make([]float64, out*in), make([]float64, out)
				for i := range rows {
					y := make([]float64, out)
					for j := range y {
						y[j] = float64(output[i*out+j])
					}
					l, d := c.row(b, i, y)
					want += l / float64(rows)
					for j, v := range d {
						db[j] += v / float64(rows)
						for k := range in {
							dw[j*in+k] += v * float64(b.Inputs[i*in+k]) / float64(rows)
						}
					}
				}
				assert.InEpsilon(t, want, loss, 1e-6)
				nearly(t, dw, param(t, m, "weight").Grad, 1e-6)
				nearly(t, db, param(t, m, "bias").Grad, 1e-6)
				evaluated, _, err := m.Evaluate(b)
				require.NoError(t, err)
				assert.Equal(t, loss, evaluated)
			})
		}
	}
}

func crossEntropyRow(b *datasets.Batch, i int, y []float64) (float64, []float64) {
	var sum float64
	for _, v := range y {
		sum += math.Exp(v)
	}
	d := make([]float64, len(y))
	for j, v := range y {
		d[j] = math.Exp(v) / sum
	}
	d[b.Labels[i]]--
	return math.Log(sum) - y[b.Labels[i]], d
}

// smoothRow is the cross-entropy with the target of which a part is spread.
func smoothRow(b *datasets.Batch, i int, y []float64, part float64) (float64, []float64) {
	loss, d := crossEntropyRow(b, i, y)
	loss *= 1 - part
	for j := range d {
		d[j] *= 1 - part
	}
	for c := range y {
		l, dc := crossEntropyRow(&datasets.Batch{Labels: slices.Repeat([]int32{int32(c)}, i+1)}, i, y)
		loss += l * part / float64(len(y))
		for j, v := range dc {
			d[j] += v * part / float64(len(y))
		}
	}
	return loss, d
}

// valueRow is the mean of a loss of values.
func valueRow(b *datasets.Batch, i int, y []float64, f func(x, target float64) (loss, d float64)) (loss float64, d []float64) {
	for j, v := range y {
		l, slope := f(v, float64(b.Targets[i*len(y)+j]))
		loss += l / float64(len(y))
		d = append(d, slope/float64(len(y)))
	}
	return loss, d
}

func squaredRow(b *datasets.Batch, i int, y []float64, factor float64) (loss float64, d []float64) {
	n := float64(len(y))
	for j, v := range y {
		e := v - float64(b.Targets[i*len(y)+j])
		loss += factor * e * e / n
		d = append(d, 2*factor*e/n)
	}
	return loss, d
}

// nearly compares with tol times the largest value.
func nearly(t *testing.T, want []float64, got []float32, tol float64) {
	t.Helper()
	require.Len(t, got, len(want))
	largest := 0.
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range want {
		assert.InDelta(t, v, float64(got[i]), tol*largest, "element %d", i)
	}
}

// Settings that cannot be are errors of NewModel.
func TestLossSettings(t *testing.T) {
	for _, c := range []struct {
		loss nn.Loss
		want string
	}{
		{nn.SoftmaxCrossEntropy{Smoothing: 2}, "nn: loss: softmax cross-entropy: Smoothing = 2: want [0, 1]"},
		{nn.SoftmaxCrossEntropy{ClassWeights: []float64{1}}, "nn: loss: softmax cross-entropy: 1 ClassWeights: want one for each of 3 classes"},
		{nn.Huber{Delta: -1}, "nn: loss: Huber: Delta = -1: want 0 (1) or more, finite"},
		{nn.Huber{Delta: math.NaN()}, "nn: loss: Huber: Delta = NaN: want 0 (1) or more, finite"},
		{nn.BinaryCrossEntropy{PositiveWeights: []float64{1, 2}}, "nn: loss: binary cross-entropy: 2 weights of positives: want none, one, or one for each of 3 values of a row"},
		{nn.BinaryCrossEntropy{PositiveWeights: []float64{-1}}, "nn: loss: binary cross-entropy: weight of positives [0] = -1: want 0 or more, finite"},
	} {
		_, err := nn.NewModel(nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: c.loss})
		assert.EqualError(t, err, c.want)
	}
}

// Class weights divide by the weights of the labels; the defaults of the fields are
// what the comments say.
func TestLossOptions(t *testing.T) {
	evaluated := func(loss nn.Loss, b datasets.Batch) float64 {
		b.Rows, b.Inputs = 2, []float32{0, math.Ln2}
		m := newModel(t, nn.Sequential(nn.Dense{Units: 2, NoBias: true, Weight: nn.Constant(1)}, nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			w, err := s.Constant("w", tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 0, 0, -1}))) // x and −x
			if err != nil {
				return nil, err
			}
			return s.Affine(x, w, nil, false)
		})), nn.Config{Input: []int{1}, Loss: loss})
		v, _, err := m.Evaluate(&b)
		require.NoError(t, err)
		return v
	}
	// The logits are (0, 0) and (log 2, −log 2), the probabilities (1/2, 1/2) and (4/5, 1/5).
	labels := datasets.Batch{Labels: []int32{0, 1}}
	assert.InDelta(t, (math.Ln2+math.Log(5))/2, evaluated(nn.SoftmaxCrossEntropy{}, labels), 1e-6)
	assert.InDelta(t, (math.Ln2+3*math.Log(5))/4, evaluated(nn.SoftmaxCrossEntropy{ClassWeights: []float64{1, 3}}, labels), 1e-6)
	labels.Weights = []float32{2, 1}
	assert.InDelta(t, (2*math.Ln2+3*math.Log(5))/5, evaluated(nn.SoftmaxCrossEntropy{ClassWeights: []float64{1, 3}}, labels), 1e-6)
	targets := datasets.Batch{Targets: []float32{1, 0, 1, 0}}
	// σ is 1/2, 1/2, 2/3 and 1/3.
	assert.InDelta(t, (2*math.Ln2+2*math.Log(1.5))/4, evaluated(nn.BinaryCrossEntropy{}, targets), 1e-6)
	assert.InDelta(t, (4*math.Ln2+4*math.Log(1.5))/4, evaluated(nn.BinaryCrossEntropy{PositiveWeights: []float64{3}}, targets), 1e-6)
	assert.InDelta(t, (3*math.Ln2+3*math.Log(1.5))/4, evaluated(nn.BinaryCrossEntropy{PositiveWeights: []float64{2, 5}}, targets), 1e-6)
	targets.Weights = []float32{1, 0}
	targets.Targets[2] = 7 // left out
	assert.InDelta(t, math.Ln2, evaluated(nn.BinaryCrossEntropy{}, targets), 1e-6)
	far := datasets.Batch{Targets: []float32{3, 0, math.Ln2, 0}}
	assert.InDelta(t, (2.5+math.Ln2*math.Ln2/2)/4, evaluated(nn.Huber{}, far), 1e-6)
	assert.InDelta(t, (3+math.Ln2)/4, evaluated(nn.AbsoluteError{}, far), 1e-6)
}

// Logits far beyond what an exponential can be taken of.
func TestCrossEntropyIsStable(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 2, NoBias: true, Weight: nn.Uniform{Low: 1, High: 2}}, nn.Config{Input: []int{1}, Loss: nn.SoftmaxCrossEntropy{}})
	w := param(t, m, "weight").Value
	w[0], w[1] = 1000, -1000
	loss, _, err := m.Step(&datasets.Batch{Rows: 2, Inputs: []float32{1, 1}, Labels: []int32{1, 0}})
	require.NoError(t, err)
	assert.Equal(t, 1000., loss)
	assert.Equal(t, []float32{.5, -.5}, param(t, m, "weight").Grad)
}

// What a batch lacks for the loss, or has too much of, is named with both numbers.
func TestLossErrors(t *testing.T) {
	classifier := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.SoftmaxCrossEntropy{}})
	regression := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.SquaredError{}})
	binary := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.BinaryCrossEntropy{}})
	huber := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.Huber{}})
	rare := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.SoftmaxCrossEntropy{ClassWeights: []float64{0, 1, 1}}})
	x := normal(4, "x")
	for _, c := range []struct {
		m    *nn.Model
		b    datasets.Batch
		want string
	}{
		{classifier, datasets.Batch{}, "nn: batch of 2 rows with 0 labels: the loss wants 1 per row"},
		{classifier, datasets.Batch{Labels: []int32{1}}, "nn: batch of 2 rows with 1 labels: the loss wants 1 per row"},
		{classifier, datasets.Batch{Labels: []int32{1, 2, 0}}, "nn: batch of 2 rows with 3 labels: the loss wants 1 per row"},
		{classifier, datasets.Batch{Labels: []int32{1, 3}}, "nn: softmax cross-entropy: label 3 of row 1: want 0 to 2"},
		{classifier, datasets.Batch{Labels: []int32{-1, 2}}, "nn: softmax cross-entropy: label -1 of row 0: want 0 to 2"},
		{regression, datasets.Batch{}, "nn: batch of 2 rows with 0 target values: the loss wants 3 per row"},
		{regression, datasets.Batch{Targets: x}, "nn: batch of 2 rows with 4 target values: the loss wants 3 per row"},
		{huber, datasets.Batch{Targets: x}, "nn: batch of 2 rows with 4 target values: the loss wants 3 per row"},
		{binary, datasets.Batch{Targets: x}, "nn: batch of 2 rows with 4 target values: the loss wants 3 per row"},
		{binary, datasets.Batch{Targets: []float32{0, 1, .5, 1, 1.5, 0}}, "nn: binary cross-entropy: target 1.5 of row 1: want [0, 1]"},
		{rare, datasets.Batch{Labels: []int32{0, 0}}, "nn: softmax cross-entropy: all classes of the batch have weight 0: want 1 or more that are positive"},
	} {
		c.b.Rows, c.b.Inputs = 2, x
		_, _, err := c.m.Step(&c.b)
		assert.EqualError(t, err, c.want)
		_, _, err = c.m.Evaluate(&c.b)
		assert.EqualError(t, err, c.want)
	}
	// The failures leave nothing behind.
	b := &datasets.Batch{Rows: 2, Inputs: x, Labels: []int32{0, 1}}
	fresh := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}, Loss: nn.SoftmaxCrossEntropy{}})
	assert.Equal(t, step(t, fresh, b), step(t, classifier, b))

	without := newModel(t, nn.Dense{Units: 3}, nn.Config{Input: []int{2}})
	_, _, err := without.Step(b)
	assert.EqualError(t, err, "nn: the model has no loss: want Config.Loss")
	_, _, err = without.Evaluate(b)
	assert.EqualError(t, err, "nn: the model has no loss: want Config.Loss")
	_, err = without.Predict(nil, x)
	assert.NoError(t, err)
}

// A loss on rows may divide by a target: the rows beyond the batch have one
// that is a target too, and give no gradient.
func TestRelativeErrorOfPartialBatch(t *testing.T) {
	relative := nn.LossFunc(func(s *nn.Scope, y *gorgonia.Node) (*gorgonia.Node, error) {
		rows, err := s.ToRows(y, s.Rows())
		if err != nil {
			return nil, err
		}
		targets, err := s.TargetRows(1)
		if err != nil {
			return nil, err
		}
		q, err := gorgonia.HadamardDiv(rows, targets)
		if err != nil {
			return nil, err
		}
		return s.MeanRows(q)
	})
	m := newModel(t, nn.Dense{Units: 1, NoBias: true, Weight: nn.Constant(2)}, nn.Config{Input: []int{1}, Loss: relative})
	loss, _, err := m.Step(&datasets.Batch{Rows: 2, Inputs: []float32{3, 5}, Targets: []float32{1, 2}})
	require.NoError(t, err)
	assert.Equal(t, 5.5, loss)
	assert.Equal(t, []float32{2.75}, param(t, m, "weight").Grad)
}

// Targets are asked for in one shape, however often.
func TestTargetsOfTwoShapes(t *testing.T) {
	both := nn.LossFunc(func(s *nn.Scope, y *gorgonia.Node) (*gorgonia.Node, error) {
		if _, err := s.Targets(2); err != nil {
			return nil, err
		}
		_, err := s.TargetRows(1, 2)
		return nil, err
	})
	_, err := nn.NewModel(nn.Dense{Units: 2}, nn.Config{Input: []int{1}, Loss: both})
	assert.EqualError(t, err, "nn: loss: targets of shape [1 2] asked for after [2]: want one shape")
}

// Gorgonia's BinaryXent, in the course of which a node of the graph is removed,
// trains as the formula says.
func TestBinaryXent(t *testing.T) {
	loss := nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
		y, err := s.Ops.Sigmoid(output)
		if err != nil {
			return nil, err
		}
		rows, err := s.ToRows(y, s.Rows())
		if err != nil {
			return nil, err
		}
		targets, err := s.TargetRows(1)
		if err != nil {
			return nil, err
		}
		each, err := gorgonia.BinaryXent(rows, targets)
		if err != nil {
			return nil, err
		}
		return s.MeanRows(each)
	})
	m := newModel(t, nn.Sequential(nn.Dense{Units: 5}, nn.Tanh{}, nn.Dense{Units: 1}), nn.Config{Input: []int{3}, Loss: loss, Seed: 1, Threads: 2})
	b := inputBatch(21, 3, 1, "xent")
	for i, v := range b.Targets {
		b.Targets[i] = float32(1 / (1 + math.Exp(float64(-v))))
	}
	value, output, err := m.Step(b)
	require.NoError(t, err)
	var want float64
	for i, x := range output {
		p, y := 1/(1+math.Exp(-float64(x))), float64(b.Targets[i])
		want -= (y*math.Log(p) + (1-y)*math.Log1p(-p)) / float64(b.Rows)
	}
	assert.InDelta(t, want, value, 1e-6)
	for _, p := range m.Params() {
		for i, g := range slices.Clone(p.Grad) {
			at := p.Value[i]
			difference := func(h float32) float64 {
				p.Value[i] = at + h
				v, _, err := m.Evaluate(b)
				require.NoError(t, err)
				return v
			}
			up, down := difference(.01), difference(-.01)
			p.Value[i] = at
			assert.InDelta(t, (up-down)/.02, float64(g), 2e-5, "%s[%d]", p.Name, i)
		}
	}
	first := value
	for range 200 {
		for _, p := range m.Params() {
			for i, g := range p.Grad {
				p.Value[i] -= g
			}
		}
		value, _, err = m.Step(b)
		require.NoError(t, err)
	}
	assert.Less(t, value, first-.02)
}

// Reconstruction is the number of values times the squared error of the inputs, for
// images of bytes as for numbers, with weights.
func TestReconstruction(t *testing.T) {
	net := nn.Sequential(nn.Flatten{}, nn.Dense{Units: 6})
	cfg := nn.Config{Input: []int{1, 2, 3}, Seed: 1}
	for _, weights := range [][]float32{nil, {1, 0, 3, 2, 1}} {
		cfg.Loss = nn.SquaredError{}
		squared := newModel(t, net, cfg)
		cfg.Loss = nn.Reconstruction{}
		b := pixelBatch(5, 6, 10, "reconstruction")
		b.Weights = weights
		numbers := inFloats(b)
		numbers.Weights, numbers.Targets = weights, numbers.Inputs
		want, _, err := squared.Step(numbers)
		require.NoError(t, err)
		for _, batch := range []*datasets.Batch{b, numbers} {
			m := newModel(t, net, cfg)
			loss, _, err := m.Step(batch)
			require.NoError(t, err)
			assert.InEpsilon(t, 6*want, loss, 1e-6)
			for i, p := range m.Params() {
				for j, g := range p.Grad {
					assert.InEpsilon(t, 6*squared.Params()[i].Grad[j], g, 1e-4)
				}
			}
		}
	}
	_, err := nn.NewModel(nn.Sequential(nn.Flatten{}, nn.Dense{Units: 5}), cfg)
	assert.EqualError(t, err, "nn: loss: Reconstruction: output rows of shape [5] for inputs of shape [1 2 3]: want the same number of values")
	_, err = nn.NewModel(bigram, nn.Config{Input: []int{3}, Vocabulary: 5, Loss: nn.Reconstruction{}})
	assert.EqualError(t, err, "nn: loss: Reconstruction: inputs are tokens: want numbers or pixels")
}
