package kernel

import (
	"fmt"
	"math/bits"
	"strings"
)

// Sparse says when a convolution's backward pass goes through lists of the
// live gradients.
//
// Of the windows of a max pool at most one pixel has a gradient, and of those
// that a ReLU has set to zero none: a quarter of the sums of a convolution
// with 2×2 pooling at most, and half of that or less in a trained network. The
// dense backward pass multiplies the others by zero. The sparse one makes, for
// each output channel of a group of sixteen images, a list of those alive, and
// has the rows of images with the channels innermost, so that the window under
// an entry is KH runs of KW·C neighbouring floats: whole vectors of them go
// into the gradient of the weights, or come from the weights into the gradient
// of the image.
//
// Its order of additions is another one, so results agree with the dense
// pass's to rounding; it is the same on AVX2 and AVX-512. Gradients that are
// not alive, or are zero (those of rows that only fill a group), are left out,
// where the dense pass has 0·∞ = NaN. It takes float32 and convolutions with a
// max pool, and there are no plain loops for it.
type Sparse int

// When to use the sparse pass. SparseAuto, the zero value, is when the counts
// of live gradients say that it pays, for each group at each step.
const (
	SparseAuto Sparse = iota
	SparseNever
	SparseAlways // where it can be used at all
)

var sparseNames = [...]string{SparseAuto: "auto", SparseNever: "never", SparseAlways: "always"}

// String returns auto, never or always.
func (s Sparse) String() string {
	if s < 0 || int(s) >= len(sparseNames) {
		return fmt.Sprintf("Sparse(%d)", int(s))
	}
	return sparseNames[s]
}

// ParseSparse returns what goes by a name that [Sparse.String] gives.
func ParseSparse(name string) (Sparse, error) {
	for s, n := range sparseNames {
		if n == name {
			return Sparse(s), nil
		}
	}
	return SparseAuto, fmt.Errorf("kernel: Sparse %q: want one of %s", name, strings.Join(sparseNames[:], ", "))
}

// Valid returns nil for the constants of this package.
func (s Sparse) Valid() error {
	if s < 0 || int(s) >= len(sparseNames) {
		return fmt.Errorf("kernel: %v: want SparseAuto, SparseNever or SparseAlways", s)
	}
	return nil
}

// convSparse is the sparse backward pass of one group in vector instructions.
type convSparse interface {
	// backward computes those gradients that are not nil.
	backward(worker int, dx, dw, db, dy []float32, mask []uint16, x, w []float32)

	// pays reports whether it is faster than the dense pass, for the gradient of
	// the image and for that of the weights. It depends on the shapes and on the
	// number of live entries alone, not on which gradients are wanted or on the
	// instruction set: otherwise these would change the bits of the results.
	pays(live int) (dx, dw bool)
}

// sparseBackward computes those of Backward's gradients that the sparse pass is
// to compute, and returns the others.
func (c *Convolution[T]) sparseBackward(worker int, dx, dw, db, dy []T, mask []uint16, x, w []T) (restDX, restDW, restDB []T) {
	if c.sparse == nil || c.Sparse == SparseNever {
		return dx, dw, db
	}
	restDX, restDW, restDB = dx, dw, db
	doDX, doDW := true, true
	if c.Sparse == SparseAuto {
		doDX, doDW = c.sparse.pays(countBits(mask[:c.MaskSize()]))
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
		c.sparse.backward(worker, float32s(dx), float32s(dw), float32s(db), float32s(dy), mask, float32s(x), float32s(w))
	}
	return restDX, restDW, restDB
}

// countBits returns the number of bits that are set.
func countBits(words []uint16) (n int) {
	for ; len(words) >= 4; words = words[4:] {
		n += bits.OnesCount64(uint64(words[0]) | uint64(words[1])<<16 | uint64(words[2])<<32 | uint64(words[3])<<48)
	}
	for _, w := range words {
		n += bits.OnesCount16(w)
	}
	return n
}
