package kernel

// A tap is one product of a convolution: a run of source pixels is multiplied by
// one weight and added to a run of target pixels. Forward and both gradients walk
// the same taps, blockTaps at a time, so that a target is loaded and stored once
// for that many products.
const blockTaps = 8

// taps enumerates a box of taps: n[0]×n[1]×n[2] of them (channel, row, column
// of the kernel), whose source offset and weight index are both affine in the
// three counters.
type taps struct {
	n          [3]int
	off, w     int    // of the first
	offStep    [3]int // per counter
	wStep      [3]int
	i0, i1, i2 int // the next one
}

// tapBlock is up to blockTaps taps.
type tapBlock struct {
	n   int
	off [blockTaps]int // of the source's first element
	w   [blockTaps]int // of the weight, less the target channel's base
}

// next fills b with the following taps and reports whether there were any.
func (t *taps) next(b *tapBlock) bool {
	b.n = 0
	if t.n[1] <= 0 || t.n[2] <= 0 {
		return false
	}
	for t.i0 < t.n[0] {
		off := t.off + t.i0*t.offStep[0] + t.i1*t.offStep[1]
		w := t.w + t.i0*t.wStep[0] + t.i1*t.wStep[1]
		for t.i2 < t.n[2] {
			if b.n == blockTaps {
				return true
			}
			b.off[b.n] = off + t.i2*t.offStep[2]
			b.w[b.n] = w + t.i2*t.wStep[2]
			b.n++
			t.i2++
		}
		t.i2 = 0
		if t.i1++; t.i1 == t.n[1] {
			t.i1 = 0
			t.i0++
		}
	}
	return b.n > 0
}

// span is the part of a kernel axis that lies over the image at one place: from
// first to end in steps.
type span struct{ first, end int }

// forwardSpan is the kernel positions under which output o reads pixels of an
// axis of n, rather than padding. It is empty (end ≤ first) where it reads
// only padding.
func forwardSpan(o, k, stride, pad, n int) span {
	start := o*stride - pad
	return span{max(0, -start), min(k, n-start)}
}

// backwardSpan is the kernel positions, in steps of the stride, through which
// pixel i went into some output of an axis of o outputs: those k with
// i + pad − k = stride·output.
func backwardSpan(i, k, stride, pad, o int) span {
	at := i + pad
	first := at % stride
	// output = (at−k)/stride ≤ o−1
	if low := at - stride*(o-1); low > first {
		first = low
	}
	return span{first, min(k, at+1)}
}

// count is the number of positions in steps of stride.
func (s span) count(stride int) int {
	if s.end <= s.first {
		return 0
	}
	return (s.end-s.first-1)/stride + 1
}
