package trainer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"descent/optimizers"
)

// TestGroupStaysInRange: the mean of finite gradients is finite, whatever their
// sizes and signs, and that of equal ones is theirs.
func TestGroupStaysInRange(t *testing.T) {
	const most = math.MaxFloat32
	for _, c := range []struct{ gradients, want []float32 }{
		{[]float32{most, -most}, []float32{most, 0}},
		{[]float32{-most, most, most}, []float32{-most, 0, most / 3}},
		{[]float32{.1, .1, .1, .1, .1}, []float32{.1, .1, .1, .1, .1}},
		{[]float32{most, most, most}, []float32{most, most, most}},
	} {
		grad := make([]float32, 1)
		g := newGroup([]optimizers.Param[float32]{{Name: "w", Value: make([]float32, 1), Grad: grad}})
		for i, v := range c.gradients {
			grad[0] = v
			g.add(7)
			assert.Equal(t, c.want[i], g.params[0].Grad[0], "after %d of %v", i+1, c.gradients)
		}
	}
}
