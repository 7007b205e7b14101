package kernel

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

var peaks sync.Map // ISA to what Peak says

// reportShare reports the rate of an operation of the given multiply-adds, and
// its share of what the processor can do.
func reportShare(b *testing.B, isa ISA, macs float64) {
	p, ok := peaks.Load(isa)
	if !ok {
		p, _ = peaks.LoadOrStore(isa, Peak(isa))
	}
	rate := 2 * macs * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate/1e9, "GFLOPS")
	if peak := p.(float64); peak > 0 {
		b.ReportMetric(100*rate/peak, "%peak")
	}
}

type convShape struct {
	name           string
	c, size, oc, k int
	stride, pad    int
	pool           bool
}

var convShapes = []convShape{
	{"lenet1", 1, 28, 6, 5, 1, 2, true},
	{"lenet2", 6, 14, 16, 5, 1, 0, true},
	{"2c2d1", 1, 28, 32, 5, 1, 2, true},
	{"2c2d2", 32, 14, 64, 5, 1, 2, true},
	{"3x3", 64, 28, 64, 3, 1, 1, false},
	{"1x1", 64, 28, 64, 1, 1, 0, false},
	{"stride2", 64, 28, 64, 3, 2, 1, false},
}

func BenchmarkConvolution(b *testing.B) {
	for _, s := range convShapes {
		for _, isa := range []ISA{AVX512, AVX2, Go} {
			if isa.Available() != nil {
				continue
			}
			g, err := NewConv(Conv{C: s.c, H: s.size, W: s.size, OC: s.oc, KH: s.k, KW: s.k, StrideH: s.stride, StrideW: s.stride, PadH: s.pad, PadW: s.pad})
			if err != nil {
				b.Fatal(err)
			}
			var p *Pool
			if s.pool {
				q, err := NewPool(Pool{C: s.oc, H: g.OH, W: g.OW, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
				if err != nil {
					b.Fatal(err)
				}
				p = &q
			}
			c := Set[float32]{ISA: isa}.NewConvolution(g, p, true, 1, true)
			r := rand.New(rand.NewPCG(1, 1))
			fill := func(n int) []float32 {
				x := Alloc[float32](n)
				for i := range x {
					x[i] = float32(r.NormFloat64())
				}
				return x
			}
			const groups = 8
			x, w, bias := fill(groups*g.C*g.H*g.W*Lanes), fill(g.OC*g.C*g.KH*g.KW), fill(g.OC)
			y, dy, dx, dw, db := fill(groups*c.Outputs()*Lanes), fill(groups*c.Outputs()*Lanes), fill(len(x)), fill(groups*len(w)), fill(len(bias))
			mask := make([]uint16, groups*c.MaskSize())
			macs := float64(g.OC*g.OH*g.OW*g.C*g.KH*g.KW) * Lanes
			in := g.C * g.H * g.W
			b.Run(fmt.Sprintf("%s/%v/forward", s.name, isa), func(b *testing.B) {
				for i := range b.N {
					i %= groups
					c.Forward(0, of(y, i, c.Outputs()), mask[i*c.MaskSize():(i+1)*c.MaskSize()], of(x, i, in), w, bias)
				}
				reportShare(b, isa, macs)
			})
			b.Run(fmt.Sprintf("%s/%v/weights", s.name, isa), func(b *testing.B) {
				for i := range b.N {
					i %= groups
					c.Backward(0, nil, dw[i*len(w):(i+1)*len(w)], db, of(dy, i, c.Outputs()), of(y, i, c.Outputs()), mask[i*c.MaskSize():(i+1)*c.MaskSize()], of(x, i, in), w)
				}
				reportShare(b, isa, macs)
			})
			b.Run(fmt.Sprintf("%s/%v/input", s.name, isa), func(b *testing.B) {
				for i := range b.N {
					i %= groups
					c.Backward(0, of(dx, i, in), nil, nil, of(dy, i, c.Outputs()), of(y, i, c.Outputs()), mask[i*c.MaskSize():(i+1)*c.MaskSize()], of(x, i, in), w)
				}
				reportShare(b, isa, macs)
			})
		}
	}
}

func BenchmarkDense(b *testing.B) {
	for _, s := range []struct{ in, out, batch int }{{400, 120, 256}, {120, 84, 256}, {84, 10, 256}, {784, 512, 128}, {3136, 1024, 128}, {400, 120, 16}} {
		for _, isa := range []ISA{AVX512, AVX2} {
			if isa.Available() != nil {
				continue
			}
			groups := s.batch / Lanes
			d := Set[float32]{ISA: isa}.NewDense(s.in, s.out, groups, true, 1)
			x, w, bias := Alloc[float32](groups*s.in*Lanes), Alloc[float32](s.in*s.out), Alloc[float32](s.out)
			y, dy, dx, dw, db := Alloc[float32](groups*s.out*Lanes), Alloc[float32](groups*s.out*Lanes), Alloc[float32](len(x)), Alloc[float32](len(w)), Alloc[float32](s.out)
			macs := float64(s.in*s.out) * float64(s.batch)
			name := fmt.Sprintf("%dx%d/%d/%v", s.in, s.out, s.batch, isa)
			b.Run(name+"/forward", func(b *testing.B) {
				for range b.N {
					d.Forward(serially, y, x, w, bias)
				}
				reportShare(b, isa, macs)
			})
			b.Run(name+"/input", func(b *testing.B) {
				for range b.N {
					d.Backward(serially, dx, nil, nil, dy, y, x, w)
				}
				reportShare(b, isa, macs)
			})
			b.Run(name+"/weights", func(b *testing.B) {
				for range b.N {
					d.Backward(serially, nil, dw, db, dy, y, x, w)
				}
				reportShare(b, isa, macs)
			})
		}
	}
}
