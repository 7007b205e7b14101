package kernel

import (
	"fmt"
	"math"

	"descent/internal/memory"
)

// ConvGeometry is the geometry of a 2-D convolution: C input channels of H×W pixels,
// OC kernels of KH×KW, moved by a stride over the image with Pad zeros on each
// side, produce OC channels of OH×OW. Make one with [NewConvGeometry].
type ConvGeometry struct {
	C, H, W          int
	OC, KH, KW       int
	StrideH, StrideW int
	PadH, PadW       int
	OH, OW           int // (size + 2·pad − kernel)/stride + 1, rounded down
}

// NewConvGeometry returns g with OH and OW computed, whatever g has there. It
// returns an error for sizes and strides below 1, negative padding, a kernel
// larger than the padded image, and tensors too large to index.
func NewConvGeometry(g ConvGeometry) (ConvGeometry, error) {
	g.OH = outputs(g.H, g.KH, g.StrideH, g.PadH)
	g.OW = outputs(g.W, g.KW, g.StrideW, g.PadW)
	return g, g.Validate()
}

// Validate returns an error that names what is wrong, or nil.
func (g ConvGeometry) Validate() error {
	const what = "Conv"
	if g.OC < 1 {
		return fmt.Errorf("kernel: %s: OC = %d: want 1 or more", what, g.OC)
	}
	if err := checkWindow(what, g.C, g.H, g.W, g.KH, g.KW, g.StrideH, g.StrideW, g.PadH, g.PadW, g.OH, g.OW); err != nil {
		return err
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

// NewPoolGeometry returns g with OH and OW computed, whatever g has there.
// Its errors are those of [NewConvGeometry] and padding over half the window.
func NewPoolGeometry(g PoolGeometry) (PoolGeometry, error) {
	g.OH = outputs(g.H, g.KH, g.StrideH, g.PadH)
	g.OW = outputs(g.W, g.KW, g.StrideW, g.PadW)
	return g, g.Validate()
}

// Validate returns an error that names what is wrong, or nil.
func (g PoolGeometry) Validate() error {
	const what = "Pool"
	if err := checkWindow(what, g.C, g.H, g.W, g.KH, g.KW, g.StrideH, g.StrideW, g.PadH, g.PadW, g.OH, g.OW); err != nil {
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

// outputs is the number of windows along one axis, or 0 if a size is invalid:
// the check that follows names it.
func outputs(n, k, stride, pad int) int {
	if stride < 1 || pad < 0 || k < 1 || pad > MaxSize || n > MaxSize || n+2*pad < k {
		return 0
	}
	return (n+2*pad-k)/stride + 1
}

// MaxSize bounds each size, so that sums of a few of them cannot overflow.
const MaxSize = math.MaxInt32 / 4

func checkWindow(what string, c, h, w, kh, kw, sh, sw, ph, pw, oh, ow int) error {
	for _, s := range []struct {
		name       string
		value, min int
	}{
		{"C", c, 1},
		{"H", h, 1},
		{"W", w, 1},
		{"KH", kh, 1},
		{"KW", kw, 1},
		{"StrideH", sh, 1},
		{"StrideW", sw, 1},
		{"PadH", ph, 0},
		{"PadW", pw, 0},
	} {
		if s.value < s.min {
			return fmt.Errorf("kernel: %s: %s = %d: want %d or more", what, s.name, s.value, s.min)
		}
		if s.value > MaxSize {
			return fmt.Errorf("kernel: %s: %s = %d: want at most %d", what, s.name, s.value, MaxSize)
		}
	}
	if kh > h+2*ph || kw > w+2*pw {
		return fmt.Errorf("kernel: %s: kernel %d×%d: larger than the padded image of %d×%d", what, kh, kw, h+2*ph, w+2*pw)
	}
	if wantH, wantW := outputs(h, kh, sh, ph), outputs(w, kw, sw, pw); oh != wantH || ow != wantW {
		return fmt.Errorf("kernel: %s: output %d×%d: want %d×%d", what, oh, ow, wantH, wantW)
	}
	if !fits(c, h, w, Lanes) {
		return fmt.Errorf("kernel: %s: image %d×%d×%d: too large to index", what, c, h, w)
	}
	return nil
}

// fits reports whether the product of sizes is an int.
func fits(sizes ...int) bool {
	_, ok := memory.Product(sizes...)
	return ok
}
