package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func serially(n int, f func(i, worker int)) {
	for i := range n {
		f(i, 0)
	}
}

func TestDenseAgreesWithPlainLoops(t *testing.T) {
	for _, isa := range vectorISAs(t) {
		t.Run(isa.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 9))
			for i := range 220 {
				in, out, groups, relu := 1+r.IntN(100), 1+r.IntN(70), 1+r.IntN(9), r.IntN(2) == 0
				if i >= 200 { // several blocks of the weight gradient
					out, groups = 1+r.IntN(20), 65+r.IntN(80)
				}
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

func TestDenseSameBits(t *testing.T) {
	isas := vectorISAs(t)
	r := rand.New(rand.NewPCG(10, 10))
	for i := range 50 {
		in, out, groups := 1+r.IntN(100), 1+r.IntN(70), 1+r.IntN(9)
		if i < 8 {
			out, groups = 1+r.IntN(20), 65+r.IntN(80)
		}
		x, _ := guarded(r, groups*in*Lanes, 1)
		w, _ := guarded(r, out*in, 1)
		var first [][]float32
		for _, isa := range isas {
			d := Set[float32]{ISA: isa}.NewDense(in, out, groups, true, 1)
			y, dx, dw, db := make([]float32, groups*out*Lanes), make([]float32, len(x)), make([]float32, len(w)), make([]float32, out)
			d.Forward(serially, y, x, w, nil)
			d.Backward(serially, dx, dw, db, y, y, x, w)
			all := [][]float32{y, dx, dw, db}
			if first == nil {
				first = all
			}
			require.Equal(t, first, all)
		}
	}
}
