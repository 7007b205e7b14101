package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoEstimates are two rules with globals: one of the matrix, one of the rest.
func twoEstimates(t *testing.T, params []Param[float64]) *Optimizer[float64] {
	t.Helper()
	rule := Prodigy{Beta1: .9, Beta2: .9, Eps: 1e-8, D0: .01}
	rest := rule
	rest.D0 = .02
	o, err := New(rule, params, Config{Groups: []Group{{Vectors: true, Rule: rest}}})
	require.NoError(t, err)
	return o
}

func TestRestoreRefusesGlobals(t *testing.T) {
	params := model[float64]()
	o := twoEstimates(t, params)
	steps(t, o, params, 0, 3)
	for _, c := range []struct {
		name   string
		change func(*State[float64])
		want   string
	}{
		{"missing", func(s *State[float64]) { s.Globals = s.Globals[1:] }, `optimizers: Restore: the rule of parameter "0.weight": global "d" is missing`},
		{"missing of a group", func(s *State[float64]) { s.Globals = s.Globals[:5] }, `optimizers: Restore: the rule of parameter "0.bias": global "s" is missing`},
		{"none", func(s *State[float64]) { s.Globals = nil }, `optimizers: Restore: the rule of parameter "0.weight": global "d" is missing`},
		{"twice", func(s *State[float64]) { s.Globals = append(s.Globals, s.Globals[4]) }, `optimizers: Restore: the rule of parameter "0.bias": duplicate global "r"`},
		{"unknown", func(s *State[float64]) { s.Globals = append(s.Globals, Global{"0.bias", "c", 1}) }, `optimizers: Restore: the rule of parameter "0.bias": global "c" is unknown`},
		{"not the first", func(s *State[float64]) { s.Globals = append(s.Globals, Global{"scale", "d", 1}) }, `optimizers: Restore: the rule of parameter "scale": global "d" is unknown`},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, bad := o.State(), o.State()
			bad.Step, bad.Globals[0].Value, bad.Slots[0].Values[0] = 7, 77, 77
			c.change(&bad)
			assert.EqualError(t, o.Restore(bad), c.want)
			assert.Equal(t, before, o.State())
		})
	}
	plain := bind(t, SGD{}, model[float64]())
	assert.EqualError(t, plain.Restore(State[float64]{Globals: []Global{{"0.bias", "d", 1}}}), `optimizers: Restore: the rule of parameter "0.bias": global "d" is unknown`)
}

// TestGlobals holds that rules of groups keep numbers of their own, named by
// the least parameter name, which come back in any order.
func TestGlobals(t *testing.T) {
	params := model[float64]()
	o := twoEstimates(t, params)
	assert.Equal(t, []Global{{"0.weight", "d", 0}, {"0.weight", "r", 0}, {"0.weight", "s", 0}, {"0.bias", "d", 0}, {"0.bias", "r", 0}, {"0.bias", "s", 0}}, o.State().Globals)
	steps(t, o, params, 0, 1)
	assert.Equal(t, .01, o.State().Globals[0].Value)
	assert.Equal(t, .02, o.State().Globals[3].Value)
	steps(t, o, params, 1, 3)

	saved := o.State()
	g := saved.Globals
	g[0], g[5], g[1], g[3] = g[5], g[0], g[3], g[1]
	resumed := model[float64]()
	for i, p := range params {
		copy(resumed[i].Value, p.Value)
	}
	again := twoEstimates(t, resumed)
	require.NoError(t, again.Restore(saved))
	assert.Equal(t, o.State(), again.State())
	saved.Globals[0].Value = 77 // Restore has copied
	steps(t, o, params, 4, 4)
	steps(t, again, resumed, 4, 4)
	assert.Equal(t, values(params), values(resumed))
	assert.Equal(t, o.State(), again.State())
}
