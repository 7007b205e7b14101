package lrsched

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGolden holds the schedules against testdata/golden.py, and their last
// value against every update after it.
func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var golden map[string][]float64
	require.NoError(t, json.Unmarshal(text, &golden))

	table := map[string]Schedule{
		"torch constant .3":                                       Constant(.3),
		"torch cosine .3 to .01 in 20":                            Cosine{Base: .3, Final: .01, To: 20},
		"torch linear 5 from .25 of .3, then cosine to .01 in 15": Warmup{Steps: 5, Begin: .25 * .3, Then: Cosine{Base: .3, Final: .01, From: 5, To: 20}},
		"mxnet cosine .3 to .01 in 20, warmup 5":                  Warmup{Steps: 5, Then: Cosine{Base: .3, Final: .01, From: 5, To: 20}},
	}
	require.Len(t, golden, len(table))
	for name, want := range golden {
		t.Run(name, func(t *testing.T) {
			s, ok := table[name]
			require.True(t, ok)
			require.NoError(t, Validate(s))
			for step, rate := range want {
				assert.InDelta(t, rate, s.At(step), 1e-12*rate+1e-16, "update %d", step)
			}
			for step := len(want); step < 100; step++ {
				assert.Equal(t, s.At(len(want)-1), s.At(step))
			}
		})
	}
}

// TestBoundaries asks each schedule at 0, about its boundaries, at its end and
// far out.
func TestBoundaries(t *testing.T) {
	cosine := Cosine{Base: .3, Final: .01, From: 5, To: 20}
	warm := Warmup{Steps: 5, Then: cosine}
	for _, c := range []struct {
		name string
		s    Schedule
		at   map[int]float64
	}{
		{"constant", Constant(.3), map[int]float64{-1: .3, 0: .3, 1: .3, 1 << 40: .3}},
		{"cosine", cosine, map[int]float64{-1: .3, 0: .3, 4: .3, 5: .3, 10: .2275, 15: .0825, 20: .01, 21: .01, 1 << 40: .01}},
		{"rising cosine", Cosine{Base: 0, Final: 1, To: 2}, map[int]float64{0: 0, 1: .5, 2: 1, 3: 1}},
		{"warmup", warm, map[int]float64{-1: 0, 0: 0, 1: .06, 4: .24, 5: .3, 10: .2275, 20: .01, 21: .01, 1 << 40: .01}},
		{"warmup from a rate", Warmup{Steps: 2, Begin: .1, Then: Constant(.2)}, map[int]float64{-7: .1, 0: .1, 1: .15, 2: .2, 3: .2}},
		{"warmup within a fall", Warmup{Steps: 10, Then: cosine}, map[int]float64{0: 0, 5: .11375, 9: .20475, 10: .2275, 20: .01}},
		{"no warmup", Warmup{Then: cosine}, map[int]float64{-1: .3, 0: .3, 10: .2275, 20: .01}},
		{"down to a schedule", Warmup{Steps: 4, Begin: 1, Then: Constant(.2)}, map[int]float64{0: 1, 2: .6, 4: .2, 5: .2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, Validate(c.s))
			for step, want := range c.at {
				assert.InDelta(t, want, c.s.At(step), 1e-15, "update %d", step)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	good := Cosine{Base: .3, To: 20}
	nan, inf := math.NaN(), math.Inf(1)
	for want, s := range map[string]Schedule{
		"lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)":                       nil,
		"lrsched: Constant = -1: want a finite rate, zero or more":                            Constant(-1),
		"lrsched: Constant = +Inf: want a finite rate, zero or more":                          Constant(inf),
		"lrsched: Constant = NaN: want a finite rate, zero or more":                           Constant(nan),
		"lrsched: Cosine: Base = -0.1: want a finite rate, zero or more":                      Cosine{Base: -.1, To: 1},
		"lrsched: Cosine: Final = +Inf: want a finite rate, zero or more":                     Cosine{Base: .1, Final: inf, To: 1},
		"lrsched: Cosine: From = -1: want zero or more":                                       Cosine{Base: .1, From: -1, To: 1},
		"lrsched: Cosine: To = 200: want more than From, 200":                                 Cosine{Base: .1, From: 200, To: 200},
		"lrsched: Cosine: To = 0: want more than From, 0":                                     Cosine{Base: .1},
		"lrsched: Warmup: Steps = -5: want zero or more":                                      Warmup{Steps: -5, Then: good},
		"lrsched: Warmup: Begin = -1: want a finite rate, zero or more":                       Warmup{Begin: -1, Then: good},
		"lrsched: Warmup: Then is nil: want the Schedule that follows":                        Warmup{Steps: 5},
		"lrsched: Warmup: Then: lrsched: Constant = -2: want a finite rate, zero or more":     Warmup{Steps: 5, Then: Constant(-2)},
		"lrsched: Warmup: Then: lrsched: Warmup: Then is nil: want the Schedule that follows": Warmup{Then: Warmup{}},
	} {
		assert.EqualError(t, Validate(s), want)
	}
	assert.NoError(t, Validate(halving{}), "a schedule without Validate is taken as it is")
}

// halving is a schedule of a user's own.
type halving struct{}

func (halving) At(step int) float64 { return 1 / float64(int(1)<<min(step, 62)) }
