package lrsched

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestGreatCounts holds that schedules of the greatest counts, alone and within
// others that count differently, give rates of their range at any update.
func TestGreatCounts(t *testing.T) {
	counts := []int{1, 2, 3, math.MaxInt32, math.MaxInt / 2, math.MaxInt - 1, math.MaxInt}
	for _, n := range counts {
		plain := []Schedule{
			Step{Base: 1, Factor: .5, Every: n},
			Factor{Base: 1, Factor: .5, Every: n},
			MultiFactor{Base: 1, Factor: .5, Milestones: []int{n}},
			Poly{Base: 1, Power: 2, To: n},
			Poly{Base: 1, Power: 2, From: n - 1, To: n},
			Linear{Base: 1, To: n},
			Linear{Base: 1, From: n - 1, To: n},
			Cosine{Base: 1, To: n},
			Cosine{Base: 1, From: n - 1, To: n},
			Trapezoid{Base: 1, Up: n, Hold: n, Down: n},
			Noam{Factor: 1, Width: n, Warmup: n},
			Warmup{Steps: n, Then: Constant(1)},
			Join{{0, Constant(1)}, {n, Constant(.5)}},
		}
		if n > 3 {
			plain = append(plain, DefaultOneCycle(1, n))
		}
		for _, m := range counts {
			plain = append(plain, Cyclic{Max: 1, Up: n, Down: m},
				CosineRestarts{Base: 1, First: n, Mult: m, From: m}, CosineRestarts{Base: 1, First: n, Mult: m, Cycles: n})
		}
		for _, s := range plain {
			for _, m := range counts {
				for _, s := range []Schedule{s, ByEpoch{Updates: m, Then: s}, BySample{Batch: m, Then: s}, Shift{By: m, Then: s}, Shift{By: -m, Then: s}, Warmup{Steps: m, Then: s}} {
					name := fmt.Sprintf("%T%+v", s, s)
					assert.NoError(t, Validate(s), name)
					_ = Check(s, m) // ends
					for _, step := range append(counts, 0, math.MinInt) {
						rate := s.At(step)
						assert.True(t, rate >= 0 && rate <= 1, "%s: At(%d) = %v", name, step, rate)
					}
				}
			}
		}
	}
}

// TestGreatRates holds that rates within a range do not overflow on the way.
func TestGreatRates(t *testing.T) {
	const most = math.MaxFloat64
	for _, s := range []Schedule{
		Cosine{Base: most, To: 4},
		CosineRestarts{Base: most, First: 4, Mult: 2},
		OneCycle{Max: most, Updates: 10, Up: .5, Div: 2, FinalDiv: 5},
		Warmup{Steps: 10, Then: Constant(most)},
		Trapezoid{Base: most, Up: 4, Hold: 1, Down: 4},
		Cyclic{Max: most, Up: 4},
	} {
		for step := range 12 {
			rate := s.At(step)
			assert.True(t, rate >= 0 && rate <= most, "%T: At(%d) = %v", s, step, rate)
		}
	}
}

// TestAtOfInvalid holds that a schedule that nobody validated ends all the
// same, where it counts.
func TestAtOfInvalid(t *testing.T) {
	for _, s := range []Schedule{
		CosineRestarts{Base: 1},
		CosineRestarts{Base: 1, Mult: 2},
		CosineRestarts{Base: 1, First: 3},
		CosineRestarts{Base: 1, First: -1, Mult: -1, From: -1},
		CosineRestarts{Base: 1, First: -4, Mult: 2, From: math.MinInt},
		Cyclic{Max: 1},
		Cyclic{Max: 1, Up: -1, Down: -2},
		ByEpoch{Then: Constant(1)},
		ByEpoch{Updates: -1, Then: Constant(1)},
		BySample{Then: Constant(1)},
		BySample{Batch: -1, Then: Constant(1)},
		Step{Base: 1, Factor: .5},
		Factor{Base: 1, Factor: .5},
	} {
		done := make(chan bool)
		go func() {
			for _, step := range []int{math.MinInt, -1, 0, 1, 5, math.MaxInt} {
				s.At(step)
			}
			close(done)
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("%T%+v: At does not end", s, s)
		}
	}
}
