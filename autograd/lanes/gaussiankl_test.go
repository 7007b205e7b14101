package lanes

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestGaussianKLGradient(t *testing.T) {
	var checks []check
	for _, shape := range [][]int{{1, 1}, {5, 3}, {17, 2, 3}, {33, 2}} {
		for _, active := range []int{1, shape[0]} {
			checks = append(checks, check{
				name: fmt.Sprintf("gaussian kl of %v, %d active", shape, active), rows: shape[0], active: active, inputs: [][]int{shape, shape},
				build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
					return b.GaussianKL(x, must(t)(b.FromRows(rest[0])))
				}),
			})
		}
	}
	runChecks(t, checks)
}

// Far values and near ones, where the difference of the terms is small, and rows that
// no loss counts.
func TestGaussianKLExtremes(t *testing.T) {
	b := newTestBuilder(t, 6, tensor.Float64)
	mean := variable(t, b, "mean", []float64{0, 1e100, 0, 0, 1e-8, math.Inf(1)}, 6, 1)
	log := variable(t, b, "log", []float64{0, 0, -1e100, 1e-5, 0, math.Inf(1)}, 6, 1)
	kl := must(t)(b.ToRows(must(t)(b.GaussianKL(must(t)(b.FromRows(mean)), must(t)(b.FromRows(log)))), 6))
	first := must(t)(autograd.Wrap(kl, nil).Slice(0, 5).Sum().Node())
	s := newTestSession(t, b, Program{Loss: first, Wrt: gorgonia.Nodes{mean, log}, Outputs: gorgonia.Nodes{kl}})
	require.NoError(t, s.Run(6, 0))
	want := []float64{0, 5e199, 5e99, (1e-10/2 + 1e-15/6) / 2, 5e-17}
	for i, v := range want {
		assert.InDelta(t, v, Output[float64](s, 0)[i], 1e-6*v, "row %d", i)
	}
	assert.Equal(t, []float64{0, 1e100, 0, 0, 1e-8, 0}, GradientOf[float64](s, 0))
	assert.InDeltaSlice(t, []float64{0, 0, -.5, (1e-5 + 1e-10/2) / 2, 0, 0}, GradientOf[float64](s, 1), 1e-15)
}

func TestGaussianKLErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", make([]float64, 6), 2, 3)))
	y := must(t)(b.FromRows(variable(t, b, "y", make([]float64, 4), 2, 2)))
	_, err := b.GaussianKL(x, y)
	assert.EqualError(t, err, "lanes: gaussian kl: means of shape [3] with log variances of shape [2]: want the same")
	_, err = b.GaussianKL(x, nil)
	assert.EqualError(t, err, "lanes: gaussian kl: log variance: the node is nil: want a node of the graph")
}
