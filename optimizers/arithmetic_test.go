package optimizers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestArithmetic holds what rules share to its formulas.
func TestArithmetic(t *testing.T) {
	a := NewAverage[float64](.75)
	assert.Equal(t, .75*2+.25*4, a.Mean(2, 4))
	assert.Equal(t, .75*2+.25*16, a.Square(2, 4))
	m := 0.0
	for range 5 {
		m = a.Mean(m, 3)
	}
	assert.InDelta(t, 3, m/Unbias(.75, 5), 1e-15)

	u := Update[float64]{Decay: .5}
	assert.Equal(t, .1, u.Coupled(.2))
	assert.Equal(t, 1-.25*.2*.5, u.Decoupled(.25, .2))

	assert.Equal(t, float32(math.SmallestNonzeroFloat32), Epsilon[float32](1e-300))
	assert.Equal(t, 1e-10, Epsilon[float64](1e-10))
	assert.Equal(t, float32(math.Sqrt(2)), Sqrt[float32](2))
	assert.Equal(t, []float64{3, 0, -3}, []float64{Signed(3., 1e-300), Signed(3., 0), Signed(3., -7)})
	assert.Equal(t, 5e300, Norm([]float64{3e300, 4e300}))
	x := []float32{0, 8}
	Pull(x, []float32{4, 4}, .25)
	assert.Equal(t, []float32{1, 7}, x)
}
