package datasets

import (
	"crypto/sha1"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestAirfoilFile(t *testing.T) {
	assert.Equal(t, "76e5be1548fd8222e5074cf0faae75edff8cf93f", fmt.Sprintf("%x", sha1.Sum(airfoilFile)))
}

// leastSquares is the weights, the bias last, that minimize the squared error
// of a dataset with one target, and ½ · the mean of that error.
func leastSquares(t *testing.T, d *Slices) (w []float64, loss float64) {
	var b Batch
	rows := make([]int, d.Len())
	for i := range rows {
		rows[i] = i
	}
	require.NoError(t, d.Gather(&b, rows))
	width := d.InputShape()[0]
	x, y := mat.NewDense(d.Len(), width+1, nil), mat.NewVecDense(d.Len(), nil)
	for i := range rows {
		for j := range width {
			x.Set(i, j, float64(b.Inputs[i*width+j]))
		}
		x.Set(i, width, 1)
		y.SetVec(i, float64(b.Targets[i]))
	}
	var xx mat.Dense
	var xy, v, r mat.VecDense
	xx.Mul(x.T(), x)
	xy.MulVec(x.T(), y)
	require.NoError(t, v.SolveVec(&xx, &xy)) // the normal equations
	r.MulVec(x, &v)
	r.SubVec(&r, y)
	return v.RawVector().Data, mat.Dot(&r, &r) / float64(2*d.Len())
}

func TestAirfoil(t *testing.T) {
	d, err := Airfoil()
	require.NoError(t, err)
	assert.Equal(t, 1500, d.Len())
	assert.Equal(t, []int{5}, d.InputShape())
	assert.Equal(t, 1, d.Targets())
	assert.Equal(t, 150, d.Batches(10))
	assert.Len(t, AirfoilColumns(), 6)

	_, loss := leastSquares(t, d)
	assert.InDelta(t, .24169, loss, 5e-6)

	// The first row is 800, 0, .3048, 71.3, .00266337, 126.201; these
	// values were computed from the file by awk.
	var b Batch
	require.NoError(t, d.Gather(&b, []int{0}))
	assert.InDeltaSlice(t, []float32{-.6620227, -1.1464029, 1.7992993, 1.3129353, -.6448046}, b.Inputs, 1e-6)
	assert.InDelta(t, .1979388, b.Targets[0], 1e-6)
}
