package trainer

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
)

func sweep() RangeTest {
	return RangeTest{Model: newLinear(2), Rule: optimizers.SGD{}, BatchSize: 32, From: 1e-4, To: 100, Steps: 60}
}

func TestRangeTest(t *testing.T) {
	model := newLinear(2)
	copy(model.w, []float32{.1, -.2})
	before := slices.Clone(model.w)
	r := sweep()
	r.Model = model
	s, err := r.Run(t.Context(), data(t, 256))
	require.NoError(t, err)
	assert.Equal(t, before, model.w, "bit for bit")
	assert.Equal(t, []float32{0}, model.b)

	// Descent on a least-squares problem with unit inputs diverges from rates
	// about 2 on.
	assert.True(t, s.Diverged)
	assert.Less(t, len(s.Rates), 60)
	assert.Len(t, s.Losses, len(s.Rates))
	average := 0.0
	for i := range s.Rates {
		assert.InEpsilon(t, 1e-4*math.Pow(1e6, float64(i)/59), s.Rates[i], 1e-12)
		average = .9*average + .1*s.Losses[i]
		assert.InEpsilon(t, average/(1-math.Pow(.9, float64(i+1))), s.Smoothed[i], 1e-12)
	}
	assert.Greater(t, s.Steepest, .005)
	assert.Less(t, s.Steepest, s.Minimum)
	assert.Less(t, s.Minimum, 10.0, "the average comes after the loss")
	again, err := r.Run(t.Context(), data(t, 256))
	require.NoError(t, err)
	assert.Equal(t, s, again, "a function of the settings")
}

// TestSteepest falls in a straight line about update 20, and more wildly behind
// the minimum.
func TestSteepest(t *testing.T) {
	var s Sweep
	for i := range 60 {
		x := float64(i)
		s.Rates = append(s.Rates, math.Exp(x))
		loss := 5 - math.Atan((x-20)/4) + .01*math.Sin(9*x)
		if i > 45 {
			loss = 20 - 10*float64(i%2)
		}
		s.Smoothed = append(s.Smoothed, loss)
	}
	s.suggest(60)
	assert.InDelta(t, 20, math.Log(s.Steepest), 1)
	assert.InDelta(t, 44, math.Log(s.Minimum), 1)

	rising := Sweep{Rates: []float64{1, 2, 3}, Smoothed: []float64{1, 2, 3}}
	rising.suggest(3)
	assert.Zero(t, rising.Steepest)
	assert.Equal(t, 1.0, rising.Minimum)
}

func TestRangeTestToTheEnd(t *testing.T) {
	none := 0.0
	r := sweep()
	r.To, r.Steps, r.Smoothing, r.BatchSize, r.Diverged = .01, 20, &none, 5, 1e9
	s, err := r.Run(t.Context(), data(t, 22)) // four epochs
	require.NoError(t, err)
	assert.False(t, s.Diverged)
	assert.Len(t, s.Rates, 20)
	assert.InEpsilon(t, .01, s.Rates[19], 1e-12)
	assert.Equal(t, s.Losses, s.Smoothed)
}

func TestRangeTestEndsWhereNothingIsFinite(t *testing.T) {
	for name, spoil := range map[string]func(l *linear, loss *float64){
		"loss":     func(_ *linear, loss *float64) { *loss = math.Inf(1) },
		"gradient": func(l *linear, _ *float64) { l.gw[0] = float32(math.NaN()) },
	} {
		model := newLinear(2)
		model.onStep = func(n int, l *linear, loss *float64) error {
			if n == 5 {
				spoil(l, loss)
			}
			return nil
		}
		r := sweep()
		r.Model = model
		s, err := r.Run(t.Context(), data(t, 256))
		require.NoError(t, err, name)
		assert.True(t, s.Diverged)
		assert.Less(t, len(s.Rates), 6)
		assert.Equal(t, []float32{0, 0}, model.w)
	}
	model := newLinear(2)
	model.onStep = func(_ int, _ *linear, loss *float64) error { *loss = math.NaN(); return nil }
	r := sweep()
	r.Model = model
	s, err := r.Run(t.Context(), data(t, 256))
	require.NoError(t, err)
	assert.Equal(t, &Sweep{Diverged: true}, s)
}

func TestRangeTestRefuses(t *testing.T) {
	one := 1.0
	for want, change := range map[string]func(*RangeTest){
		"trainer: RangeTest: Model = nil: want a Model":                                           func(r *RangeTest) { r.Model = nil },
		"trainer: RangeTest: Rule = nil: want an update rule, e.g. optimizers.SGD{}":              func(r *RangeTest) { r.Rule = nil },
		"trainer: RangeTest: BatchSize = 0: want [1, 8], the number of training examples":         func(r *RangeTest) { r.BatchSize = 0 },
		"trainer: RangeTest: From = -1: want a finite number, 0 or more":                          func(r *RangeTest) { r.From = -1 },
		"trainer: RangeTest: To = +Inf: want a finite number, 0 or more":                          func(r *RangeTest) { r.To = math.Inf(1) },
		"trainer: RangeTest: To = 1e-05: want more than From, 0.0001":                             func(r *RangeTest) { r.To = 1e-5 },
		"trainer: RangeTest: To = 1e+300: want a finite multiple of From, 1e-300":                 func(r *RangeTest) { r.From, r.To = 1e-300, 1e300 },
		"trainer: RangeTest: Steps = 1: want 2 or more":                                           func(r *RangeTest) { r.Steps = 1 },
		"trainer: RangeTest: Smoothing = 1: want [0, 1)":                                          func(r *RangeTest) { r.Smoothing = &one },
		"trainer: RangeTest: Diverged = 1: want more than 1":                                      func(r *RangeTest) { r.Diverged = 1 },
		"trainer: RangeTest: SGD: Momentum = 2: want [0, 1)":                                      func(r *RangeTest) { r.Rule = optimizers.SGD{Momentum: 2} },
		"trainer: RangeTest: Clip: Norm = -1: want a finite number, 0 or more (0 means no limit)": func(r *RangeTest) { r.Clip.Norm = -1 },
	} {
		r := sweep()
		r.BatchSize = 8
		change(&r)
		_, err := r.Run(t.Context(), data(t, 8))
		assert.EqualError(t, err, want)
	}
	_, err := sweep().Run(t.Context(), nil)
	assert.EqualError(t, err, "trainer: RangeTest: the training data is nil: want a datasets.Dataset")

	model := newLinear(2)
	model.onStep = func(n int, _ *linear, _ *float64) error {
		if n == 3 {
			return errFake
		}
		return nil
	}
	r := sweep()
	r.Model = model
	_, err = r.Run(t.Context(), data(t, 256))
	assert.ErrorIs(t, err, errFake)
	assert.EqualError(t, err, "trainer: RangeTest: update 3: fake")
	assert.Equal(t, []float32{0, 0}, model.w)

	ctx, cancel := context.WithCancel(t.Context())
	model.onStep = func(int, *linear, *float64) error { cancel(); return nil }
	_, err = r.Run(ctx, data(t, 256))
	assert.ErrorIs(t, err, context.Canceled)
}

// TestRangeTestOfAnyLoss: a number that is added to the loss changes nothing
// that the test finds, whether the loss is then negative, about zero or large.
func TestRangeTestOfAnyLoss(t *testing.T) {
	run := func(rule optimizers.Rule, by float64) *Sweep {
		model := newLinear(2)
		model.onStep = func(_ int, _ *linear, loss *float64) error { *loss += by; return nil }
		r := sweep()
		r.Model, r.Rule = model, rule
		s, err := r.Run(t.Context(), data(t, 256))
		require.NoError(t, err)
		return s
	}
	for _, rule := range []optimizers.Rule{optimizers.SGD{}, optimizers.SGD{Momentum: .9}, optimizers.DefaultAdam()} {
		want := run(rule, 0)
		assert.Greater(t, len(want.Rates), 30)
		for _, by := range []float64{-30, -want.Losses[0], -want.Losses[0] / 2, -1e3, 1e3} {
			got := run(rule, by)
			assert.Equal(t, want.Diverged, got.Diverged, "%T %+v", rule, by)
			assert.InEpsilon(t, want.Steepest, got.Steepest, 1e-12, "%T %+v", rule, by)
			assert.InEpsilon(t, want.Minimum, got.Minimum, 1e-12, "%T %+v", rule, by)
			assert.InDelta(t, len(want.Rates), len(got.Rates), 5, "%T %+v", rule, by)
		}
	}
}

// TestDivergence runs scripts of losses, unsmoothed.
func TestDivergence(t *testing.T) {
	flat := func(v float64) []float64 { return slices.Repeat([]float64{v}, 10) } // a tenth of the updates
	for _, c := range []struct {
		name     string
		losses   []float64
		at       int // updates
		diverged float64
	}{
		{"a multiple of a positive loss", append(flat(2), 2, 7.9, 8, 8.1), 14, 0},
		{"of one that fell a little", append(flat(2), 1.5, 5.9, 6, 6.1), 14, 0},
		{"the range of one that fell far", append(flat(2), .01, 5.9, 5.97, 5.99), 14, 0},
		{"negative", append(flat(-2), -3, 5.9, 6, 6.1), 14, 0},
		{"across zero", append(flat(2), -1, 7.9, 8, 8.1), 14, 0},
		{"at zero", append(flat(0), -1, 1.9, 2, 2.1), 14, 0},
		{"noise about zero", []float64{0, 1, -1, .5, 1, -1, 1, -1, 1, .5, 1, 3, 5, 5.1}, 14, 0},
		{"noise at first", []float64{0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 5.9, 6, 6.1}, 14, 0},
		{"zero, then above", append(flat(0), 1e-9), 11, 0},
		{"not finite at first", []float64{1, 2, math.Inf(1)}, 2, 0},
		{"a low limit, with noise at first", []float64{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 2}, 12, 1.1},
		{"a low limit", append(flat(2), 2.1, 2.15, 2.3), 13, 1.1},
	} {
		model := newLinear(2)
		model.onStep = func(n int, _ *linear, loss *float64) error {
			*loss = c.losses[min(n, len(c.losses))-1]
			return nil
		}
		none := 0.0
		r := sweep()
		r.Model, r.Steps, r.Smoothing, r.Diverged = model, 100, &none, c.diverged
		s, err := r.Run(t.Context(), data(t, 256))
		require.NoError(t, err)
		assert.True(t, s.Diverged, c.name)
		assert.Len(t, s.Rates, c.at, c.name)
	}
}
