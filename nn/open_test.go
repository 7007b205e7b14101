package nn_test

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"testing"

	"descent/autograd"
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/safetensors"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// plainMean is a loss that means over whatever rows there are.
var plainMean = nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
	target, err := s.TargetRows(lanes.RowShape(output)...)
	if err != nil {
		return nil, err
	}
	rows := autograd.Wrap(s.ToRows(output, s.Rows()))
	return rows.Sub(autograd.Wrap(target, nil)).Square().Mean().Node()
})

// Rows that fill up a group do not count, whatever a loss does with rows.
func TestRepeatedRowsDoNotCount(t *testing.T) {
	own := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: plainMean, Seed: 1})
	ours := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: nn.SquaredError{}, Seed: 1})
	for _, rows := range []int{5, 16, 1, 21, 5} {
		b := inputBatch(rows, 3, 2, "x")
		want, wanted := stepOf(t, ours, b)
		got, output := stepOf(t, own, b)
		assert.InEpsilon(t, want, got, 1e-5, "%d rows", rows)
		assert.Equal(t, wanted, output)
		for i, p := range own.Params() {
			assert.InDeltaSlice(t, ours.Params()[i].Grad, p.Grad, 1e-5)
		}
	}
}

// Gorgonia's batch normalization keeps statistics that no other graph sees.
func TestForeignStateIsRefused(t *testing.T) {
	norm := nn.Rows{F: func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		n := s.Rows()
		image, err := gorgonia.Reshape(x, []int{n, 3, 1, 1})
		if err != nil {
			return nil, err
		}
		ones := func(name string) *gorgonia.Node {
			w, err := s.Param(name, nn.Constant(1), nn.Fans{}, n, 3, 1, 1)
			require.NoError(t, err)
			return w
		}
		y, _, _, _, err := gorgonia.BatchNorm(image, ones("scale"), ones("bias"), .9, 1e-5)
		if err != nil {
			return nil, err
		}
		return gorgonia.Reshape(y, []int{n, 3})
	}}
	_, err := nn.NewModel(nn.Sequential(norm), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	assert.ErrorContains(t, err, "nn: gorgonia's batch normalization keeps its statistics in one graph")
}

// A row of weight 2 counts like two rows, and one of weight 0 like none.
func TestWeightsOfRows(t *testing.T) {
	plain := &datasets.Batch{Rows: 4, Inputs: normal(12, "x")}
	plain.Inputs = append(plain.Inputs[:9], plain.Inputs[6:9]...) // the last two are equal
	plain.Labels, plain.Targets = []int32{0, 1, 1, 1}, []float32{1, 2, 3, 4, 5, 6, 5, 6}
	weighted := &datasets.Batch{
		Rows: 4, Inputs: append(plain.Inputs[:9:9], 7, 8, 9), Labels: []int32{0, 1, 1, -5},
		Targets: []float32{1, 2, 3, 4, 5, 6, 9, 9}, Weights: []float32{1, 1, 2, 0},
	}
	mean := nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
		rows := autograd.Wrap(s.ToRows(output, s.Rows()))
		n, err := rows.Exp().Sum(1).Node()
		if err != nil {
			return nil, err
		}
		return s.MeanRows(n)
	})
	for name, loss := range map[string]nn.Loss{"cross-entropy": nn.SoftmaxCrossEntropy{}, "squared": nn.SquaredError{}, "half": nn.SquaredError{Half: true}, "own": mean} {
		m := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: loss, Seed: 1})
		want, _ := stepOf(t, m, plain)
		grads := [][]float32{append([]float32(nil), m.Params()[0].Grad...), append([]float32(nil), m.Params()[1].Grad...)}
		got, _ := stepOf(t, m, weighted)
		assert.InEpsilon(t, want, got, 1e-6, name)
		for i, p := range m.Params() {
			assert.InDeltaSlice(t, grads[i], p.Grad, 1e-6, name)
		}
		evaluated := math.Float64frombits(evaluate(t, m, weighted).loss)
		assert.InEpsilon(t, want, evaluated, 1e-6, name)
	}
}

func TestWeightErrors(t *testing.T) {
	batch := func(weights ...float32) *datasets.Batch {
		return &datasets.Batch{Rows: 2, Inputs: normal(6, "x"), Labels: []int32{0, 1}, Targets: make([]float32, 4), Weights: weights}
	}
	nan := float32(math.NaN())
	ce := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: nn.SoftmaxCrossEntropy{}})
	for _, c := range []struct {
		weights []float32
		want    string
	}{
		{[]float32{0, 0}, "nn: softmax cross-entropy: all weights of the batch are 0: want 1 or more that are positive"},
		{[]float32{1, nan}, "nn: softmax cross-entropy: weight NaN of row 1: want 0 or more, finite"},
		{[]float32{1, -1}, "nn: softmax cross-entropy: weight -1 of row 1: want 0 or more, finite"},
		{[]float32{1}, "nn: batch of 2 rows with 1 weights: want the same number in each row"},
		{[]float32{1, 1, 1, 1, 1, 1}, "nn: loss: softmax cross-entropy: 3 weights per row: want 1, or one for each of 1 terms"},
	} {
		_, _, err := ce.Step(batch(c.weights...))
		assert.EqualError(t, err, c.want)
	}
	own := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Loss: plainMean})
	_, _, err := own.Step(batch(1, 2))
	assert.EqualError(t, err, "nn: loss: it does not use the weights of the batch: want MeanRows or Weights of its scope")
}

// embedding looks tokens up: from int32 rows [n, T] to lanes [T, width].
var embedding = lanes.Op[int]{
	Name:   "embedding",
	Inputs: []lanes.Input{{Name: "tokens", Kind: lanes.Data, Dims: 2}, {Name: "table", Kind: lanes.Param, Dims: 2}},
	F32: func(s lanes.Site, _ int) (lanes.Body[float32], error) {
		length, width := s.Shape(0)[1], s.Shape(1)[1]
		each := func(g lanes.Group[float32], f func(row, at int)) { // places in the table and in the group
			for r := range lanes.Lanes {
				row := min(g.Index*lanes.Lanes+r, g.Pass().Rows()-1)
				for i, token := range g.Pass().Ints(0)[row*length : (row+1)*length] {
					for w := range width {
						f(int(token)*width+w, (i*width+w)*lanes.Lanes+r)
					}
				}
			}
		}
		return lanes.Body[float32]{
			Shape: s.InLanes(length, width),
			Forward: lanes.EachGroup(func(g lanes.Group[float32]) {
				each(g, func(row, at int) { g.Out()[at] = g.In(1)[row] })
			}),
			Backward: lanes.EachGroup(func(g lanes.Group[float32]) {
				clear(g.Grad(1))
				each(g, func(row, at int) { g.Grad(1)[row] += g.OutGrad()[at] })
			}),
		}, nil
	},
}

// bigram predicts a token's successor by a row of logits for each token.
var bigram = nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	table, err := s.Param("weight", nn.Normal{SD: 1}, nn.Fans{}, 5, 5)
	if err != nil {
		return nil, err
	}
	return embedding.Add(s, 0, x, table)
})

// A label for each position, of which padding counts nothing.
func TestTokens(t *testing.T) {
	m := newModel(t, bigram, nn.Config{Input: []int{3}, Vocabulary: 5, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	b := &datasets.Batch{
		Rows: 2, Tokens: []int32{0, 1, 2, 3, 4, 4}, Labels: []int32{1, 2, 3, 4, -100, -100}, Weights: []float32{1, 1, 1, 1, 0, 0},
	}
	loss, output := stepOf(t, m, b)
	require.Len(t, output, 2*3*5)
	table := m.Params()[0].Value
	want := 0.0
	grad := make([]float64, 25)
	for i, token := range b.Tokens[:4] {
		row, sum := table[token*5:][:5], 0.0
		assert.Equal(t, row, output[i*5:][:5])
		for _, v := range row {
			sum += math.Exp(float64(v))
		}
		want += (math.Log(sum) - float64(row[b.Labels[i]])) / 4
		for c, v := range row {
			grad[int(token)*5+c] += math.Exp(float64(v)) / sum / 4
		}
		grad[int(token)*5+int(b.Labels[i])] -= 1. / 4
	}
	assert.InEpsilon(t, want, loss, 1e-6)
	for i, g := range m.Params()[0].Grad {
		assert.InDelta(t, grad[i], g, 1e-6)
	}
	// Without padding and weights.
	full := &datasets.Batch{Rows: 1, Tokens: b.Tokens[:3], Labels: b.Labels[:3]}
	loss, _ = stepOf(t, m, full)
	full.Weights = []float32{2, 2, 2}
	weighted, _ := stepOf(t, m, full)
	assert.InEpsilon(t, loss, weighted, 1e-6)
	full.Weights = []float32{3}
	weighted, _ = stepOf(t, m, full)
	assert.InEpsilon(t, loss, weighted, 1e-6)

	predicted, err := m.PredictBatch(nil, full)
	require.NoError(t, err)
	assert.Equal(t, output[:15], predicted)
	for _, c := range []struct {
		b    *datasets.Batch
		want string
	}{
		{&datasets.Batch{Rows: 1, Tokens: []int32{0, 5, 1}}, "nn: token 5 of row 0: want 0 to 4"},
		{&datasets.Batch{Rows: 1, Tokens: []int32{0, 1, -1}}, "nn: token -1 of row 0: want 0 to 4"},
		{&datasets.Batch{Rows: 1, Tokens: []int32{0, 1}}, "nn: batch of 1 rows with 2 input values: want 3 per row, of shape [3]"},
		{&datasets.Batch{Rows: 1, Inputs: []float32{0, 1, 2}}, "nn: batch does not fit Config.Vocabulary = 5"},
		{&datasets.Batch{Rows: 1}, "nn: batch: want Tokens, and neither Pixels nor Inputs"},
		{&datasets.Batch{Rows: 1, Tokens: []int32{0, 1, 2}, Labels: []int32{1}}, "nn: batch of 1 rows with 1 labels: the loss wants 3 per row"},
		{&datasets.Batch{Rows: 1, Tokens: []int32{0, 1, 2}, Labels: []int32{1, 9, 1}}, "nn: softmax cross-entropy: label 9 of row 0: want 0 to 4"},
	} {
		_, _, err := m.Step(c.b)
		assert.ErrorContains(t, err, c.want)
	}
	_, err = nn.NewModel(bigram, nn.Config{Input: []int{3}, Vocabulary: -1})
	assert.EqualError(t, err, "nn: Config.Vocabulary = -1: want 0 (no tokens) to 2147483647")
}

// An autoencoder: its loss sees the inputs, and a layer adds a penalty.
func TestLossOfInputsAndTerms(t *testing.T) {
	penalty := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		rows, err := autograd.Wrap(s.ToRows(x, s.Rows())).Square().Sum(1).Node()
		if err != nil {
			return nil, err
		}
		term, err := s.MeanRows(rows)
		if err != nil {
			return nil, err
		}
		return x, s.AddLoss(term)
	})
	loss := nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
		return s.SquaredError(output, s.Inputs(), false)
	})
	m := newModel(t, nn.Sequential(nn.Dense{Units: 2}, penalty, nn.Dense{Units: 3}), nn.Config{Input: []int{3}, Loss: loss, Seed: 1})
	b := &datasets.Batch{Rows: 5, Inputs: normal(15, "x")}
	got, output := stepOf(t, m, b)
	code := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}, Seed: 1}) // the same weights, by their names
	copy(code.Params()[0].Value, m.Params()[0].Value)
	copy(code.Params()[1].Value, m.Params()[1].Value)
	hidden, err := code.Predict(nil, b.Inputs)
	require.NoError(t, err)
	want := 0.0
	for i, y := range output {
		want += math.Pow(float64(y-b.Inputs[i]), 2) / 15
	}
	for _, h := range hidden {
		want += float64(h) * float64(h) / 5
	}
	assert.InEpsilon(t, want, got, 1e-5)
	evaluated := math.Float64frombits(evaluate(t, m, b).loss)
	assert.InEpsilon(t, want, evaluated, 1e-5)

	bad := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, s.AddLoss(x) })
	_, err = nn.NewModel(nn.Sequential(nn.Dense{Units: 1}, bad), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	assert.ErrorContains(t, err, "nn: layer 1 (Func): term of the loss ")
}

// A state has an initial value, a shape or none, and is read from PyTorch's
// integers.
func TestStateOfIntegers(t *testing.T) {
	counted := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if _, err := s.State("running_var", 1, 2); err != nil {
			return nil, err
		}
		n, err := s.State("num_batches_tracked", 0)
		if err != nil {
			return nil, err
		}
		next, err := autograd.Wrap(n, nil).Add(autograd.Const(1)).Node()
		if err != nil {
			return nil, err
		}
		return x, s.Update(n, next)
	})
	m := newModel(t, nn.Sequential(counted), nn.Config{Input: []int{2}})
	assert.Equal(t, []optimizers.Param[float32]{{Name: "0.running_var", Shape: []int{2}, Value: []float32{1, 1}}, {Name: "0.num_batches_tracked", Value: []float32{0}}}, m.States())
	file := t.TempDir() + "/torch"
	writeTorch(t, file)
	require.NoError(t, m.Load(file))
	assert.Equal(t, []float32{7}, m.States()[1].Value)
	require.NoError(t, m.Save(file))
	tensors, _, err := safetensors.Read(file)
	require.NoError(t, err)
	assert.Empty(t, tensors[1].Shape)

	wrong := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		n, err := s.State("n", 0, 2)
		if err != nil {
			return nil, err
		}
		return x, s.Update(n, x)
	})
	_, err = nn.NewModel(nn.Sequential(wrong), nn.Config{Input: []int{3}})
	assert.ErrorContains(t, err, `nn: layer 0 (Func): update of state "0.n": value `)
	stranger := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, s.Update(x, x) })
	_, err = nn.NewModel(nn.Sequential(stranger), nn.Config{Input: []int{3}})
	assert.ErrorContains(t, err, "want a node of State")
}

// Redo sees the states that the last step saw, and leaves them as that step did.
func TestRedoSeesStates(t *testing.T) {
	double := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		state, err := s.State("term", 3)
		if err != nil {
			return nil, err
		}
		next, err := autograd.Wrap(state, nil).Mul(autograd.Const(2)).Node()
		if err != nil {
			return nil, err
		}
		term, err := autograd.Wrap(state, nil).Sum().Node()
		if err != nil {
			return nil, err
		}
		return x, errors.Join(s.Update(state, next), s.AddLoss(term))
	})
	m := newModel(t, nn.Sequential(double, nn.Dense{Units: 1, Bias: nn.Constant(0)}), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	b := &datasets.Batch{Rows: 1, Inputs: []float32{0}, Targets: []float32{0}}
	for _, want := range []float64{3, 6, 12} {
		loss, _, err := m.Step(b)
		require.NoError(t, err)
		assert.Equal(t, want, loss)
		for range 2 {
			loss, _, err = m.Redo(b)
			require.NoError(t, err)
			assert.Equal(t, want, loss)
			assert.Equal(t, []float32{float32(2 * want)}, m.States()[0].Value)
		}
	}
}

// A step that goes wrong leaves the states as they were: here the second of two is
// infinite.
func TestStatesStayFinite(t *testing.T) {
	mean := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		rows := autograd.Wrap(s.ToRows(x, s.Rows()))
		for name, v := range map[string]autograd.Var{"count": rows.Mul(autograd.Const(0)).Mean().Add(autograd.Const(1)), "mean": rows.Mean().Div(rows.Mean().Sub(autograd.Const(2)))} {
			state, err := s.State(name, 0)
			if err != nil {
				return nil, err
			}
			value, err := v.Node()
			if err != nil {
				return nil, err
			}
			if err := s.Update(state, value); err != nil {
				return nil, err
			}
		}
		return x, nil
	})
	m := newModel(t, nn.Sequential(mean, nn.Dense{Units: 1}), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	for _, c := range []struct {
		x    float32
		want map[string]float32
	}{{3, map[string]float32{"0.count": 1, "0.mean": 3}}, {2, map[string]float32{"0.count": 1, "0.mean": 3}}, {4, map[string]float32{"0.count": 1, "0.mean": 2}}} {
		_, _, err := m.Step(&datasets.Batch{Rows: 1, Inputs: []float32{c.x}, Targets: []float32{0}})
		require.NoError(t, err)
		for _, s := range m.States() {
			assert.Equal(t, []float32{c.want[s.Name]}, s.Value, "%s after %v", s.Name, c.x)
		}
	}
}

// stepOf is a step's loss and a copy of its output.
func stepOf(t *testing.T, m *nn.Model, b *datasets.Batch) (loss float64, output []float32) {
	t.Helper()
	loss, output, err := m.Step(b)
	require.NoError(t, err)
	return loss, append([]float32(nil), output...)
}

// writeTorch writes the states that PyTorch's batch normalization has, its count of
// batches as an integer.
func writeTorch(t *testing.T, file string) {
	t.Helper()
	header := `{"0.running_var":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"0.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}`
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(2))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(3))
	b = binary.LittleEndian.AppendUint64(b, 7)
	require.NoError(t, os.WriteFile(file, b, 0o600))
}
