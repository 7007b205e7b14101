package graph

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Values come in the order of their indices, also of views that skip memory.
func TestDataOf(t *testing.T) {
	matrix := func() *tensor.Dense { return Dense([]float64{0, 1, 2, 3, 4, 5}, 2, 3) }
	transposed := matrix()
	require.NoError(t, transposed.T())
	column, err := matrix().Slice(nil, tensor.S(1))
	require.NoError(t, err)
	for _, test := range []struct {
		v    gorgonia.Value
		want []float64
	}{
		{matrix(), []float64{0, 1, 2, 3, 4, 5}},
		{transposed, []float64{0, 3, 1, 4, 2, 5}},
		{column, []float64{1, 4}},
		{gorgonia.NewF64(7), []float64{7}},
	} {
		assert.Equal(t, test.want, DataOf[float64](test.v))
	}
	assert.Equal(t, []float32{7}, DataOf[float32](gorgonia.NewF32(7)))
	d := Dense([]float32{1, 2}, 2)
	DataOf[float32](d)[0] = 5
	assert.Equal(t, []float32{5, 2}, d.Data(), "not a copy")
}
