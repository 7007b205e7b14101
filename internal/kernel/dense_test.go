package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"descent/internal/parallel"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func serially(n int, f func(i, worker int)) {
	for i := range n {
		f(i, 0)
	}
}

// denseSizes returns random sizes of a layer: mostly small ones, and some with long
// sums over outputs, over inputs, and over the batch.
func denseSizes(r *rand.Rand, i int) (in, out, groups int) {
	in, out, groups = 1+r.IntN(100), 1+r.IntN(70), 1+r.IntN(9)
	switch i % 20 {
	case 0:
		in = 257 + r.IntN(300)
	case 1:
		out = 257 + r.IntN(300)
	case 2:
		groups = 65 + r.IntN(80)
	case 3:
		in, out, groups = 1+r.IntN(33), 1+r.IntN(17), 65+r.IntN(80)
	case 4:
		in, out, groups = 200+r.IntN(30), 17+r.IntN(5), 150+r.IntN(10) // larger than a cache
	}
	return in, out, groups
}

func TestDenseAgreesWithPlainLoops(t *testing.T) {
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 9))
			for i := range 200 {
				in, out, groups := denseSizes(r, i)
				relu := r.IntN(2) == 0
				what := fmt.Sprintf("%v in %d, out %d, groups %d, relu %v", isa, in, out, groups, relu)
				x, _ := guarded(r, groups*in*Lanes, 1)
				w, _ := guarded(r, out*in, 1)
				bias, _ := guarded(r, out, 1)
				if r.IntN(4) == 0 {
					bias = nil
				}
				dy, _ := guarded(r, groups*out*Lanes, 1)
				run := func(isa ISA) [4][]float32 {
					d := Set[float32]{ISA: isa}.NewDense(in, out, groups, relu, 1)
					y, c0 := guarded(r, len(dy), 1)
					dx, c1 := guarded(r, len(x), 1)
					dw, c2 := guarded(r, len(w), 1)
					db, c3 := guarded(r, out, 1)
					d.Forward(serially, y, x, w, bias)
					d.Backward(serially, dx, dw, db, dy, y, x, w)
					for _, check := range []func(*testing.T){c0, c1, c2, c3} {
						check(t)
					}
					return [4][]float32{y, dx, dw, db}
				}
				want, got := run(Go), run(isa)
				for i, name := range []string{"y", "dx", "dw", "db"} {
					close32(t, want[i], got[i], 1e-3, what+": "+name)
				}
			}
		})
	}
}

// The bits are the same for each instruction set, for any number of workers, and
// for gradients that are computed one at a time.
func TestDenseSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(10, 10))
	workers := parallel.New(3)
	defer workers.Close()
	for i := range 40 {
		in, out, groups := denseSizes(r, i)
		x, _ := guarded(r, groups*in*Lanes, 1)
		w, _ := guarded(r, out*in, 1)
		var first [][]float32
		for _, isa := range isas {
			for _, run := range []Runner{serially, workers.Run} {
				d := Set[float32]{ISA: isa}.NewDense(in, out, groups, true, 3)
				y, dx, dw, db := make([]float32, groups*out*Lanes), make([]float32, len(x)), make([]float32, len(w)), make([]float32, out)
				d.Forward(run, y, x, w, nil)
				if first == nil {
					d.Backward(run, dx, dw, db, y, y, x, w)
				} else {
					d.Backward(run, nil, nil, db, y, y, x, w)
					d.Backward(run, nil, dw, nil, y, y, x, w)
					d.Backward(run, dx, nil, nil, y, y, x, w)
				}
				all := [][]float32{y, dx, dw, db}
				if first == nil {
					first = all
				}
				require.Equal(t, first, all)
			}
		}
	}
}

// ForwardLower computes the outputs o ≥ 16·g of group g as Forward does.
func TestDenseForwardLower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSampler(t)
		k := Set[float32]{drawISA(t)}
		in, n := rapid.IntRange(1, 120).Draw(t, "in"), rapid.IntRange(1, 150).Draw(t, "n")
		groups := (n + Lanes - 1) / Lanes
		x, w := values[float32](s, groups*in*Lanes), values[float32](s, n*in)
		whole, lower := newBuffer(groups*n*Lanes, float32(777)), newBuffer(groups*n*Lanes, float32(777))
		run := func(n int, f func(i, worker int)) {
			for i := range n {
				f(i, 0)
			}
		}
		d := k.NewDense(in, n, groups, false, 1)
		d.Forward(run, whole.data, x.data, w.data, nil)
		d.ForwardLower(run, lower.data, x.data, w.data)
		for g := range groups {
			from, to := (g*n+min(g*Lanes, n))*Lanes, (g+1)*n*Lanes
			sameBits(t, whole.data[from:to], lower.data[from:to], label("group", g))
		}
		for _, b := range []*buffer[float32]{x, w, lower} {
			b.check(t, "ForwardLower")
		}
	})
}
