package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wrappers are every wrapping rule around another.
func wrappers(inner Rule) []Rule {
	return []Rule{
		Lookahead{Rule: inner, Steps: 100, Alpha: .5},
		EMA{Rule: inner, Decay: .9},
		SWA{Rule: inner, Start: 2, Every: 2},
		EMA{Rule: Lookahead{Rule: inner, Steps: 100, Alpha: .5}, Decay: .9},
		tracer{inner},
		tracer{tracer2{inner}},
		EMA{Rule: tracer{inner}, Decay: .9},
	}
}

// tracer is a wrapper as from outside: it has no method of an optional
// interface, and two slots, of which it fills one with the last step.
type tracer struct{ Rule }

func (w tracer) Validate() error            { return Check("tracer").Inner(w.Rule, "slow", "step").Err() }
func (w tracer) Unwrap() Rule               { return w.Rule }
func (w tracer) Slots() []string            { return WithSlots(w.Rule, "slow", "step") }
func (w tracer) Update32(u Update[float32]) { trace(w.Rule, u, 2) }
func (w tracer) Update64(u Update[float64]) { trace(w.Rule, u, 2) }

// tracer2 is tracer with one slot, of another name.
type tracer2 struct{ Rule }

func (w tracer2) Unwrap() Rule               { return w.Rule }
func (w tracer2) Slots() []string            { return WithSlots(w.Rule, "average") }
func (w tracer2) Update32(u Update[float32]) { trace(w.Rule, u, 1) }
func (w tracer2) Update64(u Update[float64]) { trace(w.Rule, u, 1) }

func trace[T Float](inner Rule, u Update[T], own int) {
	last := u.Slots[len(u.Slots)-1]
	copy(last, u.Value)
	u.Apply(inner, own)
	for i, x := range u.Value {
		last[i] -= x
	}
}

// TestWrapperOutside holds that the point of evaluation, bounds and the errors of an
// inner rule are found through a wrapper that knows nothing of them.
func TestWrapperOutside(t *testing.T) {
	inner := DefaultScheduleFreeSGD()
	plain, wrapped := model[float64](), model[float64]()
	one, two := bind(t, inner, plain), bind(t, Rule(tracer{&inner}), wrapped)
	steps(t, one, plain, 0, 3)
	steps(t, two, wrapped, 0, 3)
	trained := values(wrapped)
	one.Swap()
	two.Swap()
	assert.Equal(t, values(plain), values(wrapped))
	assert.NotEqual(t, trained, values(wrapped))
	two.Swap()

	s := two.State()
	s.Globals[0].Value = -1
	assert.EqualError(t, two.Restore(s), `optimizers: Restore: the rule of parameter "0.bias": global "weights" = -1: want 0 or more`)

	for want, rule := range map[string]Rule{
		"optimizers: tracer: Rule is nil: want a Rule, e.g. SGD{}":                                     tracer{},
		"optimizers: tracer: Rule: SGD: Momentum = 1: want [0, 1)":                                     tracer{SGD{Momentum: 1}},
		`optimizers: tracer: Rule = optimizers.Lookahead: want one without a slot "slow" of its own`:   tracer{DefaultLookahead(SGD{})},
		"optimizers: EMA: Rule = optimizers.tracer: want one without a point of evaluation of its own": EMA{Rule: tracer{inner}},
	} {
		_, err := New(rule, model[float64](), Config{})
		assert.EqualError(t, err, want)
	}

	_, ok := As[Fitter](tracer{SGD{}})
	assert.False(t, ok)
	_, ok = As[Fitter](nil)
	assert.False(t, ok)
	f, ok := As[Fitter](tracer{tracer{DefaultMuon()}})
	assert.True(t, ok)
	assert.Error(t, f.Fits([]int{3}))
}

// TestWrappersForward holds that a rule inside a wrapper that leaves training
// alone does what it does outside, with all that a rule may ask for: slots,
// globals, a look at all parameters, working memory, shapes.
func TestWrappersForward(t *testing.T) {
	for _, inner := range []Rule{SGD{}, SGD{Momentum: .9}, Prodigy{Beta1: .9, Beta2: .9, Eps: 1e-8, D0: .01}, DefaultMuon()} {
		for _, rule := range wrappers(inner) {
			plain, wrapped := models[float32](muonTests), models[float32](muonTests)
			one, two := bind(t, inner, plain), bind(t, rule, wrapped)
			steps(t, one, plain, 0, 5)
			steps(t, two, wrapped, 0, 5)
			assert.Equal(t, values(plain), values(wrapped), "%+v", rule)

			want, got := one.State(), two.State()
			assert.Equal(t, want.Globals, got.Globals)
			var inside []Slot[float32]
			for _, s := range got.Slots {
				if s.Name != "slow" && s.Name != "average" && s.Name != "step" {
					inside = append(inside, s)
				}
			}
			assert.Equal(t, want.Slots, inside)
			assert.Greater(t, len(got.Slots), len(inside))

			gradient(wrapped, 5)
			assert.Zero(t, testing.AllocsPerRun(10, func() { _ = two.Step(.01) }), "%+v", rule)
			two.Swap()
			two.Swap()
			assert.Zero(t, testing.AllocsPerRun(10, func() { two.Swap(); two.Swap() }), "%+v", rule)
		}
	}
	for _, rule := range wrappers(DefaultMuon()) {
		_, err := New(rule, model[float32](), Config{})
		assert.ErrorContains(t, err, `parameter "0.bias": Shape = [5]: Muon wants two dimensions`)
	}
}

// counter is a rule that checks what it is handed: as many slots and globals
// as it names, and memory of the size it asks for.
type counter struct {
	SGD
	t *testing.T
}

func (counter) Globals() []string       { return []string{"a", "b"} }
func (counter) Scratch(shape []int) int { return 3 + len(shape) }
func (c counter) Prepare32(Preparation[float32]) {
	c.t.Error("wrong precision")
}

func (c counter) Prepare64(p Preparation[float64]) {
	assert.Len(c.t, p.Globals, 2)
	for _, u := range p.Updates {
		assert.Len(c.t, u.Slots, 1)
	}
	p.Globals[0]++
}

func (c counter) Update64(u Update[float64]) {
	assert.Len(c.t, u.Slots, 1)
	assert.Len(c.t, u.Globals, 2)
	assert.Len(c.t, u.Scratch, 3+len(u.Shape))
	c.SGD.Update64(u)
}

func TestWrappersHandOn(t *testing.T) {
	for _, rule := range wrappers(counter{SGD{Momentum: .9}, t}) {
		params := model[float64]()
		o := bind(t, rule, params)
		steps(t, o, params, 0, 3)
		assert.Equal(t, []Global{{"0.bias", "a", 3}, {"0.bias", "b", 0}}, o.State().Globals)
	}
}

// TestAverageOfLookahead composes three rules and compares with a direct
// computation, and again after a restart.
func TestAverageOfLookahead(t *testing.T) {
	inner := Lookahead{Rule: Prodigy{Beta1: .9, Beta2: .9, Eps: 1e-8, D0: .01}, Steps: 3, Alpha: .5}
	rule := EMA{Rule: inner, Decay: .8}
	assert.Equal(t, []string{"exp_avg", "exp_avg_sq", "s", "start", "slow", "average"}, rule.Slots())
	assert.Equal(t, []string{"d", "r", "s"}, ruleGlobals(rule))

	plain, params := model[float64](), model[float64]()
	want := values(plain)
	one, two := bind(t, inner, plain), bind(t, rule, params)
	for step := range 10 {
		if step == 4 {
			saved := two.State()
			two = bind(t, rule, params)
			require.NoError(t, two.Restore(saved))
		}
		steps(t, one, plain, step, 1)
		steps(t, two, params, step, 1)
		require.Equal(t, values(plain), values(params))
		two.Swap()
		for i := range want {
			for j := range want[i] {
				want[i][j] = .8*want[i][j] + .2*plain[i].Value[j]
			}
			assert.InDeltaSlice(t, want[i], params[i].Value, 1e-14, "step %d", step+1)
		}
		two.Swap()
		require.Equal(t, values(plain), values(params))
	}
}

// evaluated is a rule with a point of evaluation, which wants its own slots alone.
type evaluated struct{ SGD }

func (evaluated) Evaluate32(u Update[float32], dst []float32) {}
func (evaluated) Evaluate64(u Update[float64], dst []float64) { dst[0] = float64(len(u.Slots)) }

func TestWrapperOfEvaluator(t *testing.T) {
	params := model[float64]()
	o := bind(t, Rule(tracer{evaluated{SGD{Momentum: .9}}}), params)
	steps(t, o, params, 0, 2)
	o.Swap()
	assert.Equal(t, 1., params[0].Value[0])
}
