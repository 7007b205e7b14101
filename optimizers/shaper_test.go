package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// grams is a rule as from outside: a matrix for each dimension, and the number of
// times that it saw a positive gradient. Bad says how it goes wrong at step 3.
type grams struct {
	SGD
	Bad string
}

func (grams) Slots() []string { return []string{"sum"} }

func (g grams) Shaped(shape []int) (all []SlotShape) {
	for i, d := range shape {
		all = append(all, SlotShape{Name: string(rune('a' + i)), Shape: []int{d, d}})
	}
	switch g.Bad {
	case "empty":
		all = append(all, SlotShape{Name: "none", Shape: []int{2, 0}})
	case "twice":
		all = append(all, SlotShape{Name: "sum"})
	}
	return append(all, SlotShape{Name: "count", Integer: true})
}

func (g grams) Update64(u Update[float64]) {
	for i := range u.Shape {
		addGram(u.Shaped[i], u.Grad, u.Shape, i, 1, make([]float64, len(u.Grad)))
	}
	if u.Grad[0] > 0 {
		u.Shaped[len(u.Shape)][0]++
	}
	u.Slots[0][0] += u.Grad[0]
	if u.Step == 3 && u.Name == "0.bias" {
		switch g.Bad {
		case "slot":
			u.Slots[0] = u.Slots[0][:2]
		case "shaped":
			u.Shaped[0] = append(u.Shaped[0], 1)
		}
	}
	g.SGD.Update64(u)
}

// TestShaper holds that a rule has the vectors that it asks for, by name and shape,
// alone, in a wrapper and in a group, and that they are saved and restored.
func TestShaper(t *testing.T) {
	for _, rule := range []Rule{grams{}, EMA{Rule: grams{}, Decay: .9}, EMA{Rule: tracer{grams{}}, Decay: .9}, &grams{}} {
		params := model[float64]()
		o, err := New(rule, params, Config{Groups: []Group{{Names: []string{"scale"}, Rule: grams{}}}})
		require.NoError(t, err)
		steps(t, o, params, 0, 4)
		state := o.State()
		shapes := map[string][]int{}
		for _, s := range state.Slots {
			shapes[s.Param+" "+s.Name] = s.Shape
		}
		for name, shape := range map[string][]int{
			"0.weight sum": {2, 3}, "0.weight a": {2, 2}, "0.weight b": {3, 3}, "0.weight count": nil,
			"0.bias sum": {5}, "0.bias a": {5, 5}, "0.bias count": nil, "scale sum": nil, "scale count": nil,
		} {
			got, ok := shapes[name]
			assert.True(t, ok, name)
			assert.Equal(t, shape, got, name)
		}

		again := model[float64]()
		for i := range again {
			copy(again[i].Value, params[i].Value)
		}
		resumed, err := New(rule, again, Config{Groups: []Group{{Names: []string{"scale"}, Rule: grams{}}}})
		require.NoError(t, err)
		require.NoError(t, resumed.Restore(state))
		assert.Equal(t, state, resumed.State())
		steps(t, o, params, 4, 3)
		steps(t, resumed, again, 4, 3)
		assert.Equal(t, o.State(), resumed.State())
		assert.NotEqual(t, state, o.State())
	}
}

func TestShaperErrors(t *testing.T) {
	for bad, want := range map[string]string{
		"empty": `optimizers: parameter "0.weight": slot "none" of optimizers.grams has shape [2 0]: want positive dimensions`,
		"twice": `optimizers: parameter "0.weight": optimizers.grams has two slots "sum": want unique names`,
	} {
		_, err := New(Rule(grams{Bad: bad}), model[float64](), Config{})
		assert.EqualError(t, err, want)
	}
	_, err := New(Rule(tracer{namesake{}}), model[float64](), Config{})
	assert.EqualError(t, err, `optimizers: parameter "0.weight": optimizers.tracer has two slots "step": want unique names`)

	o := bind(t, Rule(grams{}), model[float64]())
	for want, change := range map[string]func(*State[float64]){
		`optimizers: Restore: parameter "0.weight": slot "b" has 2 elements: want 9`:                    func(s *State[float64]) { s.Slots[2].Values = []float64{1, 2} },
		`optimizers: Restore: parameter "0.weight": slot "b" has shape [9]: want [3 3]`:                 func(s *State[float64]) { s.Slots[2].Shape = []int{9} },
		`optimizers: Restore: parameter "0.weight": slot "sum" has shape [3 2]: want [2 3]`:             func(s *State[float64]) { s.Slots[0].Shape = []int{3, 2} },
		`optimizers: Restore: parameter "0.weight": slot "count": element 0 = 1.5: want a whole number`: func(s *State[float64]) { s.Slots[3].Values[0] = 1.5 },
		`optimizers: Restore: parameter "0.weight": slot "a": element 1 = NaN: not finite`:              func(s *State[float64]) { s.Slots[1].Values[1] = nan },
	} {
		before, s := o.State(), o.State()
		change(&s)
		assert.EqualError(t, o.Restore(s), want)
		assert.Equal(t, before, o.State())
	}
	s := o.State()
	for i := range s.Slots {
		s.Slots[i].Shape = nil
	}
	assert.NoError(t, o.Restore(s), "as before shapes were told")
}

// namesake has a vector of the name of a wrapper's slot.
type namesake struct{ SGD }

func (namesake) Shaped([]int) []SlotShape { return []SlotShape{{Name: "step"}} }

// TestSlotChangesLength holds that a rule that puts a vector of another length in
// the place of a state vector stops the run, until the state is restored.
func TestSlotChangesLength(t *testing.T) {
	for bad, want := range map[string]string{
		"slot":   `optimizers: step 3: optimizers.grams: parameter "0.bias": slot "sum" has 2 elements after the update: want 5`,
		"shaped": `optimizers: step 3: optimizers.grams: parameter "0.bias": slot "a" has 26 elements after the update: want 25`,
	} {
		for _, size := range []float64{1, 1e200} { // in a step that is watched too
			params := model[float64]()
			o := bind(t, Rule(grams{Bad: bad}), params)
			steps(t, o, params, 0, 2)
			saved := o.State()
			gradient(params, 2)
			for _, p := range params {
				p.Grad[0] *= size
			}
			err := o.Step(.1)
			assert.EqualError(t, err, want)
			assert.Equal(t, err, o.Step(.1), "the state is no longer known")
			require.NoError(t, o.Restore(saved))
			assert.Equal(t, saved, o.State())
		}
	}
}

// TestShaperIsWatched holds that a step that overflows one of its vectors is undone.
func TestShaperIsWatched(t *testing.T) {
	params := model[float64]()
	o := bind(t, Rule(grams{}), params)
	steps(t, o, params, 0, 2)
	before, state := values(params), o.State()
	gradientOf(params, 1e200)
	assert.Regexp(t, `^optimizers: step 3: parameter "0.weight": update makes slot "a"\[0\] = (\+Inf|NaN): not finite$`, o.Step(1e-250).Error())
	assert.Equal(t, before, values(params))
	assert.Equal(t, state, o.State())
}
