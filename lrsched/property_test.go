package lrsched

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
		assert.NoError(t, c.Validate())
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
		assert.NoError(t, w.Validate())
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
