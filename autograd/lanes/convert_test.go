package lanes

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The conversions there and back, with fewer active rows and with rows up to
// whole groups.
func TestLanesGradient(t *testing.T) {
	var checks []check
	for _, rows := range []int{1, 5, 16, 17, 33} {
		for _, active := range []int{1, (rows + 1) / 2, rows} {
			for _, n := range []int{rows, (rows + 15) / 16 * 16} {
				checks = append(checks, check{
					name: fmt.Sprintf("from %d of %d active", n, active), rows: rows, active: active, inputs: [][]int{{n, 3}},
					build: onLanes(func(_ *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) { return x, nil }),
				}, check{
					name: fmt.Sprintf("from and to %d of %d active", n, active), rows: rows, active: active, inputs: [][]int{{n, 2, 1, 2}},
					build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) { return b.ToRows(x, n) }),
				})
			}
			checks = append(checks, check{
				name: fmt.Sprintf("to 1 of %d, %d active", rows, active), rows: rows, active: active, inputs: [][]int{{rows, 2}},
				build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) { return b.ToRows(x, 1) }),
			})
		}
	}
	runChecks(t, checks)
}

// Lanes beyond the active rows repeat the last of them, and what was there
// before is gone.
func TestFromRowsLayout(t *testing.T) {
	b := newTestBuilder(t, 18, tensor.Float64)
	rows := must(t)(b.Input("rows", tensor.Float64, 18, 2))
	pixels := must(t)(b.Input("pixels", tensor.Uint8, 18, 2))
	program := Program{Outputs: gorgonia.Nodes{must(t)(b.FromRows(rows)), must(t)(b.FromPixels(pixels))}}
	s := newTestSession(t, b, program)
	data, bytes := make([]float64, 36), make([]uint8, 36)
	for i := range data {
		data[i], bytes[i] = float64(i), uint8(7*i)
	}
	for _, active := range []int{18, 17, 16, 3, 1} {
		require.NoError(t, s.Run(active, 0, Feed{rows, data}, Feed{pixels, bytes}))
		for r := range 32 {
			for f := range 2 {
				at := (r/16*2+f)*16 + r%16
				from := min(r, active-1)*2 + f
				assert.Equal(t, data[from], Output[float64](s, 0)[at], "%d active, row %d", active, r)
				assert.Equal(t, float64(bytes[from])/255, Output[float64](s, 1)[at], "%d active, row %d of pixels", active, r)
			}
		}
	}
}

func TestRowShape(t *testing.T) {
	b := newTestBuilder(t, 20, tensor.Float32)
	x := must(t)(b.FromPixels(must(t)(b.Input("x", tensor.Uint8, 20, 3, 4, 5))))
	assert.Equal(t, tensor.Shape{2, 3, 4, 5, 16}, x.Shape())
	assert.Equal(t, []int{3, 4, 5}, RowShape(x))
	assert.Equal(t, tensor.Shape{17, 3, 4, 5}, must(t)(b.ToRows(x, 17)).Shape())
	assert.Empty(t, RowShape(nil))
	assert.Empty(t, RowShape(gorgonia.NewScalar(b.Graph(), tensor.Float32, gorgonia.WithName("scalar"))))
}
