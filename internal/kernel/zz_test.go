package kernel

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkZZ(b *testing.B) {
	for _, s := range convShapes[:2] {
		g, p := s.geometry(b)
		c := newSparseCase(rand.New(rand.NewPCG(1, 1)), g, *p, .5)
		conv := Set[float32]{ISA: AVX512}.NewConvolution(g, p, true, 1, true)
		conv.Sparse = SparseAlways
		dw := Alloc[float32](len(c.w))
		dx := Alloc[float32](len(c.x))
		conv.Backward(0, dx, dw, nil, c.dy, nil, c.mask, c.x, c.w)
		sc := conv.sparse.(*sparseConv)
		r := &sc.room[0]
		for _, align := range []int32{4, 8, 16, 32, 64} {
			for i := range r.offsets {
				r.offsets[i] = r.offsets[i] / align * align
			}
			pr := &r.product
			pr.n = r.list.n &^ 3
			rep := 16
			report := func(b *testing.B) {
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rep*pr.n)*3.6, "cycles/entry")
			}
			name := s.name + "/" + string(rune('0'+align/10)) + string(rune('0'+align%10))
			b.Run(name+"/w", func(b *testing.B) {
				for range b.N {
					for range rep {
						sc.through(&sc.k.weights, pr, r.x, r.dw)
					}
				}
				report(b)
			})
			b.Run(name+"/x", func(b *testing.B) {
				for range b.N {
					for range rep {
						sc.through(&sc.k.inputs, pr, r.dx, r.w)
					}
				}
				report(b)
			})
		}
	}
}
