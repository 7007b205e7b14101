package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGroupsRefused(t *testing.T) {
	for _, c := range []struct {
		groups []Group
		want   string
	}{
		{[]Group{{}}, "optimizers: Config: Groups[0]: takes no parameter: want Names or Vectors"},
		{[]Group{{Vectors: true}, {Rule: SGD{}}}, "optimizers: Config: Groups[1]: takes no parameter: want Names or Vectors"},
		{[]Group{{Names: []string{"*.bias", "[a"}}}, `optimizers: Config: Groups[0]: pattern "[a" in Names: syntax error in pattern`},
		{[]Group{{Names: []string{"*.bais"}}}, `optimizers: Config: Groups[0]: takes none of the 3 parameters (Names ["*.bais"], Vectors false)`},
		{[]Group{{Names: []string{"*"}}, {Vectors: true}}, `optimizers: Config: Groups[1]: takes none of the 3 parameters (Names [], Vectors true)`},
		{[]Group{{Vectors: true, LRScale: -1}}, "optimizers: Config: Groups[0]: LRScale = -1: want a finite number, 0 or more (0 for 1)"},
		{[]Group{{Vectors: true, LRScale: nan}}, "optimizers: Config: Groups[0]: LRScale = NaN: want a finite number, 0 or more (0 for 1)"},
		{[]Group{{Vectors: true, LRScale: inf}}, "optimizers: Config: Groups[0]: LRScale = +Inf: want a finite number, 0 or more (0 for 1)"},
		{[]Group{{Vectors: true, DecayScale: -.5}}, "optimizers: Config: Groups[0]: DecayScale = -0.5: want a finite number, 0 or more (0 for 1)"},
		{[]Group{{Vectors: true, DecayScale: inf}}, "optimizers: Config: Groups[0]: DecayScale = +Inf: want a finite number, 0 or more (0 for 1)"},
		{[]Group{{Vectors: true, DecayScale: 2, NoDecay: true}}, "optimizers: Config: Groups[0]: DecayScale = 2: want 0 with NoDecay"},
		{[]Group{{Vectors: true, Rule: SGD{Momentum: 1.2}}}, "optimizers: Config: Groups[0]: Rule: SGD: Momentum = 1.2: want [0, 1)"},
		{[]Group{{Names: []string{"*.bias"}, Rule: DefaultMuon()}}, `optimizers: parameter "0.bias": Shape = [5]: Muon wants two dimensions or more: give vectors another rule, Config{Groups: []Group{{Vectors: true, Rule: …, LRScale: …}}}`},
	} {
		_, err := New(SGD{}, model[float64](), Config{Groups: c.groups})
		assert.EqualError(t, err, c.want)
	}
}

// TestGroupsTake holds which group each parameter falls to, by the multiplier
// of its rate: a plain step goes so many times the gradient.
func TestGroupsTake(t *testing.T) {
	names := []string{"0.weight", "0.bias", "3.weight", "3.bias", "scale"}
	params := func() (all []Param[float64]) {
		for i, shape := range [][]int{{2, 3}, {3}, {4, 3, 1}, {4}, nil} {
			all = append(all, param[float64](names[i], shape...))
		}
		return all
	}
	for _, c := range []struct {
		groups []Group
		want   []float64
	}{
		{nil, []float64{1, 1, 1, 1, 1}},
		{[]Group{{Names: []string{"*.bias"}, LRScale: 2}}, []float64{1, 2, 1, 2, 1}},
		{[]Group{{Vectors: true, LRScale: 2}}, []float64{1, 2, 1, 2, 2}},
		{[]Group{{Names: []string{"0.*", "scale"}, LRScale: 4}}, []float64{4, 4, 1, 1, 4}},
		{[]Group{{Names: []string{"3.weight"}, Vectors: true, LRScale: 2}}, []float64{1, 2, 2, 2, 2}},
		{[]Group{{Names: []string{"[0-2].bias"}, LRScale: 4}, {Vectors: true, LRScale: .5}}, []float64{1, 4, 1, .5, .5}},
		{[]Group{{Vectors: true, LRScale: .5}, {Names: []string{"0.*"}, LRScale: 4}}, []float64{4, .5, 1, .5, .5}},
		{[]Group{{Names: []string{"scale"}}, {Vectors: true, LRScale: 2}}, []float64{1, 2, 1, 2, 1}},
		{[]Group{{Names: []string{"none"}, Optional: true}, {Vectors: true, LRScale: 2}}, []float64{1, 2, 1, 2, 2}},
	} {
		all := params()
		before := values(all)
		gradient(all, 0)
		o, err := New(SGD{}, all, Config{Groups: c.groups})
		require.NoError(t, err)
		require.NoError(t, o.Step(.25))
		for i, p := range all {
			for j, g := range p.Grad {
				assert.Equal(t, before[i][j]-float64(.25*c.want[i]*g), p.Value[j], "%s in %+v", p.Name, c.groups)
			}
		}
	}
}

func TestGroupsDecay(t *testing.T) {
	for _, c := range []struct {
		group Group
		want  float64 // multiplier of the decay
	}{
		{Group{Vectors: true}, 1},
		{Group{Vectors: true, DecayScale: .5}, .5},
		{Group{Vectors: true, DecayScale: 3}, 3},
		{Group{Vectors: true, NoDecay: true}, 0},
	} {
		params := model[float64]()
		before := values(params)
		gradient(params, 0)
		o, err := New(SGD{WeightDecay: .2}, params, Config{Groups: []Group{c.group}})
		require.NoError(t, err)
		require.NoError(t, o.Step(.1))
		for i, p := range params {
			decay := .2
			if i > 0 {
				decay *= c.want
			}
			for j, g := range p.Grad {
				x := before[i][j]
				assert.InDelta(t, x-.1*(g+decay*x), p.Value[j], 1e-15, "%s in %+v", p.Name, c.group)
			}
		}
	}
}

// TestGroupsRules holds that rules with other slots side by side do what each
// does alone, and that their state is saved and restored by name.
func TestGroupsRules(t *testing.T) {
	main, vectors, scale := SGD{Momentum: .9}, DefaultScheduleFreeSGD(), SGD{WeightDecay: .1}
	config := Config{Groups: []Group{{Names: []string{"scale"}, Rule: scale}, {Vectors: true, Rule: vectors}}}
	params := model[float64]()
	o, err := New(main, params, config)
	require.NoError(t, err)
	alone := model[float64]()
	each := []*Optimizer[float64]{bind(t, main, alone[:1]), bind(t, vectors, alone[1:2]), bind(t, scale, alone[2:])}
	for step := range 4 {
		steps(t, o, params, step, 1)
		for i := range alone {
			steps(t, each[i], alone[i:i+1], step, 1)
		}
	}
	assert.Equal(t, values(alone), values(params))

	state := o.State()
	assert.Equal(t, append(each[0].State().Slots, each[1].State().Slots...), state.Slots)
	assert.Equal(t, each[1].State().Globals, state.Globals)

	resumed := []Param[float64]{params[2], params[0], params[1]}
	again, err := New(main, resumed, config)
	require.NoError(t, err)
	require.NoError(t, again.Restore(state))
	steps(t, again, resumed, 4, 3)
	for i := range alone {
		steps(t, each[i], alone[i:i+1], 4, 3)
	}
	assert.Equal(t, values(alone), values(params))
}

// TestGroupsTakeAll holds that the optimizer's rule may be left without a
// parameter, whatever it would have kept for one.
func TestGroupsTakeAll(t *testing.T) {
	params, plain := model[float64](), model[float64]()
	o, err := New(DefaultMuon(), params, Config{Groups: []Group{{Names: []string{"*"}, Rule: SGD{}}}})
	require.NoError(t, err)
	steps(t, o, params, 0, 3)
	steps(t, bind(t, SGD{}, plain), plain, 0, 3)
	assert.Equal(t, values(plain), values(params))
	assert.Empty(t, o.State().Slots)
	gradient(params, 3)
	assert.Zero(t, testing.AllocsPerRun(10, func() { _ = o.Step(.1) }))
}
