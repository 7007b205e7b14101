package nn_test

import (
	"slices"
	"testing"

	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Frozen parameters have the gradient zero; those of the others, the loss and
// the output are the same bits.
func TestFreeze(t *testing.T) {
	m, plain := newModel(t, nn.LeNet(10), lenetConfig), newModel(t, nn.LeNet(10), lenetConfig)
	b := pixelBatch(20, 784, 10, "freeze")
	want := step(t, plain, b)
	all := m.Params()
	for _, patterns := range [][]string{{"0.*"}, {"*.weight"}, {"7.bias", "11.*", "3.?eight"}, {"0.*", "[37].*", "9.*"}} {
		require.NoError(t, m.Freeze(patterns...))
		kept := names(m)
		assert.Less(t, len(kept), 10)
		got := step(t, m, b)
		assert.Equal(t, want.loss, got.loss)
		assert.Equal(t, want.output, got.output)
		for _, p := range all {
			if slices.Contains(kept, p.Name) {
				assert.Equal(t, want.grads[p.Name], got.grads[p.Name], "%v: %s", patterns, p.Name)
			} else {
				assert.Equal(t, make([]float32, len(p.Grad)), p.Grad, "%v: %s", patterns, p.Name)
			}
		}
		require.NoError(t, m.Unfreeze(patterns...))
		assert.Equal(t, want, step(t, m, b), "unfrozen")
	}
	assert.Len(t, m.Params(), 10)
}

// names are those of the parameters that are trained.
func names(m *nn.Model) []string {
	var n []string
	for _, p := range m.Params() {
		if !*p.Frozen {
			n = append(n, p.Name)
		}
	}
	return n
}

// Which parameters a pattern freezes; a model with all frozen still computes.
func TestFreezePatterns(t *testing.T) {
	m := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	require.NoError(t, m.Freeze("1.*"))
	assert.Equal(t, []string{"3.weight", "3.bias"}, names(m))
	require.NoError(t, m.Freeze("*.weight"))
	assert.Equal(t, []string{"3.bias"}, names(m))
	require.NoError(t, m.Freeze("*"))
	assert.Empty(t, names(m))
	_, output, err := m.Step(inputBatch(2, 3, 2, "all frozen"))
	require.NoError(t, err)
	assert.Len(t, output, 4)
	require.NoError(t, m.Unfreeze("1.weight"))
	assert.Equal(t, []string{"1.weight"}, names(m))
	assert.Len(t, m.Params(), 4)

	assert.EqualError(t, m.Freeze("3.*", "2.*"), `nn: pattern "2.*" matches no parameter: want one of [1.weight 1.bias 3.weight 3.bias]`)
	assert.EqualError(t, m.Unfreeze("[3"), `nn: pattern "[3": syntax error in pattern`)
	assert.Equal(t, []string{"1.weight"}, names(m), "an error changes nothing")
}

// Freezing and thawing take effect at once in an optimizer that was made
// before, with momentum and decay.
func TestFreezeDuringTraining(t *testing.T) {
	m := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}, Seed: 1})
	o, err := optimizers.New(optimizers.SGD{Momentum: .9, WeightDecay: .1}, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	update := func() (before, after [][]float32) {
		t.Helper()
		values := func() (all [][]float32) {
			for _, p := range m.Params() {
				all = append(all, slices.Clone(p.Value))
			}
			return all
		}
		before = values()
		step(t, m, inputBatch(5, 3, 2, "x"))
		require.NoError(t, o.Step(.1))
		return before, values()
	}
	moved := func(want ...bool) {
		t.Helper()
		before, after := update()
		for i, w := range want {
			assert.Equal(t, w, !slices.Equal(before[i], after[i]), m.Params()[i].Name)
		}
	}
	moved(true, true, true, true)
	require.NoError(t, m.Freeze("1.*"))
	moved(false, false, true, true)
	require.NoError(t, m.Freeze("*"))
	moved(false, false, false, false)
	require.NoError(t, m.Unfreeze("1.weight", "3.bias"))
	moved(true, false, false, true)
}
