package lanes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestPoolGradient(t *testing.T) {
	var checks []check
	for _, c := range []struct {
		rows, c, h, w int
		opt           PoolOptions
	}{
		{rows: 1, c: 1, h: 1, w: 1, opt: PoolOptions{H: 1, W: 1}},
		{rows: 2, c: 3, h: 4, w: 6, opt: PoolOptions{H: 2, W: 2}},
		{rows: 2, c: 2, h: 5, w: 7, opt: PoolOptions{H: 2, W: 2}},
		{rows: 1, c: 2, h: 7, w: 7, opt: PoolOptions{H: 3, W: 3, StrideH: 2, StrideW: 2}},
		{rows: 1, c: 2, h: 7, w: 5, opt: PoolOptions{H: 3, W: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1}},
		{rows: 1, c: 1, h: 9, w: 9, opt: PoolOptions{H: 2, W: 3, StrideH: 3, StrideW: 1, PadH: 1}},
		{rows: 1, c: 1, h: 9, w: 9, opt: PoolOptions{H: 5, W: 2, StrideH: 2, StrideW: 3, PadH: 2, PadW: 1}},
		{rows: 17, c: 2, h: 3, w: 3, opt: PoolOptions{H: 2, W: 2, StrideH: 1, StrideW: 1}},
		{rows: 33, c: 1, h: 2, w: 2, opt: PoolOptions{H: 2, W: 1}},
	} {
		for name, pool := range map[string]func(*Builder, *gorgonia.Node, PoolOptions) (*gorgonia.Node, error){
			"max": (*Builder).MaxPool2D, "average": (*Builder).AvgPool2D,
		} {
			checks = append(checks, check{
				name: fmt.Sprintf("%s %+v", name, c), rows: c.rows, inputs: [][]int{{c.rows, c.c, c.h, c.w}},
				build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
					return pool(b, x, c.opt)
				}),
			})
		}
	}
	runChecks(t, checks)
}

// A window with a NaN gives NaN, as in PyTorch, and its gradient goes to the
// first NaN; the other windows are not touched by it.
func TestMaxPoolOfNaN(t *testing.T) {
	nan := math.NaN()
	for name, data := range map[string][]float64{ // two windows of 2×2 side by side
		"one":  {1, nan, 1, 2, 3, 4, 3, 4},
		"two":  {nan, nan, 1, 2, 3, nan, 3, 4},
		"all":  {nan, nan, 1, 2, nan, nan, 3, 4},
		"last": {1, 2, 1, 2, 3, nan, 3, 4},
	} {
		for _, fused := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s fused %v", name, fused), func(t *testing.T) {
				b := newTestBuilder(t, 1, tensor.Float64)
				x := variable(t, b, "x", data, 1, 1, 2, 4)
				lanes := must(t)(b.FromRows(x))
				opt := PoolOptions{H: 2, W: 2}
				var y *gorgonia.Node
				if fused {
					one := constant(t, b, "identity", []float64{1}, 1, 1, 1, 1)
					y = must(t)(b.Conv2D(lanes, one, nil, Conv2DOptions{ReLU: true, Pool: &opt}))
				} else {
					y = must(t)(b.MaxPool2D(lanes, opt))
				}
				rows := must(t)(b.ToRows(y, 1))
				s := newTestSession(t, b, Program{Loss: must(t)(autograd.Wrap(rows, nil).Sum().Node()), Wrt: gorgonia.Nodes{x}, Outputs: gorgonia.Nodes{rows}})
				require.NoError(t, s.Run(1, 0))
				got := Output[float64](s, 0)
				assert.True(t, math.IsNaN(got[0]), "window with NaN: %v", got[0])
				assert.Equal(t, 4.0, got[1])
				want := make([]float64, 8)
				want[7] = 1
				want[slices.IndexFunc(data, math.IsNaN)] = 1
				assert.Equal(t, want, GradientOf[float64](s, 0))
			})
		}
	}
}
