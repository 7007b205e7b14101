package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// reference computes attention by its definition in float64, for one lane of one head.
func (c AttentionConfig) reference(q, k, v func(i, d int) float64, mask func(j int) float64, kept func(i, j int) float64) [][]float64 {
	y := make([][]float64, c.Places)
	for i := range y {
		y[i] = make([]float64, c.Width)
		n := c.Places
		if c.Causal {
			n = i + 1
		}
		p, top, sum := make([]float64, n), math.Inf(-1), 0.
		for j := range p {
			for d := range c.Width {
				p[j] += c.Scale * q(i, d) * k(j, d)
			}
			p[j] += mask(j)
			top = max(top, p[j])
		}
		for j := range p {
			p[j] = math.Exp(p[j] - top)
			sum += p[j]
		}
		for j := range p {
			for d := range y[i] {
				y[i][d] += p[j] / sum * kept(i, j) * v(j, d)
			}
		}
	}
	return y
}

func TestAttention(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	for range 60 {
		c := AttentionConfig{Places: 1 + r.IntN(60), Heads: 1 + r.IntN(3), Width: 1 + r.IntN(20), Causal: r.IntN(2) == 0, Masked: r.IntN(2) == 0}
		c.Scale = 1 / math.Sqrt(float64(c.Width))
		if r.IntN(2) == 0 {
			c.Rate = .3
		}
		if r.IntN(2) == 0 && c.Width%2 == 0 {
			for range c.Places * c.Width / 2 {
				sin, cos := math.Sincos(6 * r.Float64())
				c.Rotary = append(c.Rotary, cos, sin)
			}
		}
		what := fmt.Sprintf("%d places, %d heads of %d, causal %v, masked %v, rate %v, rotary %v", c.Places, c.Heads, c.Width, c.Causal, c.Masked, c.Rate, c.Rotary != nil)
		size := c.Places * c.Heads * c.Width * Lanes
		qkv, _ := guarded(r, 3*size, 1)
		dy, _ := guarded(r, size, 1)
		mask := make([]float32, c.Places*Lanes)
		for i := range mask {
			if c.Masked && r.IntN(4) == 0 {
				mask[i] = -1e30
			}
		}
		run := func(isa ISA) [2][]float32 {
			a := Set[float32]{isa}.NewAttention(c, 2, true)
			y, c0 := guarded(r, size, 1)
			dqkv, c1 := guarded(r, 3*size, 1)
			for head := range c.Heads {
				a.Forward(head, head%2, y, qkv, mask, 16, 5)
				a.Backward(head, 1-head%2, dqkv, dy, qkv, mask, 16, 5)
			}
			c0(t)
			c1(t)
			return [2][]float32{y, dqkv}
		}
		want := run(Go)
		var first [2][]float32
		for _, isa := range vectorISAs(t) {
			got := run(isa)
			close32(t, want[0], got[0], 1e-4, what)
			close32(t, want[1], got[1], 1e-4, what)
			if first[0] == nil {
				first = got
			}
			require.Equal(t, first, got, what)
		}
		a := Set[float32]{}.NewAttention(c, 1, false)
		head, l := r.IntN(c.Heads), r.IntN(Lanes)
		of := func(part int) func(i, d int) float64 {
			return func(i, d int) float64 {
				at := func(d int) float64 { return float64(qkv[(((i*3+part)*c.Heads+head)*c.Width+d)*Lanes+l]) }
				if c.Rotary == nil || part == 2 {
					return at(d)
				}
				cos, sin := c.Rotary[(i*(c.Width/2)+d/2)*2], c.Rotary[(i*(c.Width/2)+d/2)*2+1]
				if d%2 == 0 {
					return at(d)*cos - at(d+1)*sin
				}
				return at(d-1)*sin + at(d)*cos
			}
		}
		kept := func(i, j int) float64 {
			if c.Rate == 0 {
				return 1
			}
			ones := make([]float32, c.Places*Lanes)
			fill(ones, 1)
			Set[float32]{}.Dropout(ones, ones, c.Places, 16, a.rowKey(5, head, i), c.Rate)
			return float64(ones[j*Lanes+l])
		}
		for i, row := range c.reference(of(0), of(1), of(2), func(j int) float64 { return float64(mask[j*Lanes+l]) }, kept) {
			for d, v := range row {
				require.InDelta(t, v, want[0][((i*c.Heads+head)*c.Width+d)*Lanes+l], 1e-4, what)
			}
		}
	}
}

// The gradient agrees with differences of the output, in float64.
func TestAttentionGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 14))
	for _, c := range []AttentionConfig{
		{Places: 5, Heads: 2, Width: 3, Scale: .6},
		{Places: 31, Heads: 1, Width: 2, Scale: .6, Causal: true, Rotary: make([]float64, 62)},
		{Places: 27, Heads: 1, Width: 5, Scale: .4, Causal: true, Masked: true, Rate: .2},
	} {
		for i := 0; i < len(c.Rotary); i += 2 {
			c.Rotary[i+1], c.Rotary[i] = math.Sincos(float64(i))
		}
		size := c.Places * c.Heads * c.Width * Lanes
		draw := func(n int) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			return x
		}
		qkv, dy, direction, mask := draw(3*size), draw(size), draw(3*size), make([]float64, c.Places*Lanes)
		mask[2*Lanes+1] = -1e30
		a := Set[float64]{}.NewAttention(c, 1, true)
		loss := func(h float64) (sum float64) {
			x, y := append([]float64{}, qkv...), make([]float64, size)
			for i := range x {
				x[i] += h * direction[i]
			}
			for head := range c.Heads {
				a.Forward(head, 0, y, x, mask, 0, 1)
			}
			for i := range y {
				sum += y[i] * dy[i]
			}
			return sum
		}
		dqkv, slope := make([]float64, 3*size), 0.
		for head := range c.Heads {
			a.Backward(head, 0, dqkv, dy, qkv, mask, 0, 1)
		}
		for i, d := range dqkv {
			slope += d * direction[i]
		}
		const h = 1e-5
		require.InEpsilon(t, (loss(h)-loss(-h))/(2*h), slope, 1e-6)
	}
}

// BenchmarkAttention measures the attention in a step of a small transformer for sixteen
// rows: 128 places, and one head of width 32.
func BenchmarkAttention(b *testing.B) {
	c := AttentionConfig{Places: 128, Heads: 1, Width: 32, Causal: true, Scale: .2}
	size := c.Places * c.Width * Lanes
	for _, isa := range isas() {
		a := Set[float32]{isa}.NewAttention(c, 1, true)
		qkv, y, dqkv := random32(3*size), Alloc[float32](size), Alloc[float32](3*size)
		products := c.Places * (c.Places + 1) / 2 * c.Width * Lanes
		b.Run("forward/"+isa.String(), func(b *testing.B) {
			for b.Loop() {
				a.Forward(0, 0, y, qkv, nil, 0, 0)
			}
			reportShare(b, isa, 1, 2*products)
		})
		b.Run("backward/"+isa.String(), func(b *testing.B) {
			for b.Loop() {
				a.Backward(0, 0, dqkv, y, qkv, nil, 0, 0)
			}
			reportShare(b, isa, 1, 5*products)
		})
	}
}
