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

// span is the part of a kernel axis that lies over the image at one place: the
// positions from first up to but not including end, in steps.
type span struct{ first, end int }

// forwardSpan returns the kernel positions at which output o reads pixels of an
// axis of n, rather than padding. The span is empty (end ≤ first) if o reads only
// padding.
func forwardSpan(o, k, stride, pad, n int) span { return dilatedSpan(o, k, stride, pad, 1, n) }

func dilatedSpan(o, k, stride, pad, dilation, n int) span {
	start := o*stride - pad
	return span{max(0, ceilDiv(-start, dilation)), min(k, ceilDiv(n-start, dilation))}
}

// strides describes the kernel positions through which a pixel contributes to
// outputs of an axis: they are step apart, and each step moves the output back by back.
type strides struct{ step, back int }

func stridesOf(stride, dilation int) strides {
	common := stride
	for rest := dilation; rest != 0; {
		common, rest = rest, common%rest
	}
	return strides{stride / common, dilation / common}
}

// first returns the first kernel position k ≥ 0 for which at − dilation·k is a multiple
// of the stride, or the argument no if there is none.
func (s strides) first(at, stride, dilation, no int) int {
	for k := range s.step {
		if (at-dilation*k)%stride == 0 {
			return k
		}
	}
	return no
}

// backwardSpan returns the kernel positions, in steps, through which pixel i
// contributed to some output of an axis of o outputs: those k with
// i + pad − dilation·k = stride·output.
func backwardSpan(i, k, stride, pad, dilation, o int) span {
	at, s := i+pad, stridesOf(stride, dilation)
	first := s.first(at, stride, dilation, k)
	// output = (at − dilation·k)/stride ≤ o−1
	if low := ceilDiv(at-stride*(o-1), dilation); low > first {
		first += ceilDiv(low-first, s.step) * s.step
	}
	return span{first, min(k, at/dilation+1)}
}

// count returns the number of positions in s that are step apart.
func (s span) count(step int) int {
	if s.end <= s.first {
		return 0
	}
	return (s.end-s.first-1)/step + 1
}

// ceilDiv returns a/b rounded up, for b > 0.
func ceilDiv(a, b int) int {
	if a > 0 {
		return (a-1)/b + 1
	}
	return a / b
}
