package lanes

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestJoinGradient(t *testing.T) {
	both := func(f func(*Builder, ...*gorgonia.Node) (*gorgonia.Node, error)) func(*Builder, gorgonia.Nodes) (*gorgonia.Node, error) {
		return func(b *Builder, in gorgonia.Nodes) (*gorgonia.Node, error) {
			var all []*gorgonia.Node
			for _, n := range in {
				x, err := b.FromRows(n)
				if err != nil {
					return nil, err
				}
				all = append(all, x)
			}
			return f(b, append(all, all[0])...) // one of them twice
		}
	}
	sum := func(b *Builder, xs ...*gorgonia.Node) (*gorgonia.Node, error) { return b.Sum(xs...) }
	concat := func(b *Builder, xs ...*gorgonia.Node) (*gorgonia.Node, error) { return b.Concat(xs...) }
	runChecks(t, []check{
		{name: "sum", rows: 17, inputs: [][]int{{17, 2, 3}, {17, 2, 3}}, build: both(sum)},
		{name: "sum of three", rows: 2, inputs: [][]int{{2, 3}, {2, 3}, {2, 3}}, build: both(sum)},
		{name: "concat", rows: 17, inputs: [][]int{{17, 2}, {17, 3}}, build: both(concat)},
		{name: "concat of three", rows: 2, inputs: [][]int{{2, 2, 3, 1}, {2, 1, 3, 1}, {2, 4, 3, 1}}, build: both(concat)},
	})
}

func TestJoin(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(constant(t, b, "x", []float64{1, 2, 3, 4}, 2, 1, 2)))
	z := must(t)(b.FromRows(constant(t, b, "z", []float64{10, 20, 30, 40, 50, 60, 70, 80}, 2, 2, 2)))
	sum, concat := must(t)(b.Sum(x, x, x)), must(t)(b.Concat(x, z))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{must(t)(b.ToRows(sum, 2)), must(t)(b.ToRows(concat, 2)), must(t)(b.ToRows(must(t)(b.Sum(z)), 2)), must(t)(b.ToRows(must(t)(b.PadChannels(x, 1, 2)), 2))}})
	require.NoError(t, s.Run(2, 0))
	assert.Equal(t, []float64{3, 6, 9, 12}, Output[float64](s, 0))
	assert.Equal(t, []float64{1, 2, 10, 20, 30, 40, 3, 4, 50, 60, 70, 80}, Output[float64](s, 1))
	assert.Equal(t, []float64{10, 20, 30, 40, 50, 60, 70, 80}, Output[float64](s, 2))
	assert.Equal(t, []float64{0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0}, Output[float64](s, 3))

	for want, f := range map[string]func() (*gorgonia.Node, error){
		"lanes: sum: no inputs: want 1 or more":                                                                        func() (*gorgonia.Node, error) { return b.Sum() },
		"lanes: concat: no inputs: want 1 or more":                                                                     func() (*gorgonia.Node, error) { return b.Concat() },
		"lanes: sum: rows of shapes [1 2] and [2 2]: want one shape":                                                   func() (*gorgonia.Node, error) { return b.Sum(x, x, z) },
		"lanes: sum: input 1: the node is nil: want a node of the graph":                                               func() (*gorgonia.Node, error) { return b.Sum(x, nil) },
		"lanes: concat: rows of shapes [1 2] and [2]: want them equal except in the first dimension":                   func() (*gorgonia.Node, error) { return b.Concat(x, must(t)(b.Flatten(x))) },
		"lanes: reshape: rows of shape [2 2] to [3]: want a shape of 4 values":                                         func() (*gorgonia.Node, error) { return b.Reshape(z, 3) },
		"lanes: reshape: rows of shape [2 2] to []: want a shape of 4 values":                                          func() (*gorgonia.Node, error) { return b.Reshape(z) },
		"lanes: padding of channels: before = -1: want 0 to 536870911":                                                 func() (*gorgonia.Node, error) { return b.PadChannels(z, -1, 4) },
		"lanes: reshape: shape [-1 4]: want dimensions of 1 or more":                                                   func() (*gorgonia.Node, error) { return b.Reshape(z, -1, 4) },
		fmt.Sprintf("lanes: reshape: rows of shape [2 2] to [%d 4]: want a shape of 4 values", math.MaxInt):            func() (*gorgonia.Node, error) { return b.Reshape(z, math.MaxInt, 4) },
		"lanes: global average pooling: rows of shape [2]: want channels and positions, as in [channels height width]": func() (*gorgonia.Node, error) { return b.GlobalAvgPool(must(t)(b.Flatten(x))) },
	} {
		_, err := f()
		assert.EqualError(t, err, want)
	}
}

func TestReshapeAndGlobalAvgPoolGradient(t *testing.T) {
	var checks []check
	for _, shape := range [][]int{{1, 2, 3}, {17, 2, 6}, {3, 4, 3, 1}} {
		checks = append(checks,
			check{name: fmt.Sprint("mean of ", shape), rows: shape[0], inputs: [][]int{shape}, build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.GlobalAvgPool(x)
			})},
			check{name: fmt.Sprint("padding of ", shape), rows: shape[0], inputs: [][]int{shape}, build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.PadChannels(x, 1, 2)
			})},
			check{name: fmt.Sprint("reshape of ", shape), rows: shape[0], inputs: [][]int{shape}, build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.Reshape(x, 3, size(shape[1:])/3)
			})})
	}
	runChecks(t, checks)
}

// Reshape keeps the memory and the order of the values.
func TestReshape(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", normal[float64](3*12, "x"), 3, 2, 3, 2)))
	y := must(t)(b.Reshape(x, 4, 3))
	assert.Equal(t, []int{4, 3}, RowShape(y))
	assert.Same(t, y, must(t)(b.Reshape(y, 4, 3)))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{x, y}})
	require.NoError(t, s.Run(3, 0))
	assert.Same(t, &Output[float64](s, 0)[0], &Output[float64](s, 1)[0])
}
