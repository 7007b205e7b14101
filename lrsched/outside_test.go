package lrsched_test

import (
	"math"
	"testing"

	"descent/lrsched"
	"github.com/stretchr/testify/assert"
)

// slowed is a combinator outside the package: the part at half the pace.
type slowed struct{ s lrsched.Schedule }

func (h slowed) At(step int) float64 { return h.s.At(step / 2) }

func (h slowed) Parts(updates int) []lrsched.Part {
	return []lrsched.Part{{Field: "slowed: s", Schedule: h.s, Updates: (updates-1)/2 + 1}}
}

// checked is one that also has a Validate method, for its own field alone, and
// a ramp.
type checked struct {
	slowed
	ramp int
}

func (c checked) Validate() error {
	if c.ramp < 0 {
		return assert.AnError
	}
	return nil
}

func (c checked) Ramp() (field string, updates int) { return "checked: ramp", c.ramp }

func TestCombinatorOutside(t *testing.T) {
	warm := lrsched.Warmup{Steps: 10, Then: lrsched.Constant(.1)}
	for _, s := range []lrsched.Schedule{slowed{warm}, &slowed{warm}, checked{slowed{warm}, 19}} {
		assert.NoError(t, lrsched.Check(s, 19))
		assert.NoError(t, lrsched.Check(s, math.MaxInt))
		assert.EqualError(t, lrsched.Check(s, 18), map[bool]string{
			false: "lrsched: slowed: s: Warmup: Steps = 10: want at most 9, the length of the run",
			true:  "lrsched: checked: ramp = 19: want at most 18, the length of the run",
		}[s == lrsched.Schedule(checked{slowed{warm}, 19})])
	}
	assert.EqualError(t, lrsched.Check(lrsched.Scale{By: 1, Then: slowed{slowed{warm}}}, 36),
		"lrsched: Scale: Then: slowed: s: slowed: s: Warmup: Steps = 10: want at most 9, the length of the run")
	assert.NoError(t, lrsched.Check(lrsched.Scale{By: 1, Then: slowed{slowed{warm}}}, 37))

	for _, s := range []lrsched.Schedule{slowed{}, checked{}, slowed{(*lrsched.Cosine)(nil)}} {
		const want = "lrsched: slowed: s is nil: want a Schedule"
		assert.EqualError(t, lrsched.Validate(s), want)
		assert.EqualError(t, lrsched.Check(s, 5), want)
		assert.EqualError(t, lrsched.Check(lrsched.Shift{By: -9, Then: s}, 5), "lrsched: Shift: Then: slowed: s is nil: want a Schedule")
	}
	assert.EqualError(t, lrsched.Check(slowed{lrsched.Constant(-1)}, 5), "lrsched: slowed: s: Constant = -1: want 0 or more")
	assert.ErrorIs(t, lrsched.Check(slowed{checked{slowed{warm}, -1}}, 5), assert.AnError)
}
