package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Arrays are the examples of a dataset, one after another in plain slices, for
// [FromSlices].
type Arrays struct {
	// Shape is the shape of one example's input, such as [1 28 28] or [5]. If nil, it
	// has one dimension: the inputs divided by the labels or, if none, the targets.
	Shape []int

	// Exactly one of Pixels, Inputs and Tokens is set: examples × the elements of
	// Shape.
	Pixels []uint8   // gray values that a model sees divided by 255
	Inputs []float32 // numbers
	Tokens []int32   // members of a vocabulary, from 0

	Labels  []int32   // classes from 0: one or more for each example, the same number for all; nil if there are none
	Classes int       // number of classes; if zero, the largest label + 1
	Targets []float32 // examples × targets: values that a regression predicts; nil if there are none
	Weights []float32 // one for each example or for each label, as in a [Batch]; nil if all are 1
}

// Slices is a [Dataset] held in memory. Make one with [FromSlices].
type Slices struct {
	rows    int
	width   int // elements of an input
	labels  int // of an example, or zero
	targets int // of an example, or zero
	weights int // of an example, or zero
	a       Arrays
}

var _ Dataset = (*Slices)(nil)

// FromSlices returns the dataset of these arrays. It keeps the slices, which
// the caller must not modify afterward.
//
// It is an error if there is no example, if a length does not fit the others,
// if a label is outside [0, Classes), if a token or a weight is negative, or if
// an input, a target or a weight is not a finite number.
func FromSlices(a Arrays) (*Slices, error) {
	s, err := fromSlices(a)
	if err != nil {
		return nil, fmt.Errorf("datasets: FromSlices: %w", err)
	}
	return s, nil
}

func fromSlices(a Arrays) (*Slices, error) {
	a.Pixels, a.Inputs, a.Tokens = orNil(a.Pixels), orNil(a.Inputs), orNil(a.Tokens)
	n := len(a.Pixels) + len(a.Inputs) + len(a.Tokens)
	if n == 0 {
		return nil, errors.New("0 examples: want 1 or more")
	}
	if n != max(len(a.Pixels), len(a.Inputs), len(a.Tokens)) {
		return nil, fmt.Errorf("%d Pixels, %d Inputs and %d Tokens: want one kind", len(a.Pixels), len(a.Inputs), len(a.Tokens))
	}
	a.Shape = slices.Clone(a.Shape)
	if a.Shape == nil {
		rows := len(a.Labels)
		if rows == 0 {
			rows = len(a.Targets)
		}
		if rows == 0 || n%rows != 0 {
			return nil, fmt.Errorf("no Shape, and %d inputs do not divide by %d labels or targets: want the shape of one example", n, rows)
		}
		a.Shape = []int{n / rows}
	}
	width, ok := elements(a.Shape)
	if !ok {
		return nil, fmt.Errorf("a Shape of %v: want 1 or more dimensions, each 1 or more", a.Shape)
	}
	if n%width != 0 {
		return nil, fmt.Errorf("%d inputs of shape %v: want a multiple of %d", n, a.Shape, width)
	}
	s := &Slices{rows: n / width, width: width}
	if err := checkFinite("Inputs", a.Inputs, width); err != nil {
		return nil, err
	}
	if a.Labels != nil {
		if len(a.Labels) == 0 || len(a.Labels)%s.rows != 0 {
			return nil, fmt.Errorf("%d labels: want a multiple of %d examples", len(a.Labels), s.rows)
		}
		s.labels = len(a.Labels) / s.rows
		if a.Classes == 0 {
			a.Classes = max(int(slices.Max(a.Labels))+1, 1)
		}
		for i, l := range a.Labels {
			if l < 0 || int(l) >= a.Classes {
				return nil, fmt.Errorf("label %d of row %d: want [0, %d)", l, i/s.labels, a.Classes)
			}
		}
	} else if a.Classes != 0 {
		return nil, fmt.Errorf("Classes = %d without Labels: want 0", a.Classes)
	}
	if a.Targets != nil {
		if len(a.Targets) == 0 || len(a.Targets)%s.rows != 0 {
			return nil, fmt.Errorf("%d targets: want a multiple of %d examples", len(a.Targets), s.rows)
		}
		s.targets = len(a.Targets) / s.rows
		if err := checkFinite("Targets", a.Targets, s.targets); err != nil {
			return nil, err
		}
	}
	if a.Weights = orNil(a.Weights); a.Weights != nil {
		s.weights = max(len(a.Weights)/s.rows, 1)
	}
	if err := (&Batch{Rows: s.rows, Tokens: a.Tokens, Labels: a.Labels, Weights: a.Weights}).check(); err != nil {
		return nil, err
	}
	s.a = a
	return s, nil
}

// orNil is nil for a slice without elements.
func orNil[T any](x []T) []T {
	if len(x) == 0 {
		return nil
	}
	return x
}

// checkFinite reports the first value that is NaN or infinite.
func checkFinite(name string, x []float32, width int) error {
	for i, v := range x {
		if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
			return fmt.Errorf("%s: row %d, element %d is %v: want finite numbers", name, i/width, i%width, v)
		}
	}
	return nil
}

// orEmpty returns an empty Slices for the nil pointer of an Images literal.
func (s *Slices) orEmpty() *Slices {
	if s == nil {
		return &Slices{}
	}
	return s
}

func (s *Slices) Len() int { return s.orEmpty().rows }

func (s *Slices) InputShape() []int { return s.orEmpty().a.Shape }

// Batches returns ⌈Len/size⌉, the number of batches in an epoch, or zero if size < 1.
func (s *Slices) Batches(size int) int { return batches(s.Len(), size) }

// NumClasses returns the number of classes, or zero if the data has no labels.
func (s *Slices) NumClasses() int { return s.orEmpty().a.Classes }

// Labels returns the number of labels of an example, or zero.
func (s *Slices) Labels() int { return s.orEmpty().labels }

// Targets returns the number of targets of an example, or zero.
func (s *Slices) Targets() int { return s.orEmpty().targets }

func (s *Slices) Gather(b *Batch, rows []int) error {
	if err := checkRows(rows, s.Len()); err != nil {
		return fmt.Errorf("datasets: Gather: %w", err)
	}
	if b == nil || s == nil {
		return errors.New("datasets: Gather: the batch or the dataset is nil: want both")
	}
	if len(rows) > math.MaxInt/max(s.width, s.labels, s.targets, 1) {
		return fmt.Errorf("datasets: Gather: %d rows of shape %v: want a product that fits in memory", len(rows), s.a.Shape)
	}
	b.Rows = len(rows)
	b.Pixels = pick(b.Pixels, s.a.Pixels, s.width, rows)
	b.Inputs = pick(b.Inputs, s.a.Inputs, s.width, rows)
	b.Tokens = pick(b.Tokens, s.a.Tokens, s.width, rows)
	b.Labels = pick(b.Labels, s.a.Labels, s.labels, rows)
	b.Targets = pick(b.Targets, s.a.Targets, s.targets, rows)
	b.Weights = pick(b.Weights, s.a.Weights, s.weights, rows)
	return nil
}

// pick copies rows of src, width elements each, into the memory of dst. It
// returns nil for a nil src.
func pick[T any](dst, src []T, width int, rows []int) []T {
	if src == nil {
		return nil
	}
	dst = slices.Grow(dst[:0], len(rows)*width)
	for _, r := range rows {
		dst = append(dst, src[r*width:(r+1)*width]...)
	}
	return dst
}

// checkRows reports the first row outside [0, n).
func checkRows(rows []int, n int) error {
	for i, r := range rows {
		if r < 0 || r >= n {
			return fmt.Errorf("rows[%d] = %d: want [0, %d)", i, r, n)
		}
	}
	return nil
}
