package datasets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// View is a [Dataset] of some examples of another dataset, without copying them.
// Make one with [Subset] or [Split]. An underlying [EpochGatherer] is called with
// its own row numbers, so a row that occurs twice in the view gives the same
// example twice.
type View struct {
	of   Dataset
	rows []int
}

var (
	_ Dataset       = (*View)(nil)
	_ EpochGatherer = (*View)(nil)
)

// Subset returns the dataset of these rows of d, in this order; a row may occur
// more than once. It is an error if there are none, or if one is outside
// [0, d.Len()).
func Subset(d Dataset, rows []int) (*View, error) {
	if isnil.Value(d) {
		return nil, errors.New("datasets: Subset: the dataset is nil: want a Dataset")
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("datasets: Subset: 0 rows: want 1 or more")
	}
	n, err := lenOf(d)
	if err == nil {
		err = checkRows(rows, n)
	}
	if err != nil {
		return nil, prefix.Error("datasets", err, "Subset")
	}
	return view(d, slices.Clone(rows)), nil
}

// Split divides d at random into two disjoint parts: the first has size
// examples, the second the rest. A size of d.Len()/10 makes the first a tenth, for
// validation. The choice is a function of seed, d.Len() and size alone, and each part
// keeps the order of d. It is an error if a part would be empty, or if d has
// more examples than a [Loader] allows.
func Split(d Dataset, size int, seed uint64) (first, rest *View, err error) {
	if isnil.Value(d) {
		return nil, nil, errors.New("datasets: Split: the dataset is nil: want a Dataset")
	}
	n, err := lenOf(d)
	if err != nil {
		return nil, nil, prefix.Error("datasets", err, "Split")
	}
	if size < 1 || size >= n {
		return nil, nil, fmt.Errorf("datasets: Split: size = %d: want [1, %d), so that both parts have examples", size, n)
	}
	if n > maxExamples {
		return nil, nil, fmt.Errorf("datasets: Split: a dataset of %d examples: want [1, %d]", n, maxExamples)
	}
	rows := rng.New(seed, "split", strconv.Itoa(n)).Perm(n)
	slices.Sort(rows[:size])
	slices.Sort(rows[size:])
	return view(d, rows[:size:size]), view(d, rows[size:]), nil
}

// view looks through a view of a view, so that rows are mapped only once.
func view(d Dataset, rows []int) *View {
	if v, ok := d.(*View); ok {
		for i, r := range rows {
			rows[i] = v.rows[r]
		}
		d = v.of
	}
	return &View{of: d, rows: rows}
}

func (v *View) Len() int { return len(v.rows) }

func (v *View) InputShape() []int {
	if v.of == nil {
		return nil
	}
	return v.of.InputShape()
}

// Rows returns the rows of the underlying dataset, in the order of the view. That is
// the dataset given to [Subset] or [Split] or, if it is a View, the dataset
// underlying it.
func (v *View) Rows() []int { return slices.Clone(v.rows) }

// Batches returns ⌈Len/size⌉, the number of batches in an epoch, or zero if size < 1.
func (v *View) Batches(size int) int { return batches(len(v.rows), size) }

func (v *View) Gather(b *Batch, rows []int) error { return v.GatherEpoch(b, rows, 0) }

func (v *View) GatherEpoch(b *Batch, rows []int, epoch int) error {
	if err := checkRows(rows, len(v.rows)); err != nil {
		return fmt.Errorf("datasets: Gather: %w", err)
	}
	mapped := make([]int, len(rows))
	for i, r := range rows {
		mapped[i] = v.rows[r]
	}
	if v.of == nil {
		return errors.New("datasets: Gather: the view is empty: want one from Subset or Split")
	}
	return gather(v.of, b, mapped, epoch)
}
