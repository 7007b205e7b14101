package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConv(t *testing.T) { both(t, convProperty[float32], convProperty[float64]) }

func convProperty[T Float](t *rapid.T) {
	g := drawConv(t)
	s := newSampler(t)
	var k Set[T]
	nx, ny, nw := g.C*g.H*g.W, g.OC*g.OH*g.OW, g.OC*g.weights()
	x, w, bias, dy := values[T](s, nx*Lanes), values[T](s, nw), values[T](s, g.OC), values[T](s, ny*Lanes)
	y, dx, dw, db := newBuffer(ny*Lanes, T(777)), newBuffer(nx*Lanes, T(777)), newBuffer(nw, T(777)), newBuffer(g.OC, T(777))
	relu := rapid.Bool().Draw(t, "relu")
	b := bias.data
	if rapid.Bool().Draw(t, "no bias") {
		b = nil
	}

	k.ConvForward(&g, y.data, x.data, w.data, b, relu)
	k.ConvInputGrad(&g, dx.data, dy.data, w.data)
	k.ConvWeightGrad(&g, dw.data, dy.data, x.data)
	k.ConvBiasGrad(&g, db.data, dy.data)

	taps := g.C * g.KH * g.KW
	weights := float64s(w.data)
	wantDW, wantDB := make([]float64, nw), make([]float64, g.OC)
	for l := range Lanes {
		xl, dyl := image{lane(x.data, l), g.C, g.H, g.W}, image{lane(dy.data, l), g.OC, g.OH, g.OW}
		wantY := image{make([]float64, ny), g.OC, g.OH, g.OW}
		wantDX := image{make([]float64, nx), g.C, g.H, g.W}
		for i := range wantY.data {
			if b != nil {
				wantY.data[i] = float64(b[i/(g.OH*g.OW)])
			}
			wantDB[i/(g.OH*g.OW)] += dyl.data[i]
		}
		refConv(g, func(oc, oy, ox, c, iy, ix, weight int) {
			wantY.add(oc, oy, ox, weights[weight]*xl.at(c, iy, ix))
			wantDX.add(c, iy, ix, weights[weight]*dyl.at(oc, oy, ox))
			wantDW[weight] += xl.at(c, iy, ix) * dyl.at(oc, oy, ox)
		})
		if relu {
			for i, v := range wantY.data {
				wantY.data[i] = max(0, v)
			}
		}
		near[T](t, wantY.data, lane(y.data, l), taps, label("y", l))
		near[T](t, wantDX.data, lane(dx.data, l), g.OC*g.KH*g.KW, label("dx", l))
	}
	near[T](t, wantDW, float64s(dw.data), g.OH*g.OW*Lanes, "dw")
	near[T](t, wantDB, float64s(db.data), g.OH*g.OW*Lanes, "db")
	for _, c := range []struct {
		name string
		*buffer[T]
	}{{"x", x}, {"w", w}, {"bias", bias}, {"dy", dy}, {"y", y}, {"dx", dx}, {"dw", dw}, {"db", db}} {
		c.check(t, c.name)
	}
}

// Convolution is linear in x and in w, and each gradient is the adjoint:
// ⟨dy, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩. Sums of small whole numbers are exact, so the
// three are exactly equal.
func TestConvAdjoint(t *testing.T) { both(t, convAdjoint[float32], convAdjoint[float64]) }

func convAdjoint[T Float](t *rapid.T) {
	g := drawConv(t)
	s := newSampler(t)
	var k Set[T]
	nx, ny, nw := g.C*g.H*g.W*Lanes, g.OC*g.OH*g.OW*Lanes, g.OC*g.weights()
	x, w, dy := small[T](s, nx).data, small[T](s, nw).data, small[T](s, ny).data
	y, dx, dw := make([]T, ny), make([]T, nx), make([]T, nw)
	k.ConvForward(&g, y, x, w, nil, false)
	k.ConvInputGrad(&g, dx, dy, w)
	k.ConvWeightGrad(&g, dw, dy, x)
	want := inner(float64s(dy), float64s(y))
	require.Equal(t, want, inner(float64s(dx), float64s(x)), "dx")
	require.Equal(t, want, inner(float64s(dw), float64s(w)), "dw")
}

// An output lane depends only on the same input lane: a NaN does not spread.
func TestConvLanesAreSeparate(t *testing.T) {
	g, err := NewConvGeometry(ConvGeometry{C: 2, H: 5, W: 5, OC: 3, KH: 3, KW: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1})
	require.NoError(t, err)
	s := &sampler{1}
	var k Set[float32]
	x, w := values[float32](s, 50*Lanes).data, values[float32](s, 54).data
	for i := 7; i < len(x); i += Lanes {
		x[i] = float32(math.NaN())
	}
	y := make([]float32, 75*Lanes)
	k.ConvForward(&g, y, x, w, nil, true)
	for i, v := range y {
		assert.Equal(t, i%Lanes == 7, v != v, "element %d is %v", i, v)
	}
}

// Padding is not multiplied: no infinite weight meets a zero there.
func TestConvPaddingIsNotMultiplied(t *testing.T) {
	g, err := NewConvGeometry(ConvGeometry{C: 1, H: 1, W: 1, OC: 1, KH: 3, KW: 3, StrideH: 1, StrideW: 1, PadH: 1, PadW: 1})
	require.NoError(t, err)
	inf := float32(math.Inf(1))
	w := []float32{inf, inf, inf, inf, 2, inf, inf, inf, inf}
	x, y := make([]float32, Lanes), make([]float32, Lanes)
	x[3] = 5
	Set[float32]{}.ConvForward(&g, y, x, w, nil, false)
	assert.Equal(t, float32(10), y[3])
	assert.Zero(t, y[4])
}

func TestNewConvErrors(t *testing.T) {
	good := ConvGeometry{C: 1, H: 28, W: 28, OC: 6, KH: 5, KW: 5, StrideH: 1, StrideW: 1, PadH: 2, PadW: 2}
	g, err := NewConvGeometry(good)
	require.NoError(t, err)
	assert.Equal(t, []int{28, 28}, []int{g.OH, g.OW})
	for want, change := range map[string]func(*ConvGeometry){
		"kernel: Conv: OC = 0: want 1 or more":                                                                      func(g *ConvGeometry) { g.OC = 0 },
		"kernel: Conv: C = -1: want 1 or more":                                                                      func(g *ConvGeometry) { g.C = -1 },
		"kernel: Conv: H = 0: want 1 or more":                                                                       func(g *ConvGeometry) { g.H = 0 },
		"kernel: Conv: W = 0: want 1 or more":                                                                       func(g *ConvGeometry) { g.W = 0 },
		"kernel: Conv: KH = 0: want 1 or more":                                                                      func(g *ConvGeometry) { g.KH = 0 },
		"kernel: Conv: KW = -2: want 1 or more":                                                                     func(g *ConvGeometry) { g.KW = -2 },
		"kernel: Conv: StrideH = 0: want 1 or more":                                                                 func(g *ConvGeometry) { g.StrideH = 0 },
		"kernel: Conv: StrideW = -1: want 1 or more":                                                                func(g *ConvGeometry) { g.StrideW = -1 },
		"kernel: Conv: PadH = -1: want 0 or more":                                                                   func(g *ConvGeometry) { g.PadH = -1 },
		"kernel: Conv: PadW = 9223372036854775807: want at most 536870911":                                          func(g *ConvGeometry) { g.PadW = math.MaxInt },
		"kernel: Conv: PadEndH = -1: want 0 or more":                                                                func(g *ConvGeometry) { g.PadEndH = -1 },
		"kernel: Conv: PadEndW = 9223372036854775807: want at most 536870911":                                       func(g *ConvGeometry) { g.PadEndW = math.MaxInt },
		"kernel: Conv: kernel 36×5: larger than the padded image of 35×32":                                          func(g *ConvGeometry) { g.KH, g.PadEndH = 36, 3 },
		"kernel: Conv: kernel 5×5, dilated to 5×37: larger than the padded image of 32×32":                          func(g *ConvGeometry) { g.DilationW = 9 },
		"kernel: Conv: kernel 5×5, dilated to 2147483645×5: larger than the padded image of 32×32":                  func(g *ConvGeometry) { g.DilationH = MaxSize },
		"kernel: Conv: DilationH = -1: want 1 or more":                                                              func(g *ConvGeometry) { g.DilationH = -1 },
		"kernel: Conv: DilationW = 9223372036854775807: want at most 536870911":                                     func(g *ConvGeometry) { g.DilationW = math.MaxInt },
		"kernel: Conv: Groups = -2: want 1 or more":                                                                 func(g *ConvGeometry) { g.Groups = -2 },
		"kernel: Conv: Groups = 2: want a divisor of the channels, 1 and 6":                                         func(g *ConvGeometry) { g.Groups = 2 },
		"kernel: Conv: Groups = 4: want a divisor of the channels, 4 and 6":                                         func(g *ConvGeometry) { g.C, g.Groups = 4, 4 },
		"kernel: Conv: H = 9223372036854775807: want at most 536870911":                                             func(g *ConvGeometry) { g.H = math.MaxInt },
		"kernel: Conv: kernel 33×5: larger than the padded image of 32×32":                                          func(g *ConvGeometry) { g.KH = 33 },
		"kernel: Conv: kernel 5×33: larger than the padded image of 32×32":                                          func(g *ConvGeometry) { g.KW = 33 },
		"kernel: Conv: image 500000000×500000000×28: too large to index":                                            func(g *ConvGeometry) { g.C, g.H = 500000000, 500000000 },
		"kernel: Conv: OC = 500000000: output 500000000×500000000×28 or weights 500000000×1×5×5 too large to index": func(g *ConvGeometry) { g.OC, g.H = 500000000, 500000000 },
	} {
		bad := good
		change(&bad)
		_, err := NewConvGeometry(bad)
		assert.EqualError(t, err, want)
	}
	g.OH = 3
	assert.EqualError(t, g.Validate(), "kernel: Conv: output 3×28: want 28×28")
}
