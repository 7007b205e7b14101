package bench

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
)

func TestFix(t *testing.T) {
	o := momentum()
	slow, err := o.Fix("momentum", .9)
	require.NoError(t, err)
	assert.Equal(t, Space{{Name: Rate, Low: 1e-3, High: 1, Log: true}}, slow.Space)
	assert.Equal(t, Setup{Rule: optimizers.SGD{Momentum: .9}, LR: .1}, slow.Make([]float64{.1}))
	rate, err := o.Fix(Rate, .2)
	require.NoError(t, err)
	assert.Equal(t, Setup{Rule: optimizers.SGD{Momentum: .8}, LR: .2}, rate.Make([]float64{.8}))
	both, err := rate.Fix("momentum", .7)
	require.NoError(t, err)
	assert.Empty(t, both.Space)
	assert.Equal(t, Setup{Rule: optimizers.SGD{Momentum: .7}, LR: .2}, both.Make(nil))
	o.MakeFor = func(workload string, v []float64) Setup {
		return Setup{Rule: optimizers.SGD{Momentum: v[1]}, LR: float64(len(workload))}
	}
	slow, err = o.Fix("momentum", .9)
	require.NoError(t, err)
	assert.Equal(t, Setup{Rule: optimizers.SGD{Momentum: .9}, LR: 5}, slow.Setup("abcde", []float64{.1}))
	assert.Equal(t, Setup{Rule: optimizers.SGD{Momentum: .9}, LR: .1}, slow.Make([]float64{.1}))
	assert.Equal(t, Setup{}, Contender{}.Setup("abcde", nil))
	assert.Len(t, o.Space, 2, "the optimizer is as it was")

	_, err = o.AtDefault()
	assert.EqualError(t, err, "bench: optimizer momentum: Default is nil: want a default setup, or values for lr, momentum")
	o.Default = &Setup{Rule: optimizers.SGD{Momentum: .9}, LR: .01}
	byDefault, err := o.AtDefault()
	require.NoError(t, err)
	assert.Empty(t, byDefault.Space)
	assert.Equal(t, *o.Default, byDefault.Setup("any", nil))
	same, err := both.AtDefault()
	require.NoError(t, err)
	assert.Equal(t, both.Make(nil), same.Make(nil), "it is fixed")

	_, err = o.Fix("beta1", .9)
	assert.EqualError(t, err, `bench: optimizer momentum: dimension "beta1": want lr, momentum`)
	_, err = both.Fix(Rate, .9)
	assert.EqualError(t, err, `bench: optimizer momentum: dimension "lr": want none: all are fixed`)
}
