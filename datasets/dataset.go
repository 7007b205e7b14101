package datasets

import "math"

// Batch is some examples of a [Dataset], laid out for a model: row after row.
//
// Exactly one of Pixels, Inputs and Tokens holds the inputs; the others are
// empty. A slice without elements is as good as nil.
type Batch struct {
	Rows   int       // examples in the batch
	Pixels []uint8   // Rows × inputs; a model sees Pixels/255
	Inputs []float32 // Rows × inputs
	Tokens []int32   // Rows × inputs: members of a vocabulary, from 0

	// Labels are classes from 0, one a row or several, such as one for each
	// position of a sequence; or empty. Targets are numbers, as many in each row;
	// or empty.
	Labels  []int32
	Targets []float32

	// Weights are what rows count in losses and metrics, or what their labels do
	// where there is one weight a label: finite numbers, 0 or more. A weight of 0
	// leaves its row or its label out, as padding is. If empty, all are 1.
	Weights []float32
}

// Weight returns what the batch counts beside others: the sum of its weights,
// where there are several a row their mean, and Rows if it has none.
func (b *Batch) Weight() float64 {
	if len(b.Weights) == 0 || b.Rows < 1 {
		return float64(b.Rows)
	}
	sum := 0.0
	for _, w := range b.Weights {
		sum += float64(w)
	}
	return sum * float64(b.Rows) / float64(len(b.Weights))
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
