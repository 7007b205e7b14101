package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var cells = []Cell{TanhCell, ReLUCell, LSTMCell, GRUCell}

// recurrence is a recurrent layer with its operands.
type recurrence struct {
	cell                          Cell
	in, hidden, steps, groups     int
	x, wX, wH, bX, bH, h0, c0, dy []float32
}

func drawRecurrence(r *rand.Rand, cell Cell) *recurrence {
	c := &recurrence{cell: cell, in: 1 + r.IntN(40), hidden: 1 + r.IntN(30), steps: 1 + r.IntN(5), groups: 1 + r.IntN(7)}
	draw := func(n int) []float32 {
		x, _ := guarded(r, n, 1)
		return x
	}
	rows := cell.Gates() * c.hidden
	c.x, c.dy = draw(c.groups*c.steps*c.in*Lanes), draw(c.groups*c.steps*c.hidden*Lanes)
	c.wX, c.wH = draw(rows*c.in), draw(rows*c.hidden)
	c.h0, c.c0 = draw(c.groups*c.hidden*Lanes), draw(c.groups*c.hidden*Lanes)
	if r.IntN(4) > 0 {
		c.bX, c.bH = draw(rows), draw(rows)
	}
	return c
}

// compute runs the layer, with guard words around all results, and returns the results.
func (c recurrence) compute(t *testing.T, isa ISA) map[string][]float32 {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	k := Set[float32]{ISA: isa}.NewRecurrent(c.cell, c.in, c.hidden, c.steps, c.groups, 1)
	copy(k.H0, c.h0)
	copy(k.C0, c.c0)
	all := map[string][]float32{}
	write := func(name string, n int) []float32 {
		x, check := guarded(r, n, 1)
		t.Cleanup(func() { check(t) })
		all[name] = x
		return x
	}
	rows := c.cell.Gates() * c.hidden
	y := write("y", len(c.dy))
	dx, dwX, dwH, dbX, dbH := write("dx", len(c.x)), write("dwX", len(c.wX)), write("dwH", len(c.wH)), write("dbX", rows), write("dbH", rows)
	for range 2 { // the first run must not affect the second
		k.Forward(serially, y, c.x, c.wX, c.wH, c.bX, c.bH)
		if c.cell == LSTMCell {
			all["c"] = append([]float32(nil), k.C(c.groups-1)...)
		}
		k.Backward(serially, dx, dwX, dwH, dbX, dbH, c.dy, y, c.x)
	}
	return all
}

func TestRecurrentAgreesWithPlainLoops(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	for range 15 {
		for _, cell := range cells {
			c := drawRecurrence(r, cell)
			want := c.compute(t, Go)
			for _, isa := range vectorISAs(t) {
				got := c.compute(t, isa)
				for name, w := range want {
					close32(t, w, got[name], 2e-3, fmt.Sprintf("%v, cell %d, in %d, hidden %d, steps %d, groups %d: %s", isa, c.cell, c.in, c.hidden, c.steps, c.groups, name))
				}
			}
		}
	}
}

func TestRecurrentSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(12, 12))
	for range 10 {
		for _, cell := range cells {
			c := drawRecurrence(r, cell)
			first := c.compute(t, isas[0])
			for _, isa := range isas[1:] {
				require.Equal(t, first, c.compute(t, isa))
			}
		}
	}
}

// The plain loops agree with the definition of the cells, one row at a time.
func TestRecurrentByDefinition(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	r := rand.New(rand.NewPCG(13, 13))
	for range 6 {
		for _, cell := range cells {
			c := drawRecurrence(r, cell)
			got := c.compute(t, Go)["y"]
			for _, row := range []int{0, 5, c.groups*Lanes - 1} {
				g, l := row/Lanes, row%Lanes
				h, state := make([]float64, c.hidden), make([]float64, c.hidden)
				for u := range h {
					h[u], state[u] = float64(c.h0[(g*c.hidden+u)*Lanes+l]), float64(c.c0[(g*c.hidden+u)*Lanes+l])
				}
				for step := range c.steps {
					old := append([]float64(nil), h...)
					for u := range h {
						var a, p [4]float64
						for k := range cell.Gates() {
							o := k*c.hidden + u
							if c.bX != nil {
								a[k], p[k] = float64(c.bX[o]), float64(c.bH[o])
							}
							for i := range c.in {
								a[k] += float64(c.wX[o*c.in+i]) * float64(c.x[((g*c.steps+step)*c.in+i)*Lanes+l])
							}
							for i := range old {
								p[k] += float64(c.wH[o*c.hidden+i]) * old[i]
							}
						}
						switch cell {
						case TanhCell:
							h[u] = math.Tanh(a[0] + p[0])
						case ReLUCell:
							h[u] = max(0, a[0]+p[0])
						case LSTMCell:
							state[u] = sigmoid(a[1]+p[1])*state[u] + sigmoid(a[0]+p[0])*math.Tanh(a[2]+p[2])
							h[u] = sigmoid(a[3]+p[3]) * math.Tanh(state[u])
						case GRUCell:
							z := sigmoid(a[1] + p[1])
							h[u] = (1-z)*math.Tanh(a[2]+sigmoid(a[0]+p[0])*p[2]) + z*old[u]
						}
						assert.InDelta(t, h[u], float64(got[((g*c.steps+step)*c.hidden+u)*Lanes+l]), 1e-4*(1+math.Abs(h[u])))
					}
				}
			}
		}
	}
}
