package kernel

import (
	"testing"
	"time"

	"descent/internal/parallel"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// rowOf returns a row of an activation in lanes.
func rowOf(lanes []float32, row int) (x []float32) {
	for i := row % Lanes; i < len(lanes); i += Lanes {
		x = append(x, lanes[i])
	}
	return x
}

// toBlocks is the inverse of BlocksToRows. Beyond the last channel it writes numbers
// that must have no effect.
func toBlocks(row []float32, channels, area int) []float32 {
	blocks := make([]float32, Blocks(channels)*area*Lanes)
	for i := range blocks {
		blocks[i] = 1e30
	}
	for c := range channels {
		for p := range area {
			blocks[(c/Lanes*area+p)*Lanes+c%Lanes] = row[c*area+p]
		}
	}
	return blocks
}

// testFew compares the rows that few computes on some threads with want, in lanes.
func testFew(t *rapid.T, few Few, s *sampler, rows, channels, area, out, outArea int, plain bool, w, bias, x, want []float32) {
	var in []float32
	for r := range rows {
		if row := rowOf(x, r); plain {
			in = append(in, row...)
		} else {
			in = append(in, toBlocks(row, channels, area)...)
		}
	}
	size := Blocks(out) * outArea * Lanes
	workers := parallel.New(1 + s.intn(3))
	defer workers.Close()
	for range 2 { // the second time the memory has been used
		y := newBuffer[float32](rows*size, 5)
		few.Forward(workers.Run, rows, y.data, in, w, bias)
		y.check(t, "y")
		for r := range rows {
			got := make([]float32, out*outArea)
			BlocksToRows(got, y.data[r*size:], out, outArea)
			require.Equal(t, rowOf(want, r), got, "row %d", r)
		}
	}
}

// A row of a convolution has the same bits computed alone, with others, and in lanes.
func TestFewConv(t *testing.T) {
	vectorISAs(t)
	rapid.Check(t, func(t *rapid.T) {
		g, s := drawConv(t), newSampler(t)
		g.OC, g.Groups = g.OC+s.intn(90), 1
		if s.intn(2) == 0 {
			g.C += 16 * s.intn(3)
		}
		isa := isas()[1+s.intn(len(isas())-1)]
		rows, plain, relu := 1+s.intn(9), s.intn(2) == 0, s.intn(2) == 0
		x, w, bias := values[float32](s, g.C*g.H*g.W*Lanes).data, values[float32](s, g.OC*g.C*g.KH*g.KW).data, values[float32](s, g.OC).data
		if s.intn(4) == 0 {
			bias = nil
		}
		want := make([]float32, g.OC*g.OH*g.OW*Lanes)
		Set[float32]{ISA: isa}.NewConvolution(g, nil, relu, 1, false).Forward(0, want, nil, x, w, bias)
		few := NewFewConv(isa, g, plain, relu, rows, 3)
		testFew(t, few, s, rows, g.C, g.H*g.W, g.OC, g.OH*g.OW, plain, w, bias, x, want)
	})
}

func TestFewDense(t *testing.T) {
	vectorISAs(t)
	rapid.Check(t, func(t *rapid.T) {
		s := newSampler(t)
		isa := isas()[1+s.intn(len(isas())-1)]
		area, out, rows, plain, relu := 1+s.intn(9), 1+s.intn(150), 1+s.intn(16), s.intn(2) == 0, s.intn(2) == 0
		if s.intn(4) == 0 {
			area += s.intn(300)
		}
		channels := 1 + s.intn(1+300/area)
		in := channels * area
		x, w, bias := values[float32](s, in*Lanes).data, values[float32](s, out*in).data, values[float32](s, out).data
		if s.intn(4) == 0 {
			bias = nil
		}
		want := make([]float32, out*Lanes)
		Set[float32]{ISA: isa}.NewDense(in, out, 1, relu, 1).Forward(serially, want, x, w, bias)
		few := NewFewDense(isa, channels, area, out, plain, relu, rows, 3)
		testFew(t, few, s, rows, channels, area, out, 1, plain, w, bias, x, want)
	})
}

// BenchmarkFew measures the layers of LeNet and fmnist_2c2d for a few rows.
func BenchmarkFew(b *testing.B) {
	for _, rows := range []int{1, 4, 8, 16} {
		for _, shape := range convShapes {
			benchmarkFew(b, shape.name, rows, func(isa ISA, workers int) (Few, [4]int) {
				g, _ := shape.geometry(b)
				blocks := Blocks(g.C) * Lanes
				return NewFewConv(isa, g, g.C == 1, true, rows, workers),
					[4]int{blocks * g.H * g.W, g.OC * g.C * g.KH * g.KW, g.OC, Blocks(g.OC) * Lanes * g.OH * g.OW}
			}, func() int { g, _ := shape.geometry(b); return g.OH * g.OW }())
		}
		for name, d := range map[string][3]int{"400→120": {16, 25, 120}, "3136→1024": {64, 49, 1024}} {
			benchmarkFew(b, name, rows, func(isa ISA, workers int) (Few, [4]int) {
				return NewFewDense(isa, d[0], d[1], d[2], false, true, rows, workers), [4]int{d[0] * d[1], d[0] * d[1] * d[2], d[2], Blocks(d[2]) * Lanes}
			}, 1)
		}
	}
}

func benchmarkFew(b *testing.B, name string, rows int, design func(isa ISA, workers int) (few Few, sizes [4]int), pixels int) {
	eachSpeed(b, name+"/rows="+string(rune('0'+rows/10))+string(rune('0'+rows%10)), func(b *testing.B, isa ISA, workers *parallel.Workers) {
		few, n := design(isa, workers.Threads())
		if few == nil {
			b.Skip("no vector kernels")
		}
		x, w, bias, y := random32(rows*n[0]), random32(n[1]), random32(n[2]), Alloc[float32](rows*n[3])
		least := time.Hour // other programs may run at the same time
		for b.Loop() {
			start := time.Now()
			few.Forward(workers.Run, rows, y, x, w, bias)
			least = min(least, time.Since(start))
		}
		b.ReportMetric(least.Seconds()*1e6, "min-µs/op")
		reportShare(b, isa, workers.Threads(), rows*n[1]*pixels)
	})
}
