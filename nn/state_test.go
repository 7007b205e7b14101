package nn_test

import (
	"path/filepath"
	"testing"

	"descent/autograd"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// counting is a layer with a state: the number of training steps, twice.
var counting = nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	runs, err := s.State("runs", 0, 2)
	if err != nil {
		return nil, err
	}
	more, err := autograd.Wrap(runs, nil).Add(autograd.Const(1)).Node()
	if err != nil {
		return nil, err
	}
	return x, s.Update(runs, more)
})

func TestState(t *testing.T) {
	net := nn.Sequential(nn.Dense{Units: 2}, counting)
	cfg := nn.Config{Input: []int{3}, Loss: nn.SquaredError{}}
	m := newModel(t, net, cfg)
	assert.Equal(t, []optimizers.Param[float32]{{Name: "1.runs", Shape: []int{2}, Value: []float32{0, 0}}}, m.States())
	for _, rows := range []int{3, 40} { // graphs of two sizes have one state
		b := inputBatch(rows, 3, 2, "x")
		step(t, m, b)
		evaluate(t, m, b)
	}
	assert.Equal(t, []float32{2, 2}, m.States()[0].Value)
	assert.Len(t, m.Params(), 2, "a state is not trained")
	assert.Equal(t, 8, m.NumParams())

	file := filepath.Join(t.TempDir(), "state")
	require.NoError(t, m.Save(file))
	other := newModel(t, net, cfg)
	require.NoError(t, other.Load(file))
	assert.Equal(t, m.States(), other.States())
	assert.Equal(t, m.Fingerprint(), other.Fingerprint())
	step(t, other, inputBatch(3, 3, 2, "x"))
	assert.Equal(t, []float32{3, 3}, other.States()[0].Value)

	without := newModel(t, nn.Sequential(nn.Dense{Units: 2}), cfg)
	assert.ErrorContains(t, without.Load(file), `tensor "1.runs" is not of the model: want [0.weight 0.bias]`)
	wrong := newModel(t, nn.Sequential(nn.Dense{Units: 2}, counting, nn.Dense{Units: 2}), cfg)
	require.NoError(t, wrong.Save(file))
	assert.ErrorContains(t, m.Load(file), `tensor "2.weight" is not of the model: want [0.weight 0.bias 1.runs]`)
	require.NoError(t, without.Save(file))
	assert.ErrorContains(t, m.Load(file), `tensor "1.runs" is missing`)
}

func TestStateErrors(t *testing.T) {
	bad := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		_, err := s.State("runs", 0, 0)
		return x, err
	})
	_, err := nn.NewModel(nn.Sequential(bad), nn.Config{Input: []int{3}})
	assert.EqualError(t, err, `nn: layer 0 (Func): state "0.runs": shape [0]: want dimensions of 1 or more`)
	late := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		if s.Training() {
			return x, nil
		}
		_, err := s.State("late", 0, 1)
		return x, err
	})
	m := newModel(t, nn.Sequential(nn.Dense{Units: 1}, late), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	_, err = m.Predict(nil, normal(3, "x"))
	assert.EqualError(t, err, `nn: layer 1 (Func): state "1.late": not declared at first: want the same states in each graph`)
}
