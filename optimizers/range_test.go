package optimizers

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The sizes of gradients that both types hold only just, and on the way there.
var (
	sizes32 = []float64{1e-45, 1e-39, 1e-30, 1, 1e19, 1e25, 1e30, 3e38}
	sizes64 = []float64{5e-324, 1e-310, 1e-200, 1e150, 1e200, 1e300, 1.7e308}
)

// TestRange holds every rule, at gradients of all sizes, to numbers that are
// finite, or to an error that names the parameter and changes nothing.
func TestRange(t *testing.T) {
	for _, entry := range rules {
		for _, rule := range entry.conforming {
			for _, clip := range []Clip{{}, {Value: .5}, {Norm: .5}, {GlobalNorm: .5}, {Adaptive: .01}} {
				name := fmt.Sprintf("%s/%+v/%+v", entry.name, rule, clip)
				t.Run(name+"/float32", func(t *testing.T) { inRange[float32](t, entry, rule, clip, sizes32) })
				t.Run(name+"/float64", func(t *testing.T) { inRange[float64](t, entry, rule, clip, sizes64) })
			}
		}
	}
}

func inRange[T Float](t *testing.T, entry ruleTests, rule Rule, clip Clip, sizes []float64) {
	for _, size := range sizes {
		params := models[T](entry)
		o, err := New(rule, params, Config{Clip: clip})
		require.NoError(t, err)
		start := values(params)
		for step := range 4 {
			gradientOf(params, size)
			before, state := values(params), o.State()
			if err = o.Step(.1); err != nil {
				assert.ErrorIs(t, err, ErrNotFinite)
				first := params[0].Name
				if entry.decomposes { // the largest sums are elsewhere
					first = params[1].Name
				}
				assert.Regexp(t, fmt.Sprintf("^optimizers: step %d: parameter \"(%s|%s)\": update makes ", step+1, params[0].Name, first), err.Error())
				assert.Equal(t, before, values(params))
				assert.Equal(t, state, o.State())
				break
			}
		}
		if clip != (Clip{}) || size <= 1 {
			require.NoError(t, err, "gradients of %v", size)
		}
		for _, s := range o.State().Slots {
			assert.Negative(t, notFinite(s.Values), "gradients of %v: %s: slot %s = %v", size, s.Param, s.Name, s.Values)
		}
		for _, g := range o.State().Globals {
			assert.Zero(t, g.Value-g.Value, "gradients of %v: global %s", size, g.Name)
		}
		for i, p := range params {
			assert.Negative(t, notFinite(p.Value), "gradients of %v: %s = %v", size, p.Name, p.Value)
			if size < 1 || clip != (Clip{}) {
				for j, x := range p.Value {
					assert.InDelta(t, start[i][j], x, 5, "gradients of %v: %s[%d]", size, p.Name, j)
				}
			}
			if err == nil && size >= 1 {
				assert.NotEqual(t, start[i], p.Value, "gradients of %v do not move %s", size, p.Name)
			}
		}
	}
}

// gradientOf fills in gradients of one size, of both signs.
func gradientOf[T Float](params []Param[T], size float64) {
	gradient(params, 1)
	for _, p := range params {
		for j, g := range p.Grad {
			p.Grad[j] = T(math.Copysign(size, float64(g)))
		}
	}
}

// TestScaleOfGradients holds rules and limits that do not depend on the size of
// gradients to that, as far as there are sizes.
func TestScaleOfGradients(t *testing.T) {
	for _, c := range []struct {
		rule Rule
		clip Clip
		from float64
	}{
		{LARS{TrustCoefficient: .1}, Clip{}, 0},
		{LARS{TrustCoefficient: .1, Momentum: .9}, Clip{}, 0},
		{Muon{Momentum: .5, Steps: 5}, Clip{}, 1},
		{SGD{}, Clip{Norm: 1e-3}, 1},
		{SGD{}, Clip{GlobalNorm: 1e-3}, 1},
		{SGD{}, Clip{Adaptive: 1e-3}, 1},
		{Adamax{Beta1: .9, Beta2: .9, Eps: 1e-30}, Clip{}, 1},
	} {
		name := fmt.Sprintf("%T%+v/%+v", c.rule, c.rule, c.clip)
		t.Run(name+"/float32", func(t *testing.T) {
			oneScale[float32](t, c.rule, c.clip, c.from, []float64{1e-39, 1e-30, 1e19, 1e25, 1e38}, 1e-6)
		})
		t.Run(name+"/float64", func(t *testing.T) {
			oneScale[float64](t, c.rule, c.clip, c.from, []float64{1e-310, 1e-200, 1e150, 1e200, 8e307}, 1e-12)
		})
	}
}

func oneScale[T Float](t *testing.T, rule Rule, clip Clip, from float64, sizes []float64, tolerance float64) {
	after := func(size float64) []T {
		params := models[T](muonTests)
		o, err := New(rule, params, Config{Clip: clip})
		require.NoError(t, err)
		for range 2 {
			gradientOf(params, size)
			require.NoError(t, o.Step(.1))
		}
		return slices.Concat(values(params)...)
	}
	want := after(1 << 30) // where Muon's 1e-7 does not count
	for _, size := range sizes {
		if size < from {
			continue
		}
		for i, x := range after(size) {
			assert.InDelta(t, float64(want[i]), float64(x), tolerance, "gradients of %v: element %d", size, i)
		}
	}
}

// TestWatchedStepsAllocateOnce holds that only the first step of large
// gradients takes memory.
func TestWatchedStepsAllocateOnce(t *testing.T) {
	for _, entry := range rules {
		params := models[float32](entry)
		o := bind(t, entry.conforming[0], params)
		gradientOf(params, 1e15)
		require.NoError(t, o.Step(1e-9))
		assert.Zero(t, testing.AllocsPerRun(10, func() { _ = o.Step(1e-9) }), entry.name)
	}
}

// TestStepThatLeavesTheType holds that a step is undone that overflows by its
// rate, by what earlier steps have left, or in a global.
func TestStepThatLeavesTheType(t *testing.T) {
	params := model[float32]()
	o := bind(t, SGD{Momentum: .9}, params)
	steps(t, o, params, 0, 2)
	before, state := values(params), o.State()
	assert.EqualError(t, o.Step(1e39), `optimizers: step 3: parameter "0.weight": update makes value[0] = -Inf: not finite`)
	assert.Equal(t, before, values(params))
	assert.Equal(t, state, o.State())
	require.NoError(t, o.Step(.1))

	// The velocity of one huge gradient goes on to move x.
	p := Param[float32]{Name: "w", Shape: []int{1}, Value: []float32{0}, Grad: []float32{1e38}}
	o = bind(t, SGD{Momentum: .9375}, []Param[float32]{p})
	require.NoError(t, o.Step(1))
	p.Grad[0] = 1
	var err error
	for n := 0; err == nil && n < 10; n++ {
		err = o.Step(1)
	}
	assert.EqualError(t, err, `optimizers: step 4: parameter "w": update makes value[0] = -Inf: not finite`)
	assert.Greater(t, p.Value[0], float32(-math.MaxFloat32))

	restored := bind(t, SGD{Momentum: .9375}, []Param[float32]{p})
	require.NoError(t, restored.Restore(o.State()))
	assert.EqualError(t, restored.Step(1), `optimizers: step 4: parameter "w": update makes value[0] = -Inf: not finite`)
}
