package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Arrays is what [FromSlices] makes a dataset of: the examples one after
// another in plain slices.
type Arrays struct {
	Shape   []int     // of one example's input, as [1 28 28] or [5]; if nil, one dimension: the inputs divided by the labels or targets
	Pixels  []uint8   // examples × the elements of Shape: grey values that a model sees divided by 255
	Inputs  []float32 // the same as numbers; exactly one of Pixels and Inputs is set
	Labels  []int32   // one class a row, from 0; nil if there are no classes
	Classes int       // number of classes; if zero, the largest label + 1
	Targets []float32 // examples × targets: what a regression is to predict; nil if there is none
}

// Slices is a [Dataset] held in memory. Make one with [FromSlices].
type Slices struct {
	rows    int
	width   int // elements of an input
	targets int // elements of a target, or zero
	a       Arrays
}

var _ Dataset = (*Slices)(nil)

// FromSlices returns the dataset of these arrays. It keeps the slices, which
// the caller does not modify any more.
//
// It is an error if there is no example, if a length does not fit the others,
// if a label is outside [0, Classes), or if an input or a target is not a
// finite number.
func FromSlices(a Arrays) (*Slices, error) {
	s, err := fromSlices(a)
	if err != nil {
		return nil, fmt.Errorf("datasets: FromSlices: %w", err)
	}
	return s, nil
}

func fromSlices(a Arrays) (*Slices, error) {
	if len(a.Pixels) != 0 && len(a.Inputs) != 0 {
		return nil, fmt.Errorf("both Pixels (%d) and Inputs (%d) are set: want one of them", len(a.Pixels), len(a.Inputs))
	}
	n := len(a.Pixels) + len(a.Inputs)
	switch {
	case n == 0:
		return nil, fmt.Errorf("0 examples: want at least 1")
	case len(a.Pixels) == 0:
		a.Pixels = nil
	default:
		a.Inputs = nil
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
		return nil, fmt.Errorf("a Shape of %v: want one or more dimensions of at least 1", a.Shape)
	}
	if n%width != 0 {
		return nil, fmt.Errorf("%d inputs of shape %v: want a multiple of %d", n, a.Shape, width)
	}
	s := &Slices{rows: n / width, width: width}
	if err := checkFinite("Inputs", a.Inputs, width); err != nil {
		return nil, err
	}
	if a.Labels != nil {
		if len(a.Labels) != s.rows {
			return nil, fmt.Errorf("%d labels: want one for each of %d examples", len(a.Labels), s.rows)
		}
		if a.Classes == 0 {
			a.Classes = max(int(slices.Max(a.Labels))+1, 1)
		}
		for i, l := range a.Labels {
			if l < 0 || int(l) >= a.Classes {
				return nil, fmt.Errorf("label %d of row %d: want [0, %d)", l, i, a.Classes)
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
	s.a = a
	return s, nil
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

// orEmpty is what the nil pointer of an Images literal stands for.
func (s *Slices) orEmpty() *Slices {
	if s == nil {
		return &Slices{}
	}
	return s
}

// Len is the number of examples.
func (s *Slices) Len() int { return s.orEmpty().rows }

// InputShape is the shape of one example's input.
func (s *Slices) InputShape() []int { return s.orEmpty().a.Shape }

// Batches is the number of batches of this size in an epoch, a last and
// smaller one counted: ⌈Len/size⌉; zero if size is not positive.
func (s *Slices) Batches(size int) int { return batches(s.Len(), size) }

// NumClasses is the number of classes, or zero if the data has no labels.
func (s *Slices) NumClasses() int { return s.orEmpty().a.Classes }

// Targets is the number of targets of an example, or zero.
func (s *Slices) Targets() int { return s.orEmpty().targets }

// Gather fills b with copies of these examples. See [Dataset].
func (s *Slices) Gather(b *Batch, rows []int) error {
	if err := checkRows(rows, s.Len()); err != nil {
		return fmt.Errorf("datasets: Gather: %w", err)
	}
	if b == nil || s == nil {
		return errors.New("datasets: Gather: the batch or the dataset is nil: want both")
	}
	if len(rows) > math.MaxInt/max(s.width, s.targets, 1) {
		return fmt.Errorf("datasets: Gather: %d rows of shape %v: want a product that fits in memory", len(rows), s.a.Shape)
	}
	b.Rows = len(rows)
	b.Pixels = gather(b.Pixels, s.a.Pixels, s.width, rows)
	b.Inputs = gather(b.Inputs, s.a.Inputs, s.width, rows)
	b.Labels = gather(b.Labels, s.a.Labels, 1, rows)
	b.Targets = gather(b.Targets, s.a.Targets, s.targets, rows)
	return nil
}

// gather copies rows of src, width elements each, into the memory of dst. It
// gives nil for a nil src.
func gather[T any](dst, src []T, width int, rows []int) []T {
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
