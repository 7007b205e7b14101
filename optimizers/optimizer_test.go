package optimizers

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/internal/rng"
)

func TestNewRefuses(t *testing.T) {
	w := func() Param[float32] { return param[float32]("w", 2, 3) }
	with := func(change func(*Param[float32])) []Param[float32] {
		p := w()
		change(&p)
		return []Param[float32]{p}
	}
	for _, c := range []struct {
		name   string
		rule   Rule
		params []Param[float32]
		config Config
		want   string
	}{
		{"no rule", nil, model[float32](), Config{}, "optimizers: rule is nil: want a Rule, e.g. SGD{}"},
		{"negative clip", SGD{}, model[float32](), Config{Clip: Clip{GlobalNorm: -1}}, "optimizers: Clip: GlobalNorm = -1: want a finite number, 0 or more (0 means no limit)"},
		{"NaN clip", SGD{}, model[float32](), Config{Clip: Clip{GlobalNorm: nan}}, "optimizers: Clip: GlobalNorm = NaN: want a finite number, 0 or more (0 means no limit)"},
		{"infinite clip", SGD{}, model[float32](), Config{Clip: Clip{GlobalNorm: inf}}, "optimizers: Clip: GlobalNorm = +Inf: want a finite number, 0 or more (0 means no limit)"},
		{"no parameters", SGD{}, nil, Config{}, "optimizers: no parameters: want 1 or more"},
		{"no name", SGD{}, with(func(p *Param[float32]) { p.Name = "" }), Config{}, "optimizers: parameter 0: Name is empty: want a unique name"},
		{"name twice", SGD{}, []Param[float32]{w(), w()}, Config{}, `optimizers: parameters 0 and 1 are both named "w": want unique names`},
		{"zero dimension", SGD{}, with(func(p *Param[float32]) { p.Shape = []int{2, 0} }), Config{}, `optimizers: parameter "w": Shape = [2 0]: want positive dimensions`},
		{"overflowing shape", SGD{}, with(func(p *Param[float32]) { p.Shape = []int{math.MaxInt, 2} }), Config{}, `optimizers: parameter "w": Shape = [9223372036854775807 2]: want positive dimensions`},
		{"short value", SGD{}, with(func(p *Param[float32]) { p.Value = p.Value[:5] }), Config{}, `optimizers: parameter "w": Value has 5 elements: want 6 for shape [2 3]`},
		{"no gradient", SGD{}, with(func(p *Param[float32]) { p.Grad = nil }), Config{}, `optimizers: parameter "w": Grad has 0 elements: want 6 for shape [2 3]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.rule, c.params, c.config)
			assert.EqualError(t, err, c.want)
		})
	}
}

func TestStepRefusesRates(t *testing.T) {
	for rate, want := range map[float64]string{
		-.1:  "optimizers: step 1: learning rate = -0.1: want a finite number, 0 or more",
		inf:  "optimizers: step 1: learning rate = +Inf: want a finite number, 0 or more",
		-inf: "optimizers: step 1: learning rate = -Inf: want a finite number, 0 or more",
		nan:  "optimizers: step 1: learning rate = NaN: want a finite number, 0 or more",
	} {
		params := model[float64]()
		before := values(params)
		gradient(params, 0)
		o := bind(t, SGD{}, params)
		assert.EqualError(t, o.Step(rate), want)
		assert.Equal(t, before, values(params))
		assert.Zero(t, o.Steps())
	}
}

func TestRestoreRefuses(t *testing.T) {
	params := model[float64]()
	o := bind(t, SGD{Momentum: .9}, params)
	steps(t, o, params, 0, 2)
	for _, c := range []struct {
		name   string
		change func(*State[float64])
		want   string
	}{
		{"step", func(s *State[float64]) { s.Step = -1 }, "optimizers: Restore: Step = -1: want 0 or more, up to 4611686018427387903"},
		{"missing", func(s *State[float64]) { s.Slots = s.Slots[:2] }, `optimizers: Restore: parameter "scale": slot "momentum_buffer" is missing`},
		{"length", func(s *State[float64]) { s.Slots[1].Values = s.Slots[1].Values[:4] }, `optimizers: Restore: parameter "0.bias": slot "momentum_buffer" has 4 elements: want 5`},
		{"unknown slot", func(s *State[float64]) { s.Slots = append(s.Slots, Slot[float64]{Param: "scale", Name: "m"}) }, `optimizers: Restore: parameter "scale": slot "m" is unknown: this rule has the slots ["momentum_buffer"] and 3 parameters`},
		{"unknown parameter", func(s *State[float64]) { s.Slots = append(s.Slots, Slot[float64]{Param: "x", Name: "momentum_buffer"}) }, `optimizers: Restore: parameter "x": slot "momentum_buffer" is unknown: this rule has the slots ["momentum_buffer"] and 3 parameters`},
		{"twice", func(s *State[float64]) { s.Slots = append(s.Slots, s.Slots[0]) }, `optimizers: Restore: parameter "0.weight": duplicate slot "momentum_buffer"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := o.State()
			bad := o.State()
			bad.Slots[0].Values[0] = 77 // must not get in before the error
			c.change(&bad)
			assert.EqualError(t, o.Restore(bad), c.want)
			assert.Equal(t, before, o.State())
		})
	}
	require.Error(t, bind(t, SGD{}, model[float64]()).Restore(o.State()), "plain SGD has no slots")
	require.NoError(t, bind(t, SGD{Momentum: .5}, model[float64]()).Restore(o.State()), "other hyperparameters")
}

// TestClipNorm holds a clipped step against the definition: plain descent
// moves by the gradient scaled to the norm.
func TestClipNorm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Float64Range(1e-3, 1e3).Draw(t, "limit")
		a := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1, 9).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1, 9).Draw(t, "b")
		params := []Param[float64]{
			{Name: "a", Shape: []int{len(a)}, Value: make([]float64, len(a)), Grad: a},
			{Name: "b", Shape: []int{len(b)}, Value: make([]float64, len(b)), Grad: b},
		}
		o, err := New(SGD{}, params, Config{Clip: Clip{GlobalNorm: limit}})
		require.NoError(t, err)
		require.NoError(t, o.Step(1))

		norm := 0.0
		for _, g := range append(slices.Clone(a), b...) {
			norm = math.Hypot(norm, g)
		}
		scale := 1.0
		if norm > limit {
			scale = limit / norm
		}
		for _, p := range params {
			for i, g := range p.Grad {
				assert.InDelta(t, -scale*g, p.Value[i], 1e-12*math.Abs(g))
			}
		}
	})
}

// TestClipNormHuge clips gradients whose squares overflow.
func TestClipNormHuge(t *testing.T) {
	p := Param[float64]{Name: "w", Shape: []int{2}, Value: make([]float64, 2), Grad: []float64{3e200, -4e200}}
	o, err := New(SGD{}, []Param[float64]{p}, Config{Clip: Clip{GlobalNorm: 10}})
	require.NoError(t, err)
	require.NoError(t, o.Step(1))
	assert.InDeltaSlice(t, []float64{-6, 8}, p.Value, 1e-12)

	q := Param[float32]{Name: "w", Shape: []int{2}, Value: make([]float32, 2), Grad: []float32{3e38, 3e38}}
	f, err := New(SGD{}, []Param[float32]{q}, Config{Clip: Clip{GlobalNorm: 1}})
	require.NoError(t, err)
	require.NoError(t, f.Step(1))
	assert.InDeltaSlice(t, []float32{-math.Sqrt2 / 2, -math.Sqrt2 / 2}, q.Value, 1e-6)
}

func TestSGDIdentities(t *testing.T) {
	// Without momentum, one step is gradient descent by hand.
	params := model[float64]()
	before := values(params)
	steps(t, bind(t, SGD{}, params), params, 0, 1)
	for i, p := range params {
		for j, g := range p.Grad {
			assert.Equal(t, before[i][j]-float64(.1*g), p.Value[j]) // the product rounded by itself, as the rule has it
		}
	}
	// The first step with momentum is a plain one, whatever the dampening.
	first := func(r SGD) [][]float64 {
		p := model[float64]()
		steps(t, bind(t, r, p), p, 0, 1)
		return values(p)
	}
	assert.Equal(t, first(SGD{}), first(SGD{Momentum: .9}))
	assert.Equal(t, first(SGD{}), first(SGD{Momentum: .9, Dampening: .9}))
}

// spy records what the optimizer hands to a rule; it also shows Decay, Seed
// and Scratch at work.
type spy struct {
	SGD
	got *[]Update[float64]
}

func (s spy) Scratch(shape []int) int { return 1 + len(shape) }

func (s spy) Update64(u Update[float64]) {
	for i := range u.Scratch {
		u.Scratch[i] = nan // undefined contents: nobody else may read them
	}
	*s.got = append(*s.got, u)
	s.SGD.Update64(u)
}

func TestUpdateContents(t *testing.T) {
	run := func(seed uint64) (got []Update[float64]) {
		params := model[float64]()
		o, err := New(spy{SGD{Momentum: .9}, &got}, params, Config{Seed: seed})
		require.NoError(t, err)
		steps(t, o, params, 0, 2)
		return got
	}
	got := run(1)
	require.Len(t, got, 6)
	seeds := map[uint64]bool{}
	for i, u := range got {
		want := model[float64]()[i%3]
		assert.Equal(t, want.Name, u.Name)
		assert.Equal(t, want.Shape, u.Shape)
		assert.Equal(t, 1+i/3, u.Step)
		assert.Equal(t, []float64{.1, .05}[i/3], u.LR)
		assert.Equal(t, 1.0, u.Decay)
		assert.Len(t, u.Scratch, 1+len(want.Shape))
		seeds[u.Seed] = true
	}
	for i, u := range run(1) {
		assert.Equal(t, got[i].Seed, u.Seed, "a function of seed, name and step")
	}
	for _, u := range run(2) {
		seeds[u.Seed] = true
	}
	assert.Len(t, seeds, 12, "each seed, parameter and step has its own")
}

func TestDecayMultiplier(t *testing.T) {
	u := Update[float64]{Step: 1, LR: .1, Decay: .5, Value: []float64{2}, Grad: []float64{1}}
	SGD{WeightDecay: .2}.Update64(u)
	assert.InDelta(t, 2-.1*(1+.5*.2*2), u.Value[0], 1e-15)
}

func TestNorms(t *testing.T) {
	t.Run("float32", norms[float32])
	t.Run("float64", norms[float64])

	huge := Param[float64]{Grad: []float64{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, 1}}
	sum, err := newGradientSums([]Param[float64]{huge}, &team{}).squares(1)
	assert.NoError(t, err, "finite, though the squares are not")
	assert.Equal(t, inf, sum)
}

func norms[T Float](t *testing.T) {
	r := rng.New(1, "norms")
	for n := range 40 {
		x := make([]T, n)
		want := 0.0
		for i := range x {
			x[i] = T(r.NormFloat64())
			want += float64(x[i]) * float64(x[i])
		}
		params := []Param[T]{{Name: "a", Grad: x[:n/3]}, {Name: "b", Grad: x[n/3:]}}
		sum, err := newGradientSums(params, &team{}).squares(7)
		require.NoError(t, err)
		assert.InDelta(t, want, sum, 1e-12)
		for i, v := range x {
			for _, bad := range []float64{nan, inf, -inf} {
				x[i] = T(bad)
				_, err := newGradientSums(params, &team{}).squares(7)
				name, at := "a", i
				if i >= n/3 {
					name, at = "b", i-n/3
				}
				assert.EqualError(t, err, fmt.Sprintf("optimizers: step 7: parameter %q: gradient[%d] = %v: not finite", name, at, bad))
				assert.ErrorIs(t, err, ErrNotFinite)
			}
			x[i] = v
		}
	}
}

// unprefixed is a rule from elsewhere, whose errors name no package.
type unprefixed struct{ SGD }

var errUnprefixed = errors.New("unprefixed: Beta = 2: want [0, 1)")

func (unprefixed) Validate() error { return errUnprefixed }

func TestOnePrefix(t *testing.T) {
	for want, rule := range map[string]Rule{
		"optimizers: unprefixed: Beta = 2: want [0, 1)":            unprefixed{},
		"optimizers: EMA: Rule: unprefixed: Beta = 2: want [0, 1)": EMA{Rule: unprefixed{}},
	} {
		_, err := New(rule, model[float32](), Config{})
		assert.EqualError(t, err, want)
		assert.ErrorIs(t, err, errUnprefixed)
	}
	_, err := New(SGD{}, model[float32](), Config{Groups: []Group{{Vectors: true, Rule: EMA{Rule: SGD{Momentum: 1}}}}})
	assert.EqualError(t, err, "optimizers: Config: Groups[0]: Rule: EMA: Rule: SGD: Momentum = 1: want [0, 1)")
}
