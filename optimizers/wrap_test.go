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
	}
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
				if s.Name != "slow" && s.Name != "average" {
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
	assert.Equal(t, []string{"m", "v", "s", "start", "slow", "average"}, rule.Slots())
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
