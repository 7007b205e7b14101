package lanes

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

var recurrentCells = map[string]Cell{"tanh": TanhCell, "relu": ReLUCell, "lstm": LSTMCell, "gru": GRUCell}

func TestRecurrentGradients(t *testing.T) {
	var all []check
	for name, cell := range recurrentCells {
		for _, c := range []struct{ rows, active, steps, in, hidden int }{{2, 2, 3, 2, 3}, {18, 17, 4, 3, 1}, {1, 1, 1, 1, 2}} {
			for _, bias := range []bool{true, false} {
				for _, carry := range []bool{true, false} {
					rows := cell.Gates() * c.hidden
					shapes := [][]int{{c.rows, c.steps, c.in}, {rows, c.in}, {rows, c.hidden}, {rows}, {rows}}
					if !bias {
						shapes = shapes[:3]
					}
					all = append(all, check{
						name: fmt.Sprint(name, c, bias, carry), rows: c.rows, active: c.active, inputs: shapes,
						build: onLanes(func(b *Builder, x *gorgonia.Node, w gorgonia.Nodes) (*gorgonia.Node, error) {
							weights := RecurrentWeights{Input: w[0], Hidden: w[1]}
							if bias {
								weights.InputBias, weights.HiddenBias = w[2], w[3]
							}
							y, _, err := b.Recurrent(cell, x, weights, testState(t, b, cell, c.rows, c.hidden, carry))
							return y, err
						}),
					})
				}
			}
		}
	}
	all = append(all, check{name: "last", inputs: [][]int{{2, 3, 4}}, build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
		return b.Last(x)
	})})
	runChecks(t, all)
}

// testState is a state of random numbers, or none.
func testState(t *testing.T, b *Builder, cell Cell, rows, hidden int, carry bool) (s RecurrentState) {
	t.Helper()
	if !carry {
		return s
	}
	s.H = constant(t, b, "h", normal[float64](rows*hidden, "h"), rows, hidden)
	if cell == LSTMCell {
		s.C = constant(t, b, "c", normal[float64](rows*hidden, "c"), rows, hidden)
	}
	return s
}

// Two halves of a sequence, the second of which begins with the state that the first
// ends with, are the whole.
func TestRecurrentState(t *testing.T) {
	const rows, in, hidden = 18, 2, 3
	for name, cell := range recurrentCells {
		t.Run(name, func(t *testing.T) {
			gates := cell.Gates() * hidden
			compute := func(x []float64, steps int, h, c []float64) (y, endH, endC []float64) {
				b := newTestBuilder(t, rows, tensor.Float64)
				w := RecurrentWeights{
					Input:  constant(t, b, "w", spread[float64](gates*in, "w"), gates, in),
					Hidden: constant(t, b, "r", spread[float64](gates*hidden, "r"), gates, hidden),
				}
				start := RecurrentState{H: constant(t, b, "h", h, rows, hidden)}
				if cell == LSTMCell {
					start.C = constant(t, b, "c", c, rows, hidden)
				}
				y1, end, err := b.Recurrent(cell, must(t)(b.FromRows(constant(t, b, "x", x, rows, steps, in))), w, start)
				require.NoError(t, err)
				outputs := gorgonia.Nodes{must(t)(b.ToRows(y1, rows)), end.H}
				if end.C != nil {
					outputs = append(outputs, end.C)
				}
				s := newTestSession(t, b, Program{Outputs: outputs})
				require.NoError(t, s.Run(rows, 1))
				return Output[float64](s, 0), Output[float64](s, 1), Output[float64](s, 2)
			}
			x := normal[float64](rows*5*in, "x")
			var first, second []float64
			for r := range rows {
				first, second = append(first, x[r*5*in:][:2*in]...), append(second, x[r*5*in+2*in:][:3*in]...)
			}
			zero := make([]float64, rows*hidden)
			want, wantH, wantC := compute(x, 5, zero, zero)
			y0, h, c := compute(first, 2, zero, zero)
			y1, gotH, gotC := compute(second, 3, h, c)
			for r := range rows {
				assert.Equal(t, want[r*5*hidden:][:5*hidden], append(append([]float64(nil), y0[r*2*hidden:][:2*hidden]...), y1[r*3*hidden:][:3*hidden]...))
			}
			assert.Equal(t, wantH, gotH)
			assert.Equal(t, wantC, gotC)
		})
	}
}

func TestRecurrentErrors(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float32)
	f32 := func(shape ...int) *gorgonia.Node { return constant(t, b, "x", make([]float32, size(shape)), shape...) }
	x := must(t)(b.FromRows(f32(3, 4, 2)))
	for _, c := range []struct {
		cell  Cell
		x     *gorgonia.Node
		w     RecurrentWeights
		start RecurrentState
		want  string
	}{
		{Cell(7), x, RecurrentWeights{Input: f32(3, 2), Hidden: f32(3, 3)}, RecurrentState{}, "cell = 7: want TanhCell, ReLUCell, LSTMCell or GRUCell"},
		{TanhCell, must(t)(b.FromRows(f32(3, 4))), RecurrentWeights{Input: f32(3, 2), Hidden: f32(3, 3)}, RecurrentState{}, "input: rows of shape [4]: want 2 dimensions"},
		{TanhCell, x, RecurrentWeights{Input: f32(3, 3), Hidden: f32(3, 3)}, RecurrentState{}, "input weight of shape [3 3] with rows of shape [4 2]: want [3 2]"},
		{LSTMCell, x, RecurrentWeights{Input: f32(12, 2), Hidden: f32(3, 3)}, RecurrentState{}, "hidden weight of shape [3 3] with rows of shape [4 2]: want [12 3]"},
		{GRUCell, x, RecurrentWeights{Input: f32(9, 2), Hidden: f32(9, 3), InputBias: f32(3)}, RecurrentState{}, "input bias of shape [3] with rows of shape [4 2]: want [9]"},
		{GRUCell, x, RecurrentWeights{Input: f32(9, 2), Hidden: f32(9, 3), HiddenBias: f32(3)}, RecurrentState{}, "hidden bias of shape [3]"},
		{GRUCell, x, RecurrentWeights{Input: f32(9, 2), Hidden: f32(9, 3)}, RecurrentState{H: f32(3, 4)}, "state h float32 of shape [3 4]: want [rows 3] of float32"},
		{GRUCell, x, RecurrentWeights{Input: f32(9, 2), Hidden: f32(9, 3)}, RecurrentState{H: f32(3, 3), C: f32(3, 3)}, "state c for cell 3: want one only for an LSTM"},
		{GRUCell, x, RecurrentWeights{Hidden: f32(9, 3)}, RecurrentState{}, "input weight: the node is nil"},
	} {
		_, _, err := b.Recurrent(c.cell, c.x, c.w, c.start)
		assert.ErrorContains(t, err, "lanes: recurrent: "+c.want)
	}
	_, err := b.Last(must(t)(b.FromRows(f32(3, 4))))
	assert.EqualError(t, err, "lanes: last position: rows of shape [4]: want 2 or more dimensions, such as [positions width]")
}
