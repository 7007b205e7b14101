package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// Balanced is a [Dataset] that has each class of another dataset equally often. Make
// one with [Balance].
//
// Each epoch has different examples in a different order, which are a function of the
// seed, the epoch and the labels alone. To augment them, use a Balanced as the Dataset
// of an [Augment]: an example that occurs twice in an epoch then changes in two ways.
type Balanced struct {
	of      Dataset
	seed    uint64
	classes [][]int // the rows of each class that occurs, in the order of the labels
	each    int     // examples of a class in an epoch

	mu    sync.Mutex
	epoch int   // of order
	order []int // the row of the dataset for each of an epoch; nil if there is none yet
}

var (
	_ Dataset       = (*Balanced)(nil)
	_ EpochGatherer = (*Balanced)(nil)
)

// Balance returns a dataset with perClass examples of each class in an epoch. If
// perClass is zero, it is the size of the largest class of d. Each example of a class
// of n occurs ⌊perClass/n⌋ or ⌈perClass/n⌉ times, chosen at random in every epoch.
// A class without examples is left out.
//
// Balance reads all of d, as in epoch 0. It is an error if d is empty or an example
// does not have one label, if perClass is negative, or if an epoch has more examples
// than a [Loader] allows.
func Balance(d Dataset, perClass int, seed uint64) (*Balanced, error) {
	b, err := balance(d, perClass, seed)
	return b, prefix.Error("datasets", err, "Balance")
}

func balance(d Dataset, perClass int, seed uint64) (*Balanced, error) {
	if isnil.Value(d) {
		return nil, errors.New("the dataset is nil: want a Dataset")
	}
	n, err := lenOf(d)
	switch {
	case err != nil:
		return nil, err
	case n < 1 || n > maxExamples:
		return nil, fmt.Errorf("a dataset of %d examples: want [1, %d]", n, maxExamples)
	case perClass < 0:
		return nil, fmt.Errorf("perClass = %d: want 0 or more", perClass)
	}
	labels, err := labelsOf(d, n)
	if err != nil {
		return nil, err
	}
	b := &Balanced{of: d, seed: seed}
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	slices.SortStableFunc(rows, func(x, y int) int { return cmp.Compare(labels[x], labels[y]) })
	for begin := 0; begin < n; {
		end := begin + 1
		for end < n && labels[rows[end]] == labels[rows[begin]] {
			end++
		}
		b.classes = append(b.classes, rows[begin:end])
		b.each, begin = max(b.each, end-begin), end
	}
	if perClass > 0 {
		b.each = perClass
	}
	if b.each > maxExamples/len(b.classes) {
		return nil, fmt.Errorf("%d examples of each of %d classes: want %d or fewer in all", b.each, len(b.classes), maxExamples)
	}
	return b, nil
}

// Len returns the number of examples of each class times the number of classes.
func (b *Balanced) Len() int { return b.each * len(b.classes) }

func (b *Balanced) InputShape() []int {
	if b.of == nil {
		return nil
	}
	return b.of.InputShape()
}

func (b *Balanced) Gather(to *Batch, rows []int) error { return b.GatherEpoch(to, rows, 0) }

func (b *Balanced) GatherEpoch(to *Batch, rows []int, epoch int) error {
	if err := checkRows(rows, b.Len()); err != nil {
		return fmt.Errorf("datasets: Gather: %w", err)
	}
	if b.of == nil {
		return errors.New("datasets: Gather: the dataset is empty: want one from Balance")
	}
	order := b.orderOf(epoch)
	mapped := make([]int, len(rows))
	for i, r := range rows {
		mapped[i] = order[r]
	}
	return gather(b.of, to, mapped, epoch)
}

// orderOf returns the rows of an epoch, one of each class in turn. It keeps those of
// the last epoch requested.
func (b *Balanced) orderOf(epoch int) []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.order != nil && b.epoch == epoch {
		return b.order
	}
	order := make([]int, b.Len())
	for c, rows := range b.classes {
		random := rng.New(b.seed, "balanced", strconv.Itoa(epoch), strconv.Itoa(c))
		for i := range b.each {
			if i%len(rows) == 0 { // all have occurred equally often
				rows = slices.Clone(rows)
				random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			}
			order[i*len(b.classes)+c] = rows[i%len(rows)]
		}
	}
	b.order, b.epoch = order, epoch
	return order
}
