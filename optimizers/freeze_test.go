package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// freezable gives each parameter a flag of its own.
func freezable[T Float](params []Param[T]) []Param[T] {
	for i := range params {
		params[i].Frozen = new(bool)
	}
	return params
}

// TestFreezeByHand holds momentum, Adam's averages and decay against plain
// computation: what is frozen does not move, and goes on, when thawed, from the
// state that it had and by its own count.
func TestFreezeByHand(t *testing.T) {
	const lr, decay = .1, .25
	type plain struct{ x, m, v, n float64 }
	for _, c := range []struct {
		rule Rule
		step func(p *plain, g float64)
	}{
		{SGD{WeightDecay: decay}, func(p *plain, g float64) { p.x -= lr * (g + decay*p.x) }},
		{SGD{Momentum: .9}, func(p *plain, g float64) {
			p.m = .9*p.m + g
			p.x -= lr * p.m
		}},
		{AdamW{Beta1: .9, Beta2: .99, Eps: 1e-8, WeightDecay: decay}, func(p *plain, g float64) {
			p.n++
			p.x *= 1 - lr*decay
			p.m, p.v = .9*p.m+.1*g, .99*p.v+.01*g*g
			p.x -= lr * p.m / (1 - math.Pow(.9, p.n)) / (math.Sqrt(p.v/(1-math.Pow(.99, p.n))) + 1e-8)
		}},
	} {
		frozen := false
		p := Param[float64]{Name: "w", Shape: []int{1}, Value: []float64{1}, Grad: make([]float64, 1), Frozen: &frozen}
		q := param[float64]("other", 1)
		o := bind(t, c.rule, []Param[float64]{p, q})
		want := plain{x: 1}
		for step := range 20 {
			frozen = step >= 5 && step < 12
			p.Grad[0], q.Grad[0] = math.Sin(float64(step)), 1
			before, state := p.Value[0], o.State().Slots
			require.NoError(t, o.Step(lr))
			if frozen {
				assert.Equal(t, before, p.Value[0])
				for i, s := range o.State().Slots {
					assert.Equal(t, s.Param == "w", slices.Equal(s.Values, state[i].Values), "%+v: slot %q of %q", c.rule, s.Name, s.Param)
				}
				continue
			}
			c.step(&want, p.Grad[0])
			assert.InDelta(t, want.x, p.Value[0], 1e-14, "%+v: step %d", c.rule, step)
		}
		assert.Equal(t, 20, o.Steps())
	}
}

// TestFreezeConformance holds every rule to what freezing means.
func TestFreezeConformance(t *testing.T) {
	for _, entry := range rules {
		for _, rule := range entry.conforming {
			t.Run(fmt.Sprintf("%s/%+v/float32", entry.name, rule), func(t *testing.T) { freezes[float32](t, entry, rule) })
			t.Run(fmt.Sprintf("%s/%+v/float64", entry.name, rule), func(t *testing.T) { freezes[float64](t, entry, rule) })
		}
	}
}

func freezes[T Float](t *testing.T, entry ruleTests, rule Rule) {
	run := func(o *Optimizer[T], params []Param[T], from, n int) {
		t.Helper()
		for step := from; step < from+n; step++ {
			gradient(params, step)
			for _, p := range params {
				if p.frozen() {
					p.Grad[0] = T(math.NaN())
				}
			}
			require.NoError(t, o.Step(.1/float64(step+1)))
		}
	}
	for _, clip := range []Clip{{}, {Value: .2}, {Norm: .2}, {GlobalNorm: .2}, {Adaptive: .01}} {
		all, rest := freezable(models[T](entry)), models[T](entry)[1:]
		*all[0].Frozen = true
		before := values(all)[0]
		one, err := New(rule, all, Config{Clip: clip})
		require.NoError(t, err)
		other, err := New(rule, rest, Config{Clip: clip})
		require.NoError(t, err)
		run(one, all, 0, 6)
		run(other, rest, 0, 6)
		one.Swap()
		other.Swap()
		assert.Equal(t, before, all[0].Value)
		assert.Equal(t, values(rest), values(all[1:]), "as if the frozen one were not there: %+v", clip)
		one.Swap()
		assert.Equal(t, before, all[0].Value)
	}

	t.Run("thawed", func(t *testing.T) {
		if _, together := rule.(Preparer); together && len(ruleGlobals(rule)) > 0 && entry.name != "NAdam" {
			t.Skip("the rule has numbers of all parameters together")
		}
		late, fresh := freezable(models[T](entry)), models[T](entry)
		*late[0].Frozen = true
		o := bind(t, rule, late)
		run(o, late, 0, 5)
		copy(late[0].Value, fresh[0].Value)
		*late[0].Frozen = false
		*late[1].Frozen = true
		f := bind(t, rule, fresh)
		for step := range 7 {
			gradient(fresh, step)
			gradient(late, step)
			require.NoError(t, f.Step(.1))
			require.NoError(t, o.Step(.1))
		}
		assert.Equal(t, fresh[0].Value, late[0].Value)
		o.Swap()
		f.Swap()
		assert.Equal(t, fresh[0].Value, late[0].Value)
	})

	t.Run("save, restore, go on", func(t *testing.T) {
		straight := freezable(models[T](entry))
		o := bind(t, rule, straight)
		*straight[1].Frozen = true
		run(o, straight, 0, 2)
		*straight[0].Frozen, *straight[1].Frozen, *straight[2].Frozen = true, true, true
		run(o, straight, 2, 1)
		*straight[0].Frozen, *straight[1].Frozen, *straight[2].Frozen = true, false, false
		run(o, straight, 3, 3)
		saved := o.State()
		assert.Contains(t, saved.Counts, Count{Param: straight[0].Name, Steps: 2})
		assert.Contains(t, saved.Counts, Count{Param: straight[1].Name, Steps: 3})

		resumed := freezable(models[T](entry))
		for i := range resumed {
			copy(resumed[i].Value, straight[i].Value)
			*resumed[i].Frozen = *straight[i].Frozen
		}
		again := bind(t, rule, resumed)
		require.NoError(t, again.Restore(saved))
		assert.Equal(t, saved, again.State())
		*straight[0].Frozen, *resumed[0].Frozen = false, false
		run(o, straight, 6, 3)
		run(again, resumed, 6, 3)
		assert.Equal(t, values(straight), values(resumed))
	})

	t.Run("allocates nothing", func(t *testing.T) {
		params := freezable(models[T](entry))
		o := bind(t, rule, params)
		gradient(params, 0)
		n := 0
		assert.Zero(t, testing.AllocsPerRun(10, func() {
			n++
			*params[n%3].Frozen = !*params[n%3].Frozen
			_ = o.Step(.1)
		}))
	})
}

func ruleGlobals(rule Rule) []string {
	if p, ok := As[Preparer](rule); ok {
		return p.Globals()
	}
	return nil
}

// TestFreezeAll holds that a step of nothing is counted and changes nothing.
func TestFreezeAll(t *testing.T) {
	params := freezable(model[float64]())
	o := bind(t, DefaultProdigy(), params)
	steps(t, o, params, 0, 2)
	for _, p := range params {
		*p.Frozen = true
	}
	before, state := values(params), o.State()
	steps(t, o, params, 2, 3)
	assert.Equal(t, before, values(params))
	assert.Equal(t, state.Slots, o.State().Slots)
	assert.Equal(t, state.Globals, o.State().Globals)
	assert.Equal(t, 5, o.Steps())
	assert.Equal(t, []Count{{Param: "0.weight", Steps: 2}, {Param: "0.bias", Steps: 2}, {Param: "scale", Steps: 2}, {Param: "0.bias", Rule: true, Steps: 2}}, o.State().Counts)
}

// TestFreezeProdigy holds that d does not jump when most of the parameters
// freeze: what they had in ‖s‖₁ decays as what they had in r does.
func TestFreezeProdigy(t *testing.T) {
	var params []Param[float64]
	var o *Optimizer[float64]
	pull := func() float64 {
		for _, p := range params {
			copy(p.Grad, p.Value)
		}
		require.NoError(t, o.Step(1))
		return o.State().Globals[prodigyD].Value
	}
	distance := func(freeze bool) (d float64) {
		params = freezable([]Param[float64]{param[float64]("a", 1000), param[float64]("b", 10)})
		o = bind(t, DefaultProdigy(), params)
		for step := range 11 {
			*params[0].Frozen = freeze && step >= 8
			d = pull()
		}
		return d
	}
	assert.Less(t, distance(true), distance(false))

	// One that is thawed measures its distance from where it then begins.
	params = freezable(model[float64]())
	*params[0].Frozen = true
	o = bind(t, DefaultProdigy(), params)
	pull()
	params[0].Value[0], *params[0].Frozen = 77, false
	start := slices.Clone(params[0].Value)
	pull()
	assert.Equal(t, start, o.State().Slots[3].Values)
}

// TestRestoreRefusesCounts holds that counts are of this optimizer.
func TestRestoreRefusesCounts(t *testing.T) {
	params := model[float64]()
	o := twoEstimates(t, params)
	steps(t, o, params, 0, 3)
	for want, counts := range map[string][]Count{
		`optimizers: Restore: parameter "w": unknown count of steps`:                                   {{Param: "w", Steps: 1}},
		`optimizers: Restore: the rule of parameter "scale": unknown count of steps`:                   {{Param: "scale", Rule: true, Steps: 1}},
		`optimizers: Restore: parameter "scale": duplicate count of steps`:                             {{Param: "scale", Steps: 1}, {Param: "scale", Steps: 1}},
		`optimizers: Restore: parameter "scale": 4 steps: want 0 or more, up to Step, 3`:               {{Param: "scale", Steps: 4}},
		`optimizers: Restore: the rule of parameter "0.bias": -1 steps: want 0 or more, up to Step, 3`: {{Param: "0.bias", Rule: true, Steps: -1}},
	} {
		before := o.State()
		bad := o.State()
		bad.Counts = counts
		assert.EqualError(t, o.Restore(bad), want)
		assert.Equal(t, before, o.State())
	}
}
