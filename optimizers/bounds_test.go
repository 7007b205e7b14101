package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRestoreImpossible holds, for every rule, alone and wrapped, that no slot
// and no global can be restored to a number that a run cannot reach.
func TestRestoreImpossible(t *testing.T) {
	for _, entry := range rules {
		for _, rule := range entry.conforming {
			t.Run(fmt.Sprintf("%s/%+v/float32", entry.name, rule), func(t *testing.T) { impossible[float32](t, entry, rule) })
			t.Run(fmt.Sprintf("%s/%+v/float64", entry.name, rule), func(t *testing.T) { impossible[float64](t, entry, rule) })
			if (EMA{Rule: rule}).Validate() == nil {
				t.Run(fmt.Sprintf("EMA/%s/%+v/float64", entry.name, rule), func(t *testing.T) { impossible[float64](t, entry, EMA{Rule: rule, Decay: .9}) })
			}
		}
	}
}

func impossible[T Float](t *testing.T, entry ruleTests, rule Rule) {
	params := models[T](entry)
	o := bind(t, rule, params)
	steps(t, o, params, 0, 3)
	refused := func(change func(*State[T]), want string) {
		t.Helper()
		before, bad := o.State(), o.State()
		change(&bad)
		assert.EqualError(t, o.Restore(bad), want)
		assert.Equal(t, before, o.State())
	}
	refused(func(s *State[T]) { s.Step = math.MaxInt }, fmt.Sprintf("optimizers: Restore: Step = %d: want 0 or more, up to %d", math.MaxInt, math.MaxInt/2))
	slots, globals := boundsOf(rule)
	for i, s := range o.State().Slots {
		bad := []float64{nan, inf, -inf}
		if _, ok := slots[s.Name]; ok {
			bad = append(bad, -1)
		}
		for _, v := range bad {
			why := ErrNotFinite.Error()
			if v == -1 {
				why = "want 0 or more"
			}
			last := len(s.Values) - 1
			refused(func(s *State[T]) { s.Slots[i].Values[last] = T(v) },
				fmt.Sprintf("optimizers: Restore: parameter %q: slot %q: element %d = %v: %s", s.Param, s.Name, last, v, why))
		}
	}
	for i, g := range o.State().Globals {
		bad := []float64{nan, inf, -inf}
		if _, ok := globals[g.Name]; ok {
			bad = append(bad, -1)
		}
		for _, v := range bad {
			why := ErrNotFinite.Error()
			if v == -1 {
				why = "want 0 or more"
			}
			refused(func(s *State[T]) { s.Globals[i].Value = v },
				fmt.Sprintf("optimizers: Restore: the rule of parameter %q: global %q = %v: %s", g.Param, g.Name, v, why))
		}
	}
	require.NoError(t, o.Restore(o.State()))
}

// TestBounds holds the bounds to what runs of large, small and changing
// gradients reach, and to names that the rule has.
func TestBounds(t *testing.T) {
	for _, entry := range rules {
		for _, rule := range entry.conforming {
			slots, globals := boundsOf(rule)
			for name := range slots {
				assert.True(t, slices.ContainsFunc(entry.conforming, func(r Rule) bool {
					return slices.ContainsFunc(bind(t, r, models[float32](entry)).State().Slots, func(s Slot[float32]) bool { return s.Name == name })
				}), "%T: %s", rule, name)
			}
			for name := range globals {
				assert.Contains(t, ruleGlobals(rule), name, "%T", rule)
			}
			for _, size := range []float64{1e-30, 1e-3, 1, 1e6} {
				params := models[float32](entry)
				o := bind(t, rule, params)
				for step := range 30 {
					gradient(params, step)
					for _, p := range params {
						for j := range p.Grad {
							p.Grad[j] = float32(math.Sin(float64(7*step+j)) * size)
						}
					}
					require.NoError(t, o.Step(.1))
					require.NoError(t, o.Restore(o.State()), "%+v", rule)
				}
			}
		}
	}
}

// TestRestoreShare holds that a product of fractions is one.
func TestRestoreShare(t *testing.T) {
	o := bind(t, DefaultNAdam(), model[float64]())
	s := o.State()
	s.Globals[0].Value = 1.5
	assert.EqualError(t, o.Restore(s), `optimizers: Restore: the rule of parameter "0.bias": global "product" = 1.5: want [0, 1]`)
}

// TestRestoreOutside holds that a rule from elsewhere can say its bounds.
func TestRestoreOutside(t *testing.T) {
	o := bind(t, Rule(outside{}), model[float64]())
	s := o.State()
	for i := range s.Slots {
		s.Slots[i].Values = slices.Repeat([]float64{3}, len(s.Slots[i].Values))
	}
	assert.EqualError(t, o.Restore(s), `optimizers: Restore: parameter "0.weight": slot "count": element 0 = 3: want [1, 2]`)
}

type outside struct{ SGD }

func (outside) Slots() []string { return []string{"count"} }

func (outside) Bounds() (slots, globals map[string]Range) {
	return map[string]Range{"count": {1, 2}}, nil
}
