package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkSkipZeros measures the backward pass of a group, dense and skipping zeros,
// for several shares of live gradients. %peak counts the dense products.
func BenchmarkSkipZeros(b *testing.B) {
	for _, s := range convShapes {
		if !s.pool {
			continue
		}
		g, p := s.geometry(b)
		for _, isa := range []ISA{AVX512, AVX2} {
			if isa.Available() != nil {
				continue
			}
			for _, live := range []float64{.25, .125, .05} {
				c := newSkipCase(rand.New(rand.NewPCG(1, 1)), g, *p, 4*live)
				const groups = 4
				n := len(c.x)
				x, w, dy := Alloc[float32](groups*n), Alloc[float32](len(c.w)), Alloc[float32](groups*len(c.dy))
				for i := range groups {
					copy(x[i*n:], c.x)
					copy(dy[i*len(c.dy):], c.dy)
				}
				copy(w, c.w)
				dx, dw, db := Alloc[float32](groups*n), Alloc[float32](groups*len(w)), Alloc[float32](g.OC)
				macs := g.OC * g.OH * g.OW * g.C * g.KH * g.KW * Lanes
				for _, pass := range []SkipZeros{SkipNever, SkipAlways} {
					for _, what := range []string{"dw", "dw+dx"} {
						conv := Set[float32]{ISA: isa}.NewConvolution(g, p, true, 1, true)
						conv.SetSkipZeros(pass)
						b.Run(fmt.Sprintf("%s/%v/%v/%s/%v", s.name, isa, what, map[SkipZeros]string{SkipNever: "dense", SkipAlways: "skipping"}[pass], live), func(b *testing.B) {
							products := macs
							for i := range b.N {
								i %= groups
								var to []float32
								if what == "dw+dx" {
									to, products = dx[i*n:][:n], 2*macs
								}
								conv.Backward(0, to, dw[i*len(w):][:len(w)], db, dy[i*len(c.dy):][:len(c.dy)], nil, c.mask, x[i*n:][:n], w)
							}
							reportShare(b, isa, 1, products)
						})
					}
				}
			}
		}
	}
}
