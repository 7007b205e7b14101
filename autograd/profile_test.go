package autograd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

func TestProfile(t *testing.T) {
	g := gorgonia.NewGraph()
	x := Var{node: vector(g, "x", []float64{1, 2})}
	y, err := x.Exp().Sum().Node()
	require.NoError(t, err)
	m, err := NewMachine(y)
	require.NoError(t, err)
	require.NoError(t, m.RunAll())
	assert.Empty(t, m.OpTimes(), "nothing is measured unasked")
	m.Profile()
	for range 3 {
		require.NoError(t, m.RunAll())
	}
	m.Profile() // a second time changes nothing
	times := m.OpTimes()
	require.Len(t, times, 2)
	assert.Equal(t, "exp", times[0].Op)
	assert.Equal(t, []int{2}, times[0].Shape)
	assert.Equal(t, "sum", times[1].Op)
	assert.Empty(t, times[1].Shape)
	for _, o := range times {
		assert.Equal(t, 3, o.Runs)
		assert.Positive(t, o.Min)
		assert.GreaterOrEqual(t, o.Total, 3*o.Min)
	}
}
