package kernel

import (
	"cmp"
	"fmt"
	"math"

	"descent/internal/memory"
)

// ConvGeometry is the geometry of a 2-D convolution. OC kernels of KH×KW move by a
// stride over an image of C channels of H×W pixels, with Pad zeros on each side and
// PadEnd more below and to the right, and produce OC channels of OH×OW. The pixels
// under a kernel are Dilation apart. The channels are divided into Groups groups of
// equal size, and each group of outputs sees only its group of inputs. Make one with
// [NewConvGeometry].
type ConvGeometry struct {
	C, H, W              int
	OC, KH, KW           int
	StrideH, StrideW     int
	PadH, PadW           int
	PadEndH, PadEndW     int
	DilationH, DilationW int // 1 for adjacent pixels; NewConvGeometry replaces 0 with 1
	Groups               int // NewConvGeometry replaces 0 with 1
	OH, OW               int // (size + 2·pad + end − dilation·(kernel − 1) − 1)/stride + 1, rounded down
}

// NewConvGeometry returns g with OH and OW computed, ignoring their values in g. It
// returns an error for sizes, strides and dilations below 1, negative padding, a
// kernel larger than the padded image, groups that do not divide the channels, and
// tensors too large to index.
func NewConvGeometry(g ConvGeometry) (ConvGeometry, error) {
	g = g.withDefaults()
	g.OH, g.OW = g.outputs()
	return g, g.Validate()
}

func (g ConvGeometry) withDefaults() ConvGeometry {
	g.DilationH, g.DilationW, g.Groups = cmp.Or(g.DilationH, 1), cmp.Or(g.DilationW, 1), cmp.Or(g.Groups, 1)
	return g
}

// Validate returns nil, or an error that says what is wrong with g.
func (g ConvGeometry) Validate() error {
	const what = "Conv"
	if g.OC < 1 {
		return fmt.Errorf("kernel: %s: OC = %d: want 1 or more", what, g.OC)
	}
	if err := g.check(what); err != nil {
		return err
	}
	if g.C%g.Groups != 0 || g.OC%g.Groups != 0 {
		return fmt.Errorf("kernel: %s: Groups = %d: want a divisor of the channels, %d and %d", what, g.Groups, g.C, g.OC)
	}
	if !fits(g.OC, g.OH, g.OW, Lanes) || !fits(g.OC, g.C, g.KH, g.KW) {
		return fmt.Errorf("kernel: %s: OC = %d: output %d×%d×%d or weights %d×%d×%d×%d too large to index",
			what, g.OC, g.OC, g.OH, g.OW, g.OC, g.C, g.KH, g.KW)
	}
	return nil
}

// PoolGeometry is the geometry of 2-D pooling, channel by channel: windows of KH×KW
// over C channels of H×W pixels produce C channels of OH×OW. Padding is at most
// half the window, so that every window holds a pixel. Make one with
// [NewPoolGeometry].
type PoolGeometry struct {
	C, H, W          int
	KH, KW           int
	StrideH, StrideW int
	PadH, PadW       int
	OH, OW           int // (size + 2·pad − window)/stride + 1, rounded down
}

// NewPoolGeometry returns g with OH and OW computed, ignoring their values in g. It
// returns the errors of [NewConvGeometry], and one for padding over half the window.
func NewPoolGeometry(g PoolGeometry) (PoolGeometry, error) {
	g.OH, g.OW = g.windows().outputs()
	return g, g.Validate()
}

// windows returns a convolution with the same windows and one output channel.
func (g PoolGeometry) windows() ConvGeometry {
	return ConvGeometry{
		C: g.C, H: g.H, W: g.W, OC: 1, KH: g.KH, KW: g.KW,
		StrideH: g.StrideH, StrideW: g.StrideW, PadH: g.PadH, PadW: g.PadW,
		DilationH: 1, DilationW: 1, Groups: 1, OH: g.OH, OW: g.OW,
	}
}

// Validate returns nil, or an error that says what is wrong with g.
func (g PoolGeometry) Validate() error {
	const what = "Pool"
	if err := g.windows().check(what); err != nil {
		return err
	}
	if g.PadH > g.KH/2 || g.PadW > g.KW/2 {
		return fmt.Errorf("kernel: %s: padding %d×%d: want at most half the window of %d×%d", what, g.PadH, g.PadW, g.KH, g.KW)
	}
	if !fits(g.C, g.OH, g.OW, g.KH, g.KW) || !fits(g.C, g.OH, g.OW, Lanes) {
		return fmt.Errorf("kernel: %s: %d windows of %d×%d in %d channels: too large to index", what, g.OH*g.OW, g.KH, g.KW, g.C)
	}
	return nil
}

// pointwise reports whether the kernel is one pixel and the image has no padding.
func (g *ConvGeometry) pointwise() bool {
	return g.KH*g.KW == 1 && g.PadH+g.PadW+g.PadEndH+g.PadEndW == 0
}

// weights returns the number of weights of an output channel.
func (g *ConvGeometry) weights() int { return g.C / g.Groups * g.KH * g.KW }

// padded returns the size of the image with its padding.
func (g ConvGeometry) padded() (h, w int) {
	return g.H + 2*g.PadH + g.PadEndH, g.W + 2*g.PadW + g.PadEndW
}

// outputs returns the number of windows along each axis, or 0 if a size is
// invalid. The check that follows reports that size.
func (g ConvGeometry) outputs() (oh, ow int) {
	h, w := g.reach()
	return outputs(g.H, h, g.StrideH, g.PadH, g.PadEndH), outputs(g.W, w, g.StrideW, g.PadW, g.PadEndW)
}

// reach returns the size of the image under a kernel.
func (g ConvGeometry) reach() (h, w int) {
	return dilated(g.KH, g.DilationH), dilated(g.KW, g.DilationW)
}

// dilated returns dilation·(k − 1) + 1, or a size larger than any image if that is too
// large.
func dilated(k, dilation int) int {
	if k > 1 && dilation > math.MaxInt32*2/(k-1) {
		return math.MaxInt32 * 2
	}
	return dilation*(k-1) + 1
}

func outputs(n, k, stride, pad, end int) int {
	if stride < 1 || k < 1 || min(pad, end) < 0 || max(n, pad, end) > MaxSize || n+2*pad+end < k {
		return 0
	}
	return (n+2*pad+end-k)/stride + 1
}

// MaxSize bounds each size, so that sums of a few of them cannot overflow.
const MaxSize = math.MaxInt32 / 4

// check checks everything except OC.
func (g ConvGeometry) check(what string) error {
	if err := g.checkSizes(what); err != nil {
		return err
	}
	h, w := g.padded()
	if kh, kw := g.reach(); kh > h || kw > w {
		dilation := ""
		if kh != g.KH || kw != g.KW {
			dilation = fmt.Sprintf(", dilated to %d×%d", kh, kw)
		}
		return fmt.Errorf("kernel: %s: kernel %d×%d%s: larger than the padded image of %d×%d", what, g.KH, g.KW, dilation, h, w)
	}
	if h, w := g.outputs(); g.OH != h || g.OW != w {
		return fmt.Errorf("kernel: %s: output %d×%d: want %d×%d", what, g.OH, g.OW, h, w)
	}
	if !fits(g.C, g.H, g.W, Lanes) {
		return fmt.Errorf("kernel: %s: image %d×%d×%d: too large to index", what, g.C, g.H, g.W)
	}
	return nil
}

func (g ConvGeometry) checkSizes(what string) error {
	for _, s := range []struct {
		name       string
		value, min int
	}{
		{"C", g.C, 1},
		{"H", g.H, 1},
		{"W", g.W, 1},
		{"KH", g.KH, 1},
		{"KW", g.KW, 1},
		{"StrideH", g.StrideH, 1},
		{"StrideW", g.StrideW, 1},
		{"PadH", g.PadH, 0},
		{"PadW", g.PadW, 0},
		{"PadEndH", g.PadEndH, 0},
		{"PadEndW", g.PadEndW, 0},
		{"DilationH", g.DilationH, 1},
		{"DilationW", g.DilationW, 1},
		{"Groups", g.Groups, 1},
	} {
		if s.value < s.min {
			return fmt.Errorf("kernel: %s: %s = %d: want %d or more", what, s.name, s.value, s.min)
		}
		if s.value > MaxSize {
			return fmt.Errorf("kernel: %s: %s = %d: want at most %d", what, s.name, s.value, MaxSize)
		}
	}
	return nil
}

// fits reports whether the product of sizes fits in an int.
func fits(sizes ...int) bool {
	_, ok := memory.Product(sizes...)
	return ok
}
