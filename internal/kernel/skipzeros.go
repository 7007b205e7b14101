package kernel

import (
	"fmt"
	"math/bits"
	"strings"
)

// SkipZeros says when a convolution's backward pass skips the gradients that
// are zero.
//
// In each window of a max pool at most one pixel has a gradient, and none if a
// ReLU has set the maximum to zero: with 2×2 pooling that is at most a quarter of
// the sums of a convolution, and in a trained network an eighth or less. The dense
// backward pass also multiplies by the zeros. The pass that skips zeros makes a list
// of the live gradients for each output channel of a group of sixteen images. It
// keeps the images in rows, channels innermost, so that the window under an entry is
// KH runs of KW·C neighboring floats. Whole vectors of these are added to the
// gradient of the weights, or whole vectors of weights to the gradient of the image.
//
// It adds in another order, so its results agree with those of the dense pass to
// rounding. They are the same on AVX2 and AVX-512. It leaves out zeros, also those
// of rows that only fill a group, where the dense pass has 0·∞ = NaN. It works with
// float32 and convolutions with a max pool and without dilation, and has no plain loop.
type SkipZeros int

// When to skip zeros. SkipAuto, the zero value, decides by the number of live
// gradients, for each group at each step.
const (
	SkipAuto SkipZeros = iota
	SkipNever
	SkipAlways // wherever possible
)

var skipNames = [...]string{SkipAuto: "auto", SkipNever: "never", SkipAlways: "always"}

// String returns auto, never or always.
func (s SkipZeros) String() string {
	if s < 0 || int(s) >= len(skipNames) {
		return fmt.Sprintf("SkipZeros(%d)", int(s))
	}
	return skipNames[s]
}

// ParseSkipZeros returns the value whose [SkipZeros.String] is name.
func ParseSkipZeros(name string) (SkipZeros, error) {
	for s, n := range skipNames {
		if n == name {
			return SkipZeros(s), nil
		}
	}
	return SkipAuto, fmt.Errorf("kernel: SkipZeros %q: want one of %s", name, strings.Join(skipNames[:], ", "))
}

// Valid returns nil if s is one of the constants, and otherwise an error.
func (s SkipZeros) Valid() error {
	if s < 0 || int(s) >= len(skipNames) {
		return fmt.Errorf("kernel: %v: want SkipAuto, SkipNever or SkipAlways", s)
	}
	return nil
}

// convSkipper is the backward pass of one group that skips zeros, in vector
// instructions.
type convSkipper interface {
	// backward computes the gradients that are not nil.
	backward(worker int, dx, dw, db, dy []float32, mask []uint16, x, w []float32)

	// pays reports whether skipping zeros is faster than the dense pass, for the
	// gradient of the image and for that of the weights. It depends on the shapes and
	// the number of live entries alone. If it depended on which gradients are wanted or
	// on the instruction set, these would change the bits of the results.
	pays(live int) (dx, dw bool)
}

// skipBackward computes the gradients for which it skips zeros, and returns the
// others, which are left to compute.
func (c *Convolution[T]) skipBackward(worker int, dx, dw, db, dy []T, mask []uint16, x, w []T) (restDX, restDW, restDB []T) {
	if c.skipper == nil || c.skip == SkipNever {
		return dx, dw, db
	}
	restDX, restDW, restDB = dx, dw, db
	doDX, doDW := true, true
	if c.skip == SkipAuto {
		doDX, doDW = c.skipper.pays(countBits(mask[:c.MaskSize()]))
	}
	if doDX {
		restDX = nil
	} else {
		dx = nil
	}
	if doDW {
		restDW, restDB = nil, nil
	} else {
		dw, db = nil, nil
	}
	if dx != nil || dw != nil || db != nil {
		c.skipper.backward(worker, float32s(dx), float32s(dw), float32s(db), float32s(dy), mask, float32s(x), float32s(w))
	}
	return restDX, restDW, restDB
}

// countBits returns the number of set bits.
func countBits(words []uint16) (n int) {
	for ; len(words) >= 4; words = words[4:] {
		n += bits.OnesCount64(uint64(words[0]) | uint64(words[1])<<16 | uint64(words[2])<<32 | uint64(words[3])<<48)
	}
	for _, w := range words {
		n += bits.OnesCount16(w)
	}
	return n
}
