package lanes

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type affineCase struct {
	rows, out int
	row       []int
	last      bool // along the last dimension
}

// affineCases are shapes of the rows and numbers of outputs; more than one tile
// of outputs among them.
var affineCases = []affineCase{
	{rows: 1, out: 1, row: []int{1}},
	{rows: 1, out: 3, row: []int{5}},
	{rows: 2, out: 9, row: []int{7}},
	{rows: 5, out: 17, row: []int{8}},
	{rows: 17, out: 3, row: []int{3}},
	{rows: 3, out: 2, row: []int{2, 3, 2}},
	{rows: 2, out: 4, row: []int{3, 1, 3}},
	{rows: 2, out: 2, row: []int{2, 3}},
	{rows: 18, out: 2, row: []int{2, 3}, last: true},
	{rows: 2, out: 3, row: []int{1, 4}, last: true},
	{rows: 3, out: 9, row: []int{2, 3, 2}, last: true},
}

// weights is the shape of a case's weight, and affine what it is of.
func (c affineCase) weights() []int {
	if c.last {
		return []int{c.out, c.row[len(c.row)-1]}
	}
	return []int{c.out, size(c.row)}
}

func (c affineCase) affine(b *Builder, x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	if c.last {
		return b.AffineLast(x, w, bias, relu)
	}
	return b.Affine(x, w, bias, relu)
}

func TestAffineGradient(t *testing.T) {
	var checks []check
	for _, c := range affineCases {
		for _, relu := range []bool{false, true} {
			for _, bias := range []bool{false, true} {
				shapes := [][]int{append([]int{c.rows}, c.row...), c.weights()}
				if bias {
					shapes = append(shapes, []int{c.out})
				}
				checks = append(checks, check{ // whose numbers depend on the name
					name: fmt.Sprintf("%d rows of %v to %d relu %v bias %v", c.rows, c.row, c.out, relu, bias),
					rows: c.rows, inputs: shapes,
					build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
						return c.affine(b, x, rest[0], optional(rest[1:]), relu)
					}),
				})
			}
		}
	}
	runChecks(t, checks)
}

// A weight used twice gets the sum of both gradients.
func TestSharedWeightGradient(t *testing.T) {
	runChecks(t, []check{{
		name: "twice", inputs: [][]int{{2, 3}, {3, 3}, {3}},
		build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
			y, err := b.Affine(x, rest[0], rest[1], false)
			if err != nil {
				return nil, err
			}
			if y, err = b.Tanh(y); err != nil {
				return nil, err
			}
			return b.Affine(y, rest[0], rest[1], false)
		}),
	}})
}

// Affine with ReLU computes the same bits as both in turn.
func TestAffineFusedEqualsSeparate(t *testing.T) {
	for _, c := range affineCases {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			run := func(fused bool) [][]float32 {
				b := newTestBuilder(t, c.rows, tensor.Float32)
				rows := append([]int{c.rows}, c.row...)
				in := gorgonia.Nodes{
					variable(t, b, "x", normal[float32](size(rows), "x"), rows...),
					variable(t, b, "w", normal[float32](size(c.weights()), "w"), c.weights()...),
					variable(t, b, "b", normal[float32](c.out, "b"), c.out),
				}
				y := must(t)(c.affine(b, must(t)(b.FromRows(in[0])), in[1], in[2], fused))
				if !fused {
					y = must(t)(b.ReLU(y))
				}
				s := newTestSession(t, b, Program{Loss: contract(t, b, y), Wrt: in, Outputs: gorgonia.Nodes{y}})
				require.NoError(t, s.Run(c.rows, 0))
				return [][]float32{Output[float32](s, 0), GradientOf[float32](s, 0), GradientOf[float32](s, 1), GradientOf[float32](s, 2)}
			}
			assert.Equal(t, run(false), run(true))
		})
	}
}
