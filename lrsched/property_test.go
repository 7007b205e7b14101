package lrsched

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func cosines() *rapid.Generator[Cosine] {
	return rapid.Custom(func(t *rapid.T) Cosine {
		from := rapid.IntRange(0, 1000).Draw(t, "from")
		return Cosine{
			Base:  rapid.Float64Range(0, 10).Draw(t, "base"),
			Final: rapid.Float64Range(0, 10).Draw(t, "final"),
			From:  from,
			To:    from + rapid.IntRange(1, 1000).Draw(t, "length"),
		}
	})
}

func TestCosineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cosines().Draw(t, "cosine")
		assert.NoError(t, Validate(c))
		assert.Equal(t, c.Base, c.At(c.From))
		assert.Equal(t, c.Final, c.At(c.To))
		low, high := min(c.Base, c.Final), max(c.Base, c.Final)
		const eps = 1e-14
		step := rapid.IntRange(-10, 3000).Draw(t, "step")
		a, b := c.At(step), c.At(step+1)
		assert.GreaterOrEqual(t, a, low-eps)
		assert.LessOrEqual(t, a, high+eps)
		if c.Base >= c.Final { // never turns
			assert.LessOrEqual(t, b, a+eps)
		} else {
			assert.GreaterOrEqual(t, b, a-eps)
		}
		// Point symmetric about its middle.
		k := rapid.IntRange(0, c.To-c.From).Draw(t, "k")
		assert.InDelta(t, c.Base+c.Final, c.At(c.From+k)+c.At(c.To-k), 1e-12)
	})
}

func TestWarmupProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cosines().Draw(t, "cosine")
		w := Warmup{Steps: rapid.IntRange(0, 500).Draw(t, "steps"), Begin: rapid.Float64Range(0, 1).Draw(t, "begin"), Then: c}
		assert.NoError(t, Validate(w))
		after := w.Steps + rapid.IntRange(0, 3000).Draw(t, "after")
		assert.Equal(t, c.At(after), w.At(after), "unshifted")
		if w.Steps > 0 {
			assert.Equal(t, w.Begin, w.At(0))
			in := rapid.IntRange(0, w.Steps-1).Draw(t, "in")
			slope := (c.At(w.Steps) - w.Begin) / float64(w.Steps)
			assert.InDelta(t, slope, w.At(in+1)-w.At(in), 1e-12, "a straight line up to s(W)")
		}
		// Warmup over a constant that begins at the constant is the constant.
		flat := Warmup{Steps: w.Steps, Begin: .3, Then: Constant(.3)}
		assert.Equal(t, .3, flat.At(rapid.IntRange(0, 1000).Draw(t, "any")))
	})
}

// schedules draws any schedule, nested to a depth. Factors and lengths are
// small enough for products to stay within floats.
func schedules(depth int) *rapid.Generator[Schedule] {
	return rapid.Custom(func(t *rapid.T) Schedule {
		rate := func(name string) float64 { return rapid.Float64Range(0, 10).Draw(t, name) }
		count := func(name string, least int) int { return rapid.IntRange(least, 500).Draw(t, name) }
		factor := rapid.Float64Range(.001, 1)
		kinds := 16
		if depth > 0 {
			kinds = 23
		}
		inner := func() Schedule { return schedules(depth-1).Draw(t, "inner") }
		from := count("from", 0)
		to := from + count("length", 1)
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return Constant(rate("rate"))
		case 1:
			return SquareRoot{rate("base")}
		case 2:
			return InverseTime{rate("base"), rate("decay")}
		case 3:
			return Polynomial{rate("base"), rate("beta"), rate("alpha")}
		case 4:
			return Exponential{rate("base"), rapid.Float64Range(.001, 2).Draw(t, "gamma")}
		case 5:
			return Step{rate("base"), factor.Draw(t, "factor"), count("every", 1)}
		case 6:
			base := rate("base")
			return Factor{base, factor.Draw(t, "factor"), count("every", 1), base * factor.Draw(t, "floor")}
		case 7:
			return MultiFactor{rate("base"), factor.Draw(t, "factor"), []int{from + 1, to + 1}}
		case 8:
			return Linear{rate("base"), rate("final"), from, to}
		case 9:
			return Poly{rate("base"), rate("final"), .1 + rate("power"), from, to}
		case 10:
			return Cosine{rate("base"), rate("final"), from, to}
		case 11:
			return CosineRestarts{rate("base"), rate("final"), count("first", 1), rapid.IntRange(1, 4).Draw(t, "mult"), rapid.IntRange(0, 9).Draw(t, "cycles"), from}
		case 12:
			return OneCycle{
				rate("max"), 20 + count("updates", 1), rapid.Float64Range(.1, .5).Draw(t, "up"), 1 + rate("div"), 1 + rate("final div"),
				Anneal(rapid.IntRange(0, 1).Draw(t, "anneal")), rapid.Bool().Draw(t, "three"),
			}
		case 13:
			base := rate("base")
			c := Cyclic{Base: base, Max: base + rate("height"), Up: count("up", 1), Down: count("down", 0), Mode: CyclicMode(rapid.IntRange(0, 2).Draw(t, "mode"))}
			if c.Mode == ExpRange {
				c.Gamma = factor.Draw(t, "gamma")
			}
			return c
		case 14:
			return Trapezoid{rate("begin"), rate("base"), rate("final"), count("up", 0), count("hold", 0), count("down", 1)}
		case 15:
			return Noam{.001 + rate("factor"), count("width", 1), count("warmup", 1)}
		case 16:
			return Warmup{count("steps", 0), rate("begin"), rapid.Bool().Draw(t, "constant"), inner()}
		case 17:
			return Join{{0, inner()}, {from + 1, inner()}, {to + 1, inner()}}
		case 18:
			return Scale{rate("by"), inner()}
		case 19:
			return Shift{rapid.Int().Draw(t, "by"), inner()}
		case 20:
			return Chain{inner(), []Schedule{inner(), inner()}}
		case 21:
			return ByEpoch{count("updates", 1), inner()}
		}
		return BySample{count("batch", 1), inner()}
	})
}

// TestEveryRateIsARate asks anything for any update.
func TestEveryRateIsARate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := schedules(3).Draw(t, "schedule")
		require.NoError(t, Validate(s))
		assert.Equal(t, s.At(0), s.At(rapid.IntMax(-1).Draw(t, "before")))
		step := rapid.OneOf(rapid.IntRange(0, 2000), rapid.Int()).Draw(t, "step")
		rate := s.At(step)
		assert.True(t, rate >= -1e-14 && rate <= math.MaxFloat64, "update %d: %v", step, rate)
		assert.Equal(t, rate, s.At(step), "a pure function")
	})
}

// TestCombinatorProperties holds the combinators against their formulas over
// any schedule.
func TestCombinatorProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := schedules(1).Draw(t, "a"), schedules(1).Draw(t, "b")
		step := rapid.IntRange(0, 3000).Draw(t, "step")
		n := rapid.IntRange(1, 2000).Draw(t, "n")
		m := rapid.IntRange(0, 2000).Draw(t, "m")

		assert.Equal(t, a.At(step+n), Shift{n, a}.At(step))
		assert.Equal(t, a.At(max(step-n, 0)), Shift{-n, a}.At(step))
		assert.Equal(t, Shift{n + m, a}.At(step), Shift{n, Shift{m, a}}.At(step), "shifts add up")
		assert.Equal(t, a.At(step), Shift{n, Shift{-n, a}}.At(step), "a delay is made up for")
		assert.Equal(t, a.At(step/n), ByEpoch{n, a}.At(step))
		assert.Equal(t, a.At(step*n), BySample{n, a}.At(step))
		assert.Equal(t, a.At(step), BySample{n, ByEpoch{n, a}}.At(step), "an epoch of n updates, n of them at a time")
		assert.Equal(t, a.At(step), Chain{Base: a}.At(step))
		assert.Equal(t, Scale{3, a}.At(step), Chain{a, []Schedule{Constant(3)}}.At(step))
		assert.Equal(t, Chain{a, []Schedule{b}}.At(step), Chain{b, []Schedule{a}}.At(step))
		want := a.At(step)
		if step >= n {
			want = b.At(step)
		}
		assert.Equal(t, want, Join{{0, a}, {n, b}}.At(step))
	})
}

// TestKinship is where one schedule is another one.
func TestKinship(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cosines().Draw(t, "cosine")
		base, final, from, to := c.Base, c.Final, c.From, c.To
		step := rapid.IntRange(0, 3000).Draw(t, "step")
		length := rapid.IntRange(1, 300).Draw(t, "length")
		factor := rapid.Float64Range(.1, 1).Draw(t, "factor")
		same := func(a, b Schedule) {
			t.Helper()
			assert.InDelta(t, a.At(step), b.At(step), 1e-12*(base+final), "update %d", step)
		}
		same(SquareRoot{base}, Polynomial{base, 1, .5})
		same(InverseTime{base, factor}, Polynomial{base, factor, 1})
		same(Step{base, factor, length}, ByEpoch{length, Exponential{base, factor}})
		same(Step{base, factor, length}, Factor{Base: base, Factor: factor, Every: length})
		same(Exponential{base, factor}, Step{base, factor, 1})
		same(MultiFactor{base, factor, []int{length}}, Join{{0, Constant(base)}, {length, Constant(base * factor)}})
		same(Linear{base, final, from, to}, Poly{base, final, 1, from, to})
		same(c, CosineRestarts{base, final, to - from, 1, 1, from})
		same(c, CosineRestarts{base, final, to - from, 3, 1, from})
		same(Trapezoid{final, base, final, from, length, to - from}, Warmup{from, final, false, Linear{base, final, from + length, from + length + to - from}})
		same(Warmup{from, final, true, c}, Join{{0, Warmup{from, final, true, c}}, {from + 1, c}})
		low, high := min(base, final), max(base, final)
		same(Cyclic{Base: low, Max: high, Up: length}, Cyclic{Base: low, Max: high, Up: length, Down: length})
		same(Cyclic{Base: low, Max: high, Up: length}, Cyclic{Base: low, Max: high, Up: length, Mode: ExpRange, Gamma: 1})
	})
}
