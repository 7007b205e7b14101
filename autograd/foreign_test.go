package autograd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// A stock operation without a derivative is an error, and Detach is the way out.
func TestMissingForeignDerivative(t *testing.T) {
	positive := func(x Var) Var {
		return stockOf(func(n *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Gt(n, gorgonia.NewConstant(0.), true) })(x)
	}
	_, _, err := Gradient(func(x Var) Var { return positive(x).Mul(x).Sum() }, []float64{1, -2})
	assert.ErrorContains(t, err, "has no derivative with respect to its input")
	assert.ErrorContains(t, err, "if it is to count as 0, use Var.Detach")
	y, grad, err := Gradient(func(x Var) Var { return positive(x.Detach()).Mul(x).Sum() }, []float64{1, -2})
	require.NoError(t, err)
	assert.Equal(t, 1.0, y)
	assert.Equal(t, []float64{1, 0}, grad)
}
