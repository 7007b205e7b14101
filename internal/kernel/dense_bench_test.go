package kernel

import (
	"fmt"
	"testing"

	"descent/internal/parallel"
)

// BenchmarkDense measures the layers of LeNet and of a perceptron, larger layers, and
// layers of sequence models, for which the places of a sequence are rows of a batch: a
// transformer (rows of 128 values at 4096 places, its classes last) and a character model.
func BenchmarkDense(b *testing.B) {
	for _, s := range []struct {
		in, out int
		batches []int
	}{
		{400, 120, []int{1, 10, 64, 256, 1000}},
		{120, 84, []int{256}},
		{84, 10, []int{256}},
		{784, 256, []int{256}},
		{256, 128, []int{256}},
		{128, 10, []int{256}},
		{784, 512, []int{1, 10, 64, 256, 1000}},
		{3136, 1024, []int{128}},
		{10, 30, []int{256}},
		{128, 128, []int{4096}},
		{128, 384, []int{4096}},
		{128, 512, []int{4096, 50 * 64}},
		{512, 128, []int{4096}},
		{128, 100, []int{4096}},
	} {
		for _, batch := range s.batches {
			eachSpeed(b, fmt.Sprintf("%dx%d/batch=%d", s.in, s.out, batch), func(b *testing.B, isa ISA, workers *parallel.Workers) {
				if isa == Go && batch > 10 {
					b.Skip("the plain loops are timed at small batches")
				}
				benchmarkDense(b, s.in, s.out, batch, isa, workers)
			})
		}
	}
}

func benchmarkDense(b *testing.B, in, out, batch int, isa ISA, workers *parallel.Workers) {
	groups := (batch + Lanes - 1) / Lanes
	d := Set[float32]{ISA: isa}.NewDense(in, out, groups, true, workers.Threads())
	x, w, bias := random32(groups*in*Lanes), random32(in*out), random32(out)
	y, dy := Alloc[float32](groups*out*Lanes), random32(groups*out*Lanes)
	dx, dw, db := Alloc[float32](len(x)), Alloc[float32](len(w)), Alloc[float32](out)
	d.Forward(workers.Run, y, x, w, bias)
	for _, op := range []struct {
		name string
		run  func()
	}{
		{"forward", func() { d.Forward(workers.Run, y, x, w, bias) }},
		{"weights", func() { d.Backward(workers.Run, nil, dw, db, dy, y, x, w) }},
		{"input", func() { d.Backward(workers.Run, dx, nil, nil, dy, y, x, w) }},
	} {
		b.Run(op.name, func(b *testing.B) {
			for b.Loop() {
				op.run()
			}
			reportShare(b, isa, workers.Threads(), in*out*batch)
		})
	}
}
