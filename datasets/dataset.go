package datasets

import (
	"fmt"
	"math"
)

// Batch is some examples of a [Dataset], laid out row by row for a model.
//
// Exactly one of Pixels, Inputs and Tokens holds the inputs; the others are
// empty. An empty slice is equivalent to nil.
type Batch struct {
	Rows   int       // examples in the batch
	Pixels []uint8   // Rows × inputs; a model sees Pixels/255
	Inputs []float32 // Rows × inputs
	Tokens []int32   // Rows × inputs: members of a vocabulary, from 0

	// Labels are classes from 0: one or more per row, such as one for each position
	// of a sequence. Targets are numbers, equally many in each row. Either may be
	// empty.
	Labels  []int32
	Targets []float32

	// Weights are the weights of rows in losses and metrics, or of their labels if
	// there is one per label: finite numbers, 0 or more. A weight of 0 leaves a row
	// or a label out, as for padding. If empty, all are 1.
	Weights []float32
}

// Weight returns the weight of the batch relative to others: the sum of its rows'
// weights, each the mean if a row has several, or Rows if it has none.
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

// WeightOf returns the weight of value i of n values laid out row by row, like
// Labels, Targets and a model's output: that of its row or its label or, for
// rows (n = b.Rows) whose labels have weights, their mean. It is 1 if the batch
// has no weights, and NaN if i is outside [0, n) or if neither n nor the number
// of weights is a multiple of the other.
func (b *Batch) WeightOf(i, n int) float64 {
	w := b.Weights
	switch {
	case i < 0 || i >= n || len(w) != 0 && n%len(w) != 0 && len(w)%n != 0:
		return math.NaN()
	case len(w) == 0:
		return 1
	case len(w) <= n:
		return float64(w[i/(n/len(w))])
	}
	each, sum := len(w)/n, 0.0
	for _, v := range w[i*each : (i+1)*each] {
		sum += float64(v)
	}
	return sum / float64(each)
}

// check reports labels, targets, weights or tokens that do not fit the rows or
// have a value out of range. Rows is 1 or more.
func (b *Batch) check() error {
	switch {
	case len(b.Labels)%b.Rows != 0:
		return fmt.Errorf("%d labels: want a multiple of %d rows", len(b.Labels), b.Rows)
	case len(b.Targets)%b.Rows != 0:
		return fmt.Errorf("%d targets: want a multiple of %d rows", len(b.Targets), b.Rows)
	case len(b.Weights) != 0 && len(b.Weights) != b.Rows && len(b.Weights) != len(b.Labels):
		return fmt.Errorf("%d weights: want one for each of %d rows or of %d labels", len(b.Weights), b.Rows, len(b.Labels))
	}
	for i, w := range b.Weights {
		if !(w >= 0) || w-w != 0 { // Inf − Inf is NaN
			return badElement("Weights", i, w, "a finite number, 0 or more")
		}
	}
	for i, v := range b.Tokens {
		if v < 0 {
			return badElement("Tokens", i, v, "0 or more")
		}
	}
	return nil
}

// badElement is the error of an element out of range.
func badElement(name string, i int, value any, want string) error {
	return fmt.Errorf("%s[%d] = %v: want %s", name, i, value, want)
}

// Dataset is a finite collection of examples that can be looked up by number.
//
// Any type with these three methods is a Dataset. They must be safe for
// concurrent use with different batches, as methods that only read are. Equal
// rows must give equal examples each time, so that a run is a function of its
// seed; examples that change from epoch to epoch require an [EpochGatherer].
type Dataset interface {
	Len() int // the number of examples

	// InputShape returns the shape of one example's input, such as [1 28 28] or [5].
	// The caller must not modify it.
	InputShape() []int

	// Gather fills b with the examples of these rows, in this order. It sets every
	// field of b, and reuses the memory of its slices if it is large enough:
	//
	//	b.Inputs = b.Inputs[:0]
	//	for _, row := range rows {
	//		b.Inputs = append(b.Inputs, …)
	//	}
	//
	// A row outside [0, Len) is an error.
	Gather(b *Batch, rows []int) error
}

// EpochGatherer is implemented by a [Dataset] whose examples change from epoch
// to epoch, such as randomly cropped images. A [Loader] and a [View] then call
// GatherEpoch instead of Gather, which uses epoch 0. Epochs count from 0. An
// example must be a function of the dataset's seed, the epoch and the row alone,
// so that a run is a function of its seed. Evaluations of package trainer always
// use epoch 0.
type EpochGatherer interface {
	GatherEpoch(b *Batch, rows []int, epoch int) error
}

// maxExamples is the number of examples that a [Loader] and [Split] can order
// and [Linear] can draw: 2³¹−1, or less where an int has 32 bits.
const maxExamples = min(math.MaxInt32, math.MaxInt/64)

// batches returns the number of batches of the given size for n examples, including
// a smaller last one: ⌈n/size⌉.
func batches(n, size int) int {
	if n <= 0 || size <= 0 {
		return 0
	}
	return (n-1)/size + 1
}

// elements returns the number of elements of a shape, and whether the shape is
// valid: 1 or more dimensions, each 1 or more, no overflow.
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
