package kernel

import (
	"fmt"
	"testing"

	"descent/internal/parallel"
)

// convShape is a convolution with bias and ReLU. The first layer of a network
// has no input gradient.
type convShape struct {
	name           string
	c, size, oc, k int
	stride, pad    int
	groups         int
	pool, first    bool
}

var convShapes = []convShape{
	{name: "lenet1", c: 1, size: 28, oc: 6, k: 5, stride: 1, pad: 2, pool: true, first: true},
	{name: "lenet2", c: 6, size: 14, oc: 16, k: 5, stride: 1, pool: true},
	{name: "2c2d1", c: 1, size: 28, oc: 32, k: 5, stride: 1, pad: 2, pool: true, first: true},
	{name: "2c2d2", c: 32, size: 14, oc: 64, k: 5, stride: 1, pad: 2, pool: true},
	{name: "3x3", c: 64, size: 28, oc: 64, k: 3, stride: 1, pad: 1},
	{name: "1x1", c: 64, size: 28, oc: 64, k: 1, stride: 1},
	{name: "1x1 more outputs", c: 16, size: 28, oc: 64, k: 1, stride: 1},
	{name: "1x1 stride2", c: 32, size: 14, oc: 64, k: 1, stride: 2},
	{name: "stride2", c: 64, size: 28, oc: 64, k: 3, stride: 2, pad: 1},
	{name: "depthwise", c: 64, size: 14, oc: 64, k: 3, stride: 1, pad: 1, groups: 64},
}

// geometry returns the convolution and its pool, or nil.
func (s convShape) geometry(b *testing.B) (ConvGeometry, *PoolGeometry) {
	g, err := NewConvGeometry(ConvGeometry{C: s.c, H: s.size, W: s.size, OC: s.oc, KH: s.k, KW: s.k, StrideH: s.stride, StrideW: s.stride, PadH: s.pad, PadW: s.pad, Groups: s.groups})
	if err != nil {
		b.Fatal(err)
	}
	if !s.pool {
		return g, nil
	}
	p, err := NewPoolGeometry(PoolGeometry{C: s.oc, H: g.OH, W: g.OW, KH: 2, KW: 2, StrideH: 2, StrideW: 2})
	if err != nil {
		b.Fatal(err)
	}
	return g, &p
}

// BenchmarkConvolution measures every shape at a batch of 128, except LeNet's, which it
// measures at several others. Behind a pool, where nearly a quarter of the gradients is
// not zero, it measures Backward with and without skipping zeros.
func BenchmarkConvolution(b *testing.B) {
	for _, s := range convShapes {
		batches := []int{128}
		if s.name == "lenet1" || s.name == "lenet2" {
			batches = []int{1, 10, 64, 256, 1000}
		}
		for _, batch := range batches {
			eachSpeed(b, fmt.Sprintf("%s/batch=%d", s.name, batch), func(b *testing.B, isa ISA, workers *parallel.Workers) {
				if isa == Go && batch > 10 {
					b.Skip("the plain loops are timed at small batches")
				}
				benchmarkConvolution(b, s, batch, isa, workers)
			})
		}
	}
}

func benchmarkConvolution(b *testing.B, s convShape, batch int, isa ISA, workers *parallel.Workers) {
	g, p := s.geometry(b)
	c := Set[float32]{ISA: isa}.NewConvolution(g, p, true, workers.Threads(), !s.first)
	groups, in, out, weights := (batch+Lanes-1)/Lanes, g.C*g.H*g.W, c.Outputs(), g.OC*g.weights()
	x, w, bias := random32(groups*in*Lanes), random32(weights), random32(g.OC)
	y, dy := Alloc[float32](groups*out*Lanes), random32(groups*out*Lanes)
	dx, dw, db := Alloc[float32](len(x)), Alloc[float32](groups*weights), Alloc[float32](groups*g.OC)
	mask := make([]uint16, groups*c.MaskSize())
	maskOf := func(i int) []uint16 { return mask[i*c.MaskSize() : (i+1)*c.MaskSize()] }
	backward := func(i, worker int, dx, dw, db []float32) {
		c.Backward(worker, dx, dw, db, of(dy, i, out), of(y, i, out), maskOf(i), of(x, i, in), w)
	}
	forward := func(i, worker int) { c.Forward(worker, of(y, i, out), maskOf(i), of(x, i, in), w, bias) }
	workers.Run(groups, forward) // the backward passes read its mask
	measure := func(name string, run func(i, worker int)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				workers.Run(groups, run)
			}
			reportShare(b, isa, workers.Threads(), weights*g.OH*g.OW*batch)
		})
	}
	measure("forward", forward)
	for _, skip := range []SkipZeros{SkipNever, SkipAuto} {
		c.SetSkipZeros(skip)
		if p == nil && skip == SkipAuto {
			continue // zeros are only skipped behind a pool
		}
		name := fmt.Sprint("skip-zeros=", skip)
		measure("weights/"+name, func(i, worker int) { backward(i, worker, nil, dw[i*weights:(i+1)*weights], db[i*g.OC:(i+1)*g.OC]) })
		if !s.first {
			measure("input/"+name, func(i, worker int) { backward(i, worker, of(dx, i, in), nil, nil) })
		}
	}
}

// BenchmarkConvTranspose measures the layers of the decoder of DeepOBS's variational
// autoencoder at its batch size of 64.
func BenchmarkConvTranspose(b *testing.B) {
	for _, s := range []struct {
		name            string
		c, size, stride int
		end             int // columns cut off in addition to one on each side
	}{{"vae1", 1, 7, 2, 0}, {"vae2", 64, 14, 1, 1}} {
		g, err := NewConvTransposeGeometry(ConvGeometry{
			C: s.c, H: s.size, W: s.size, OC: 64, KH: 4, KW: 4,
			StrideH: s.stride, StrideW: s.stride, PadH: 1, PadW: 1, PadEndH: s.end, PadEndW: s.end,
		}, 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		eachSpeed(b, s.name, func(b *testing.B, isa ISA, workers *parallel.Workers) {
			const groups = 4
			c := Set[float32]{ISA: isa}.NewConvTranspose(g, true, workers.Threads())
			in, out, weights := g.OC*g.OH*g.OW, g.C*g.H*g.W, g.OC*g.C*g.KH*g.KW
			x, w, bias := random32(groups*in*Lanes), random32(weights), random32(g.C)
			y, dy := Alloc[float32](groups*out*Lanes), random32(groups*out*Lanes)
			dx, dw, db := Alloc[float32](len(x)), Alloc[float32](groups*weights), Alloc[float32](groups*g.C)
			for _, pass := range []struct {
				name string
				run  func(i, worker int)
			}{
				{"forward", func(i, worker int) { c.Forward(worker, of(y, i, out), of(x, i, in), w, bias) }},
				{"weights", func(i, worker int) {
					c.Backward(worker, nil, dw[i*weights:][:weights], db[i*g.C:][:g.C], of(dy, i, out), of(y, i, out), of(x, i, in), w)
				}},
				{"input", func(i, worker int) {
					c.Backward(worker, of(dx, i, in), nil, nil, of(dy, i, out), of(y, i, out), of(x, i, in), w)
				}},
			} {
				b.Run(pass.name, func(b *testing.B) {
					for b.Loop() {
						workers.Run(groups, pass.run)
					}
					reportShare(b, isa, workers.Threads(), weights*g.OH*g.OW*groups*Lanes)
				})
			}
		})
	}
}
