package datasets

import "math"

// Batch is some examples of a [Dataset], laid out for a model: row after row.
//
// Exactly one of Pixels and Inputs holds the inputs; the other is empty. Labels,
// Targets or both may be empty: a classifier wants Labels, a regression Targets.
type Batch struct {
	Rows    int       // examples in the batch
	Pixels  []uint8   // Rows × inputs; a model sees Pixels/255; empty when Inputs is set
	Inputs  []float32 // Rows × inputs; empty when Pixels is set
	Labels  []int32   // Rows class labels, from 0, or empty
	Targets []float32 // Rows × targets, or empty
}

// Dataset is a finite collection of examples that can be looked up by number.
//
// A type of your own needs these three methods. They must be safe for use by
// several goroutines at once (with different batches), which they are when
// they only read; and equal rows must give equal examples each time, if a run
// is to be a function of its seed.
type Dataset interface {
	// Len is the number of examples.
	Len() int

	// InputShape is the shape of one example's input, as [1 28 28] or [5].
	// The caller does not modify it.
	InputShape() []int

	// Gather fills b with these examples, in this order. It sets every field
	// of b, and takes the memory of its slices where that is large enough:
	//
	//	b.Inputs = b.Inputs[:0]
	//	for _, row := range rows {
	//		b.Inputs = append(b.Inputs, …)
	//	}
	//
	// A row outside [0, Len) is an error.
	Gather(b *Batch, rows []int) error
}

// maxExamples is how many examples a [Loader] and [Split] can put into an order
// and [Linear] can draw: 2³¹−1, or less where an int has 32 bits.
const maxExamples = min(math.MaxInt32, math.MaxInt/64)

// batches is the number of batches of the given size that n examples make,
// the last and perhaps smaller one counted: ⌈n/size⌉.
func batches(n, size int) int {
	if n <= 0 || size <= 0 {
		return 0
	}
	return (n-1)/size + 1
}

// elements is the number of elements of a shape, and whether it is a sound
// one: at least one dimension, each of them at least 1, no overflow.
func elements(shape []int) (n int, ok bool) {
	n = 1
	for _, d := range shape {
		if d < 1 || n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, len(shape) > 0
}
