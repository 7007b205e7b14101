package lrsched

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	far  = math.MaxInt
	late = far>>23 + 1 // 2⁴⁰, where an int has 64 bits
)

// TestBoundaries asks each schedule before 0, at 0, about its boundaries, at
// its end, after it and far out. The rates are worked out by hand.
func TestBoundaries(t *testing.T) {
	cosine := Cosine{Base: .3, Final: .01, From: 5, To: 20}
	warm := Warmup{Steps: 5, Then: cosine}
	steps := Join{{0, Constant(1)}, {10, Linear{Base: 4, Final: 2, From: 10, To: 12}}, {15, Constant(3)}}
	for _, c := range []struct {
		name string
		s    Schedule
		at   map[int]float64
	}{
		{"constant", Constant(.3), map[int]float64{-1: .3, 0: .3, 1: .3, far: .3}},
		{"square root", SquareRoot{.6}, map[int]float64{-9: .6, 0: .6, 3: .3, 8: .2, far: .6 / math.Exp2(31.5)}},
		{"inverse time", InverseTime{Base: .6, Decay: .5}, map[int]float64{-9: .6, 0: .6, 2: .3, 4: .2, far: 1.2 / math.Exp2(63)}},
		{"inverse time, no decay", InverseTime{Base: .6}, map[int]float64{0: .6, far: .6}},
		{"polynomial", Polynomial{Base: .8, Beta: 3, Alpha: 2}, map[int]float64{-9: .8, 0: .8, 1: .05, far: 0}},
		{"polynomial, α 0", Polynomial{Base: .8, Beta: 3}, map[int]float64{0: .8, far: .8}},
		{"exponential", Exponential{Base: .8, Gamma: .5}, map[int]float64{-9: .8, 0: .8, 1: .4, 3: .1, far: 0}},
		{"exponential growth", Exponential{Base: 1, Gamma: 2}, map[int]float64{-9: 1, 0: 1, 10: 1024, 2000: math.MaxFloat64, far: math.MaxFloat64}},
		{"exponential growth of nothing", Exponential{Base: 0, Gamma: 2}, map[int]float64{0: 0, far: 0}},
		{"step", Step{Base: .8, Factor: .5, Every: 4}, map[int]float64{-9: .8, 0: .8, 3: .8, 4: .4, 7: .4, 8: .2, far: 0}},
		{"factor", Factor{Base: .8, Factor: .5, Every: 4, Floor: .15}, map[int]float64{-9: .8, 0: .8, 3: .8, 4: .4, 8: .2, 11: .2, 12: .15, 13: .15, far: .15}},
		{"multi-factor", MultiFactor{Base: .8, Factor: .5, Milestones: []int{1, 7}}, map[int]float64{-9: .8, 0: .8, 1: .4, 6: .4, 7: .2, 8: .2, far: .2}},
		{"poly", Poly{Base: 1, Final: .2, Power: 2, From: 5, To: 9}, map[int]float64{-9: 1, 0: 1, 4: 1, 5: 1, 6: .65, 7: .4, 8: .25, 9: .2, 10: .2, far: .2}},
		{"linear", Linear{Base: 1, Final: .2, From: 5, To: 9}, map[int]float64{-9: 1, 0: 1, 4: 1, 5: 1, 6: .8, 8: .4, 9: .2, 10: .2, far: .2}},
		{"rising line", Linear{Base: 0, Final: 1, To: 4}, map[int]float64{-9: 0, 0: 0, 1: .25, 3: .75, 4: 1, 5: 1, far: 1}},
		{"cosine", cosine, map[int]float64{-1: .3, 0: .3, 4: .3, 5: .3, 10: .2275, 15: .0825, 20: .01, 21: .01, far: .01}},
		{"rising cosine", Cosine{Base: 0, Final: 1, To: 2}, map[int]float64{0: 0, 1: .5, 2: 1, 3: 1}},
		{"restarts, alike", CosineRestarts{Base: 1, First: 4, Mult: 1, From: 3}, map[int]float64{-9: 1, 0: 1, 2: 1, 3: 1, 5: .5, 7: 1, 9: .5, 11: 1, 3 + 4*late: 1, 5 + 4*late: .5}},
		{"restarts, three", CosineRestarts{Base: 1, Final: .5, First: 2, Mult: 1, Cycles: 3}, map[int]float64{0: 1, 1: .75, 2: 1, 4: 1, 5: .75, 6: .5, 7: .5, far: .5}},
		{"restarts, longer", CosineRestarts{Base: 1, First: 2, Mult: 2}, map[int]float64{0: 1, 1: .5, 2: 1, 4: .5, 6: 1, 10: .5, 14: 1, 2*late - 2: 1, 3*late - 2: .5}},
		{"restarts, two longer", CosineRestarts{Base: 1, Final: .2, First: 2, Mult: 3, Cycles: 2}, map[int]float64{1: .6, 2: 1, 5: .6, 8: .2, 9: .2, far: .2}},
		{"restarts, hugely longer", CosineRestarts{Base: 1, First: 2, Mult: math.MaxInt}, map[int]float64{1: .5, 2: 1, 3: 1, 2 + far/2: .5}},
		{"one cycle", OneCycle{Max: 1, Updates: 10, Up: .5, Div: 2, FinalDiv: 5}, map[int]float64{-9: .5, 0: .5, 2: .75, 4: 1, 9: .1, 10: .1, far: .1}},
		{"one cycle, lines", OneCycle{Max: 1, Updates: 10, Up: .5, Div: 2, FinalDiv: 5, Anneal: AnnealLinear}, map[int]float64{-9: .5, 0: .5, 1: .625, 4: 1, 5: .82, 8: .28, 9: .1, 10: .1, far: .1}},
		{
			"one cycle, three phases",
			OneCycle{Max: 1, Updates: 10, Up: .3, Div: 2, FinalDiv: 5, Anneal: AnnealLinear, ThreePhase: true},
			map[int]float64{0: .5, 1: .75, 2: 1, 3: .75, 4: .5, 5: .42, 8: .18, 9: .1, 10: .1, far: .1},
		},
		{"triangles", Cyclic{Base: .1, Max: .5, Up: 2}, map[int]float64{-9: .1, 0: .1, 1: .3, 2: .5, 3: .3, 4: .1, 6: .5, 2 + 4*late: .5}},
		{"oblique triangles", Cyclic{Base: .1, Max: .5, Up: 1, Down: 4}, map[int]float64{0: .1, 1: .5, 2: .4, 4: .2, 5: .1, 6: .5}},
		{"halved triangles", Cyclic{Base: .1, Max: .5, Up: 2, Mode: Triangular2}, map[int]float64{0: .1, 2: .5, 3: .3, 4: .1, 6: .3, 7: .2, 10: .2, far: .1}},
		{"fading triangles", Cyclic{Base: .1, Max: .5, Up: 1, Mode: ExpRange, Gamma: .5}, map[int]float64{0: .1, 1: .3, 2: .1, 3: .15, far: .1}},
		{"huge triangles", Cyclic{Base: 0, Max: 1, Up: math.MaxInt, Down: math.MaxInt}, map[int]float64{0: 0, far / 2: .5, far - far>>8: 1 - math.Exp2(-8)}},
		{"trapezoid", Trapezoid{Begin: .1, Base: .5, Final: .2, Up: 4, Hold: 3, Down: 3}, map[int]float64{-9: .1, 0: .1, 1: .2, 3: .4, 4: .5, 7: .5, 8: .4, 9: .3, 10: .2, 11: .2, far: .2}},
		{"no warmup", Trapezoid{Begin: .1, Base: .5, Final: .2, Down: 3}, map[int]float64{-9: .5, 0: .5, 1: .4, 3: .2, 4: .2, far: .2}},
		{"noam", Noam{Factor: 3, Width: 9, Warmup: 4}, map[int]float64{-9: .125, 0: .125, 1: .25, 3: .5, 15: .25, 99: .1}},
		{"warmup", warm, map[int]float64{-1: 0, 0: 0, 1: .06, 4: .24, 5: .3, 10: .2275, 20: .01, 21: .01, far: .01}},
		{"warmup from a rate", Warmup{Steps: 2, Begin: .1, Then: Constant(.2)}, map[int]float64{-7: .1, 0: .1, 1: .15, 2: .2, 3: .2}},
		{"warmup within a fall", Warmup{Steps: 10, Then: cosine}, map[int]float64{0: 0, 5: .11375, 9: .20475, 10: .2275, 20: .01}},
		{"no warmup at all", Warmup{Then: cosine}, map[int]float64{-1: .3, 0: .3, 10: .2275, 20: .01}},
		{"down to a schedule", Warmup{Steps: 4, Begin: 1, Then: Constant(.2)}, map[int]float64{0: 1, 2: .6, 4: .2, 5: .2}},
		{"constant warmup", Warmup{Steps: 5, Begin: .1, Constant: true, Then: cosine}, map[int]float64{-1: .1, 0: .1, 4: .1, 5: .3, 10: .2275, far: .01}},
		{"constant warmup of no steps", Warmup{Begin: .1, Constant: true, Then: cosine}, map[int]float64{0: .3, 10: .2275}},
		{"join", steps, map[int]float64{-1: 1, 0: 1, 9: 1, 10: 4, 11: 3, 12: 2, 14: 2, 15: 3, 16: 3, far: 3}},
		{"join of a shifted one", Join{{0, Constant(1)}, {10, Shift{-10, Linear{Base: 4, Final: 2, To: 2}}}}, map[int]float64{9: 1, 10: 4, 11: 3, 12: 2, far: 2}},
		{"scale", Scale{2, cosine}, map[int]float64{-1: .6, 0: .6, 10: .455, 20: .02, far: .02}},
		{"scale beyond the greatest number", Scale{2, Constant(math.MaxFloat64)}, map[int]float64{0: math.MaxFloat64}},
		{"earlier", Shift{5, cosine}, map[int]float64{-9: .3, 0: .3, 5: .2275, 15: .01, 16: .01, far: .01}},
		{"earlier, from within", Shift{10, cosine}, map[int]float64{-9: .2275, 0: .2275, 5: .0825, 10: .01}},
		{"later", Shift{-5, cosine}, map[int]float64{-9: .3, 0: .3, 10: .3, 15: .2275, 25: .01, far: .01}},
		{"earlier than ever", Shift{math.MaxInt, cosine}, map[int]float64{0: .01, 1: .01, far: .01}},
		{"later than ever", Shift{math.MinInt, cosine}, map[int]float64{-9: .3, 0: .3, far: .3}},
		{"chain", Chain{Constant(.5), []Schedule{Linear{Base: 0, Final: 1, To: 4}, Step{1, .5, 3}}}, map[int]float64{-1: 0, 0: 0, 2: .25, 3: .1875, 4: .25, 6: .125, far: 0}},
		{"chain of one", Chain{Base: cosine}, map[int]float64{0: .3, 10: .2275}},
		{"by epoch", ByEpoch{100, MultiFactor{Base: .8, Factor: .5, Milestones: []int{1, 3}}}, map[int]float64{-1: .8, 0: .8, 99: .8, 100: .4, 299: .4, 300: .2, far: .2}},
		{"by sample", BySample{32, Linear{Base: 1, Final: 0, To: 128}}, map[int]float64{-1: 1, 0: 1, 1: .75, 3: .25, 4: 0, 5: 0, far: 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, Validate(c.s))
			for step, want := range c.at {
				assert.InDelta(t, want, c.s.At(step), 4e-16*max(1, want), "update %d", step)
			}
		})
	}
}

// TestBeforeTheFirst asks for update 0 wherever the index is negative, through
// all combinators.
func TestBeforeTheFirst(t *testing.T) {
	for name, s := range everything() {
		for _, step := range []int{-1, -1000, math.MinInt} {
			assert.Equal(t, s.At(0), s.At(step), "%s, update %d", name, step)
		}
	}
}
