package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// winogradCase is a group of a convolution that Winograd's algorithm supports.
type winogradCase struct {
	g              ConvGeometry
	relu           bool
	x, w, bias, dy []float32
}

func newWinogradCase(t *testing.T, r *rand.Rand) winogradCase {
	g, err := NewConvGeometry(ConvGeometry{
		C: 16 * (2 + r.IntN(4)), H: 4 + r.IntN(9), W: 4 + r.IntN(9), OC: 32 + r.IntN(20), KH: 3, KW: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1,
	})
	require.NoError(t, err)
	require.True(t, g.winograd())
	c := winogradCase{g: g, relu: r.IntN(2) == 0}
	c.x, _ = guarded(r, g.C*g.H*g.W*Lanes, 1)
	c.w, _ = guarded(r, g.OC*g.weights(), 1)
	c.dy, _ = guarded(r, g.OC*g.H*g.W*Lanes, 1)
	if r.IntN(4) > 0 {
		c.bias, _ = guarded(r, g.OC, 1)
	}
	return c
}

// winogradResult is y, dx, dw and db.
type winogradResult [4][]float32

// run computes the case between guard words.
func (c winogradCase) run(t *testing.T, r *rand.Rand, conv *Convolution[float32]) (res winogradResult) {
	for i, n := range []int{len(c.dy), len(c.x), len(c.w), c.g.OC} {
		var check func(*testing.T)
		res[i], check = guarded(r, n, 1)
		defer check(t)
	}
	conv.Forward(0, res[0], nil, c.x, c.w, c.bias)
	conv.Backward(0, res[1], res[2], res[3], c.dy, res[0], nil, c.x, c.w)
	return res
}

// exact computes the case in float64 by the definition. The ReLU passes the same
// elements as in y.
func (c winogradCase) exact(y []float32) (res [4][]float64) {
	k, g := Set[float64]{}, &c.g
	for i, n := range []int{len(c.dy), len(c.x), len(c.w), g.OC} {
		res[i] = make([]float64, n)
	}
	x, w, d := wide(c.x), wide(c.w), wide(c.dy)
	k.ConvForward(g, res[0], x, w, wide(c.bias), c.relu)
	for i, v := range y {
		if c.relu && v <= 0 {
			d[i] = 0
		}
	}
	k.ConvInputGrad(g, res[1], d, w)
	k.ConvWeightGrad(g, res[2], d, x)
	for i, v := range d {
		res[3][i/(g.H*g.W*Lanes)] += v
	}
	return res
}

func wide(x []float32) (y []float64) {
	for _, v := range x {
		y = append(y, float64(v))
	}
	return y
}

// rootMeanSquare returns the root mean squares of the differences from want and of want.
func rootMeanSquare(want []float64, got []float32) (difference, size float64) {
	for i, w := range want {
		difference += (float64(got[i]) - w) * (float64(got[i]) - w)
		size += w * w
	}
	return math.Sqrt(difference / float64(len(want))), math.Sqrt(size / float64(len(want)))
}

// Winograd's convolution agrees with the definition, with the same bits on each
// instruction set, whatever the worker's memory was used for before.
func TestWinograd(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 14))
	isas := vectorISAs(t)
	for range 40 {
		c := newWinogradCase(t, r)
		what := fmt.Sprintf("%+v relu %v", c.g, c.relu)
		var first winogradResult
		for i, isa := range isas {
			conv := Set[float32]{ISA: isa}.NewConvolution(c.g, nil, c.relu, 1, true)
			conv.UseWinograd()
			used := c
			used.w, used.x = make([]float32, len(c.w)), make([]float32, len(c.x))
			for j := range used.x {
				used.x[j] = float32(math.NaN())
			}
			used.run(t, r, conv)
			res := c.run(t, r, conv)
			exact := c.exact(res[0])
			for j, name := range []string{"y", "dx", "dw", "db"} {
				error, size := rootMeanSquare(exact[j], res[j])
				assert.Less(t, error, 1e-6*size, "%v %s: %s", isa, what, name)
			}
			if i == 0 {
				first = res
			}
			require.Equal(t, first, res, "%v and %v: %s", isas[0], isa, what)
		}
	}
}

// Geometries that Winograd's algorithm does not support, or is slower for, are left to
// the definition.
func TestWinogradGeometry(t *testing.T) {
	good := ConvGeometry{C: 32, H: 4, W: 4, OC: 32, KH: 3, KW: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1}
	for _, change := range []func(*ConvGeometry){
		func(g *ConvGeometry) { g.C = 16 },
		func(g *ConvGeometry) { g.C = 40 },
		func(g *ConvGeometry) { g.OC = 31 },
		func(g *ConvGeometry) { g.H = 3 },
		func(g *ConvGeometry) { g.W = 3 },
		func(g *ConvGeometry) { g.KH = 2 },
		func(g *ConvGeometry) { g.KW = 2 },
		func(g *ConvGeometry) { g.StrideH = 2 },
		func(g *ConvGeometry) { g.StrideW = 2 },
		func(g *ConvGeometry) { g.DilationH = 2 },
		func(g *ConvGeometry) { g.DilationW = 2 },
		func(g *ConvGeometry) { g.PadH = 2 },
		func(g *ConvGeometry) { g.PadW = 2 },
		func(g *ConvGeometry) { g.PadEndH = 1 },
		func(g *ConvGeometry) { g.PadEndW = 1 },
		func(g *ConvGeometry) { g.Groups = 2 },
	} {
		bad := good
		change(&bad)
		g, err := NewConvGeometry(bad)
		require.NoError(t, err)
		assert.False(t, g.winograd(), "%+v", g)
	}
}
