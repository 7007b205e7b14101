package datasets

import (
	"fmt"
	"math"
)

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

// WeightOf returns the weight of value i of n values that lie row after row, as
// Labels, Targets and a model's output do: that of its row or its label, or, for
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
// A type of your own needs these three methods. They must be safe for
// concurrent use with different batches, as methods that only read are. Equal
// rows must give equal examples each time, so that a run is a function of its
// seed; examples that change from epoch to epoch take an [EpochGatherer].
type Dataset interface {
	Len() int // the number of examples

	// InputShape is the shape of one example's input, as [1 28 28] or [5].
	// The caller does not modify it.
	InputShape() []int

	// Gather fills b with these examples, in this order. It sets every field
	// of b, and reuses the memory of its slices where it is large enough:
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
// GatherEpoch instead of Gather, which gives the examples of epoch 0. Epochs
// count from 0. An example must be a function of a seed of the dataset, the
// epoch and the row alone, so that a run is a function of its seed. Evaluations
// of package trainer always use epoch 0.
type EpochGatherer interface {
	GatherEpoch(b *Batch, rows []int, epoch int) error
}

// maxExamples is the number of examples that a [Loader] and [Split] can order
// and [Linear] can draw: 2³¹−1, or less where an int has 32 bits.
const maxExamples = min(math.MaxInt32, math.MaxInt/64)

// batches is the number of batches of the given size that n examples make,
// including a smaller last one: ⌈n/size⌉.
func batches(n, size int) int {
	if n <= 0 || size <= 0 {
		return 0
	}
	return (n-1)/size + 1
}

// elements is the number of elements of a shape, and whether the shape is
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
