package lrsched

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheck(t *testing.T) {
	warm := Warmup{Steps: 10, Then: Constant(.1)}
	for _, c := range []struct {
		name  string
		s     Schedule
		least int // the shortest run that is long enough
		short string
	}{
		{"warmup", warm, 10, "lrsched: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"pointer to one", &warm, 10, "lrsched: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"constant warmup", Warmup{Steps: 10, Constant: true, Then: Constant(.1)}, 10, "lrsched: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"trapezoid", Trapezoid{Base: 1, Up: 10, Down: 20}, 10, "lrsched: Trapezoid: Up = 10: want at most 9, the length of the run"},
		{"noam", Noam{1, 1, 10}, 10, "lrsched: Noam: Warmup = 10: want at most 9, the length of the run"},
		{"after a warmup", Warmup{Steps: 2, Then: warm}, 10, "lrsched: Warmup: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"scaled", Scale{1, warm}, 10, "lrsched: Scale: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"earlier", Shift{3, warm}, 7, "lrsched: Shift: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"earlier than ever", Shift{math.MaxInt, warm}, 1, ""},
		{"chain, base", Chain{Base: warm}, 10, "lrsched: Chain: Base: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"chain, factor", Chain{Constant(1), []Schedule{Constant(1), warm}}, 10, "lrsched: Chain: Factors[1]: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"epochs", ByEpoch{100, warm}, 901, "lrsched: ByEpoch: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"samples", BySample{4, warm}, 3, "lrsched: BySample: Then: Warmup: Steps = 10: want at most 8, the length of the run"},
		{"very many samples", BySample{math.MaxInt, warm}, 1, ""},
		{"deep", Scale{1, ByEpoch{2, Join{{0, Shift{-1, warm}}}}}, 21, "lrsched: Scale: Then: ByEpoch: Then: Join: [0].Then: Shift: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{"no ramp", Cosine{Base: 1, To: 100}, 1, ""},
		{"a user's own", halving{}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.NoError(t, Check(c.s, c.least))
			assert.NoError(t, Check(c.s, math.MaxInt))
			if c.short != "" {
				assert.EqualError(t, Check(c.s, c.least-1), c.short)
			}
		})
	}
}

// TestCheckOfUnreached leaves out what a run does not come to, and wants the
// whole ramp where it does.
func TestCheckOfUnreached(t *testing.T) {
	warm := Warmup{Steps: 10, Then: Constant(.1)}
	const ramp = "lrsched: Join: [1].Then: Shift: Then: Warmup: Steps = 10: want at most 1, the length of the run"
	joined := Join{{0, Constant(.1)}, {20, Shift{-20, warm}}}
	assert.NoError(t, Check(joined, 20))
	assert.EqualError(t, Check(joined, 21), ramp)
	assert.Error(t, Check(joined, 29))
	assert.NoError(t, Check(joined, 30))
	long := Join{{0, Constant(.1)}, {20, Warmup{Steps: 30, Then: Constant(.1)}}}
	assert.NoError(t, Check(long, 20))
	assert.Error(t, Check(long, 21))
	assert.NoError(t, Check(Shift{-20, warm}, 20))
	assert.Error(t, Check(Shift{-20, warm}, 21))
}

func TestCheckErrors(t *testing.T) {
	for _, updates := range []int{0, -1, math.MinInt} {
		assert.ErrorContains(t, Check(Constant(.1), updates), "want 1 or more")
	}
	assert.EqualError(t, Check(Constant(.1), 0), "lrsched: updates = 0: want 1 or more")
	assert.EqualError(t, Check(nil, 5), "lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)")
	assert.EqualError(t, Check(Constant(-1), 5), "lrsched: Constant = -1: want 0 or more")
}

// TestEveryCombinatorIsWalked fails for a combinator without parts: a
// schedule that holds another one has to say so.
func TestEveryCombinatorIsWalked(t *testing.T) {
	long := Warmup{Steps: 1000, Then: Constant(.1)}
	for name, s := range map[string]Schedule{
		"Warmup": Warmup{Then: long}, "Join": Join{{0, long}}, "Scale": Scale{1, long}, "Shift": Shift{1, long},
		"Chain": Chain{Base: long}, "ByEpoch": ByEpoch{1, long}, "BySample": BySample{1, long},
	} {
		assert.ErrorContains(t, Check(s, 10), "Warmup: Steps = 1000", name)
	}
}
