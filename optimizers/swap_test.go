package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evaluators are rules with a point of evaluation of their own.
var evaluators = []Rule{
	DefaultScheduleFreeSGD(),
	DefaultScheduleFreeAdamW(),
	EMA{Rule: SGD{Momentum: .9}, Decay: .9},
	EMA{Rule: SGD{Momentum: .9}, Decay: .9, Debias: true},
	SWA{Rule: SGD{Momentum: .9}, Start: 2, Every: 1},
}

func TestSwap(t *testing.T) {
	t.Run("float32", swap[float32])
	t.Run("float64", swap[float64])
}

func swap[T Float](t *testing.T) {
	for _, rule := range evaluators {
		params, other := model[T](), model[T]()
		o, never := bind(t, rule, params), bind(t, rule, other)
		start := values(params)
		o.Swap()
		assert.Equal(t, start, values(params), "before the first step")
		assert.True(t, o.Swapped())
		o.Swap()
		assert.False(t, o.Swapped())
		for step := range 6 {
			steps(t, o, params, step, 1)
			steps(t, never, other, step, 1)
			train, state := values(params), o.State()
			o.Swap()
			evaluation := values(params)
			if step > 1 {
				for i := range train {
					assert.NotEqual(t, train[i], evaluation[i], "%+v", rule)
				}
			}
			assert.Equal(t, state, o.State(), "the state is that of training")
			params[0].Value[0] = 77 // is lost
			o.Swap()
			assert.Equal(t, train, values(params), "bit for bit: %+v", rule)
			o.Swap()
			assert.Equal(t, evaluation, values(params), "again")
			o.Swap()
			assert.Equal(t, values(other), values(params), "training takes no notice")
		}
	}
}

// TestSwapKeepsBits holds that values are exchanged as they are, negative
// zeros and numbers that are not finite included.
func TestSwapKeepsBits(t *testing.T) {
	negative := math.Copysign(0, -1)
	p := Param[float64]{Name: "w", Shape: []int{3}, Value: []float64{negative, 1, 2}, Grad: make([]float64, 3)}
	o := bind(t, EMA{Rule: SGD{}, Decay: .9}, []Param[float64]{p})
	require.NoError(t, o.Step(0))
	p.Value[0], p.Value[1], p.Value[2] = negative, -inf, math.Float64frombits(0x7ff8000000000123)
	o.Swap()
	o.Swap()
	assert.Equal(t, uint64(1)<<63, math.Float64bits(p.Value[0]))
	assert.Equal(t, -inf, p.Value[1])
	assert.Equal(t, uint64(0x7ff8000000000123), math.Float64bits(p.Value[2]))
}

func TestStepWhileSwapped(t *testing.T) {
	for _, rule := range append([]Rule{SGD{}}, evaluators...) {
		params := model[float64]()
		o := bind(t, rule, params)
		o.Swap()
		assert.EqualError(t, o.Step(.1), "optimizers: step 1: the parameters are swapped: call Swap before the next Step")
		o.Swap()
		steps(t, o, params, 0, 3)
		o.Swap()
		before, state := values(params), o.State()
		assert.EqualError(t, o.Step(.1), "optimizers: step 4: the parameters are swapped: call Swap before the next Step")
		assert.Equal(t, before, values(params))
		assert.Equal(t, state, o.State())
		o.Swap()
		assert.NoError(t, o.Step(.1))
	}
}

// TestRestoreWhileSwapped holds that a state cannot come in between two
// calls of Swap: the second would put back a point that is not its own.
func TestRestoreWhileSwapped(t *testing.T) {
	for _, rule := range append([]Rule{SGD{}}, evaluators...) {
		params := model[float64]()
		o := bind(t, rule, params)
		fresh := o.State()
		steps(t, o, params, 0, 3)
		saved := o.State()

		again := bind(t, rule, params)
		again.Swap()
		assert.EqualError(t, again.Restore(saved), "optimizers: Restore: the parameters are swapped: call Swap before Restore")
		assert.Equal(t, fresh, again.State())
		assert.NotPanics(t, again.Swap)
		require.NoError(t, again.Restore(saved))

		o.Swap()
		assert.Error(t, o.Restore(fresh))
		want := values(params)
		o.Swap()
		again.Swap()
		assert.Equal(t, want, values(params), "a state restored has the same point of evaluation")
		again.Swap()
	}
}

// TestSwapOneGroup holds that Swap leaves alone the parameters of rules that
// have no other point.
func TestSwapOneGroup(t *testing.T) {
	for _, groups := range [][2]Rule{{SGD{}, EMA{Rule: SGD{}, Decay: .9}}, {EMA{Rule: SGD{}, Decay: .9}, SGD{}}} {
		params := model[float64]()
		o, err := New(groups[0], params, Config{Groups: []Group{{Vectors: true, Rule: groups[1]}}})
		require.NoError(t, err)
		steps(t, o, params, 0, 3)
		before := values(params)
		o.Swap()
		_, matrix := groups[0].(Evaluator)
		for i, p := range params {
			if (i == 0) == matrix {
				assert.NotEqual(t, before[i], p.Value, p.Name)
			} else {
				assert.Equal(t, before[i], p.Value, p.Name)
			}
		}
		o.Swap()
		assert.Equal(t, before, values(params))
	}
}
