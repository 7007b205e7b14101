package optimizers

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestClipRefused(t *testing.T) {
	const several = "optimizers: Clip: several limits are set: want one of Value, Norm, GlobalNorm and Adaptive"
	for want, clips := range map[string][]Clip{
		"optimizers: Clip: Value = -1: want a finite number, 0 or more (0 means no limit)":      {{Value: -1}},
		"optimizers: Clip: Norm = NaN: want a finite number, 0 or more (0 means no limit)":      {{Norm: nan}},
		"optimizers: Clip: Adaptive = +Inf: want a finite number, 0 or more (0 means no limit)": {{Adaptive: inf}},
		several: {
			{Value: 1, Norm: 1},
			{Value: 1, GlobalNorm: 1},
			{Norm: 1, Adaptive: 1},
			{GlobalNorm: 1, Adaptive: .01},
			{Value: 1, Norm: 1, GlobalNorm: 1, Adaptive: 1},
		},
	} {
		for _, clip := range clips {
			_, err := New(SGD{}, model[float32](), Config{Clip: clip})
			assert.EqualError(t, err, want)
		}
	}
}

// clipByHand is the definition of clipping, one parameter at a time.
func clipByHand(clip Clip, p Param[float64]) []float64 {
	norm := func(x []float64) (n float64) {
		for _, v := range x {
			n = math.Hypot(n, v)
		}
		return n
	}
	var out []float64
	switch {
	case clip.Value > 0:
		for _, g := range p.Grad {
			out = append(out, math.Copysign(math.Min(math.Abs(g), clip.Value), g))
		}
	case clip.Norm > 0:
		for _, g := range p.Grad {
			out = append(out, g*math.Min(1, clip.Norm/norm(p.Grad)))
		}
	case clip.Adaptive > 0:
		size := len(p.Grad)
		if len(p.Shape) > 1 {
			size /= p.Shape[0]
		}
		for i, g := range p.Grad {
			unit := i / size * size
			limit := clip.Adaptive * math.Max(norm(p.Value[unit:unit+size]), 1e-3)
			out = append(out, g*math.Min(1, limit/norm(p.Grad[unit:unit+size])))
		}
	}
	return out
}

// TestClipByDefinition holds what plain descent at rate 1 goes against the
// definition, in both precisions, and that gradients are left as they are.
func TestClipByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var params []Param[float64]
		var narrow []Param[float32]
		for i, shape := range [][]int{{3, 4}, {2, 3, 2}, {5}, {}} {
			p := param[float64](string(rune('a'+i)), shape...)
			q := param[float32](p.Name, shape...)
			size := rapid.SampledFrom([]float64{0, 1e-4, 1}).Draw(t, "size") // adaptive clipping has a floor
			for j := range p.Value {
				q.Value[j] = float32(rapid.Float64Range(-1, 1).Draw(t, "x") * size)
				q.Grad[j] = float32(rapid.Float64Range(-10, 10).Draw(t, "g"))
				p.Value[j], p.Grad[j] = float64(q.Value[j]), float64(q.Grad[j])
			}
			params, narrow = append(params, p), append(narrow, q)
		}
		limit := math.Pow(10, rapid.Float64Range(-3, 2).Draw(t, "limit"))
		clip := rapid.SampledFrom([]Clip{{Value: limit}, {Norm: limit}, {Adaptive: limit}}).Draw(t, "clip")

		var want [][]float64
		for _, p := range params {
			want = append(want, clipByHand(clip, p))
		}
		before, grads, before32, grads32 := values(params), gradients(params), values(narrow), gradients(narrow)
		o, err := New(SGD{}, params, Config{Clip: clip})
		require.NoError(t, err)
		require.NoError(t, o.Step(1))
		o32, err := New(SGD{}, narrow, Config{Clip: clip})
		require.NoError(t, err)
		require.NoError(t, o32.Step(1))
		assert.Equal(t, grads, gradients(params))
		assert.Equal(t, grads32, gradients(narrow))
		for i := range params {
			for j, w := range want[i] {
				assert.InDelta(t, before[i][j]-w, params[i].Value[j], 1e-14*(1+math.Abs(w)))
				assert.InDelta(t, float64(before32[i][j])-w, narrow[i].Value[j], 1e-6*(1+math.Abs(w)))
			}
		}
	})
}

// TestClipUnits holds adaptive clipping on numbers to check by hand: rows of
// norms 5 and 0.0005 with gradients of norms 10 and 10.
func TestClipUnits(t *testing.T) {
	p := Param[float64]{Name: "w", Shape: []int{2, 2}, Value: []float64{3, 4, .0003, .0004}, Grad: []float64{6, 8, 8, 6}}
	q := Param[float64]{Name: "b", Shape: []int{2}, Value: []float64{3, 4}, Grad: []float64{.03, .04}}
	o, err := New(SGD{}, []Param[float64]{p, q}, Config{Clip: Clip{Adaptive: .01}})
	require.NoError(t, err)
	require.NoError(t, o.Step(1))
	assert.InDeltaSlice(t, []float64{3 - .03, 4 - .04, .0003 - .000008, .0004 - .000006}, p.Value, 1e-15)
	assert.InDeltaSlice(t, []float64{3 - .03, 4 - .04}, q.Value, 1e-15, "at the limit, as it is")
}

// TestClipHuge clips gradients whose squares overflow.
func TestClipHuge(t *testing.T) {
	for _, clip := range []Clip{{Norm: 10}, {GlobalNorm: 10}, {Adaptive: 1e4}} {
		p := Param[float64]{Name: "w", Shape: []int{1, 2}, Value: make([]float64, 2), Grad: []float64{3e200, -4e200}}
		o, err := New(SGD{}, []Param[float64]{p}, Config{Clip: clip})
		require.NoError(t, err)
		require.NoError(t, o.Step(1))
		assert.InDeltaSlice(t, []float64{-6, 8}, p.Value, 1e-12, "%+v", clip)
	}
}

// TestClipFresh holds that a gradient within the limit is taken as it is after
// one that was not: nothing of the step before is left.
func TestClipFresh(t *testing.T) {
	for _, clip := range []Clip{{Value: .5}, {Norm: .5}, {GlobalNorm: .5}, {Adaptive: 1}} {
		p := Param[float64]{Name: "w", Shape: []int{2}, Value: []float64{1, 1}, Grad: []float64{300, 400}}
		o, err := New(SGD{}, []Param[float64]{p}, Config{Clip: clip})
		require.NoError(t, err)
		require.NoError(t, o.Step(0))
		require.Equal(t, []float64{1, 1}, p.Value)
		p.Grad[0], p.Grad[1] = .125, .25
		require.NoError(t, o.Step(1))
		assert.Equal(t, []float64{.875, .75}, p.Value, "%+v", clip)
	}
}

func TestClipAllocatesNothing(t *testing.T) {
	for _, clip := range []Clip{{Value: .1}, {Norm: .1}, {GlobalNorm: .1}, {Adaptive: .01}} {
		t.Run("float32", func(t *testing.T) { clipAllocates[float32](t, clip) })
		t.Run("float64", func(t *testing.T) { clipAllocates[float64](t, clip) })
	}
}

func clipAllocates[T Float](t *testing.T, clip Clip) {
	params := model[T]()
	o, err := New(SGD{Momentum: .9}, params, Config{Clip: clip})
	require.NoError(t, err)
	gradient(params, 0)
	assert.Zero(t, testing.AllocsPerRun(10, func() { _ = o.Step(.1) }), "%+v", clip)
}

// TestClipZero holds that gradients of zero stay that, in all parameters and in
// those of a group alone.
func TestClipZero(t *testing.T) {
	for _, clip := range []Clip{{Value: .5}, {Norm: .5}, {GlobalNorm: .5}, {Adaptive: 1}} {
		for _, zero := range [][]int{{0, 1, 2}, {0}, {1, 2}} {
			params := model[float64]()
			for _, p := range params {
				for j := range p.Grad {
					p.Grad[j] = 3
				}
			}
			for _, i := range zero {
				clear(params[i].Grad)
				clear(params[i].Value)
			}
			o, err := New(LARS{TrustCoefficient: 1, Momentum: .5}, params, Config{Clip: clip, Groups: []Group{{Vectors: true, LRScale: 2, Rule: DefaultAdam()}}})
			require.NoError(t, err)
			before := values(params)
			require.NoError(t, o.Step(.1))
			require.NoError(t, o.Step(.1))
			for i, p := range params {
				assert.Equal(t, before[i][0] == 0, p.Value[0] == before[i][0], "%+v: %s", clip, p.Name)
				assert.Negative(t, notFinite(p.Value))
			}
		}
	}
}

// TestClipWeightsNotFinite holds that weights without a norm give no limit.
func TestClipWeightsNotFinite(t *testing.T) {
	for _, bad := range []float64{nan, inf, -inf} {
		params := model[float32]()
		o, err := New(SGD{Momentum: .9}, params, Config{Clip: Clip{Adaptive: .01}})
		require.NoError(t, err)
		steps(t, o, params, 0, 2)
		state := o.State()
		params[1].Value[3] = float32(bad)
		before := fmt.Sprint(values(params))
		err = o.Step(.1)
		assert.EqualError(t, err, fmt.Sprintf(`optimizers: step 3: parameter "0.bias": value[3] = %v: not finite`, bad))
		assert.ErrorIs(t, err, ErrNotFinite)
		assert.Equal(t, before, fmt.Sprint(values(params)))
		assert.Equal(t, state, o.State())
	}
}

// TestNewRefusesValues holds that parameters begin with numbers.
func TestNewRefusesValues(t *testing.T) {
	for _, bad := range []float64{nan, inf, -inf} {
		params := model[float64]()
		params[1].Value[3] = bad
		_, err := New(SGD{}, params, Config{Groups: []Group{{Vectors: true, NoDecay: true}}})
		assert.EqualError(t, err, fmt.Sprintf(`optimizers: parameter "0.bias": value[3] = %v: not finite`, bad))
		assert.ErrorIs(t, err, ErrNotFinite)
	}
}
