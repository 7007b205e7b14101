package datasets

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// Loader serves a dataset in batches, epoch by epoch. While one batch is in
// use, a goroutine prepares the next. The order of an epoch is a function of
// Seed, the epoch's number and the number of examples alone, not of earlier epochs
// or the batch size.
type Loader struct {
	Dataset   Dataset // of at most 2³¹−1 examples, or 2²⁵−1 where an int has 32 bits
	BatchSize int     // examples in a batch, 1 to Dataset.Len()
	Seed      uint64  // of the order
	Shuffle   bool    // a new order in every epoch; if false, the dataset's own
	// FixedOrder keeps the order of epoch 0 in every epoch. With Shuffle, it is drawn
	// once, as in the published runs of DeepOBS (Schneider, Balles and Hennig 2019). A
	// new order in every epoch usually trains better, and its results vary differently,
	// so only FixedOrder reproduces such runs. An [EpochGatherer] still draws new
	// numbers in every epoch.
	FixedOrder bool
	DropLast   bool // skip a last batch smaller than BatchSize
}

// Validate returns an error if the dataset is missing, is empty, is too large or
// panics, if BatchSize is out of range, if batches have too many inputs to count, or if
// Shuffle is set for a [Text] with Streams.
func (l *Loader) Validate() error {
	_, err := l.examples()
	return err
}

// examples returns the number of examples of a valid loader.
func (l *Loader) examples() (n int, err error) {
	if isnil.Value(l.Dataset) {
		return 0, fmt.Errorf("datasets: Loader: Dataset = nil: want a dataset")
	}
	n, err = lenOf(l.Dataset)
	if err != nil {
		return 0, prefix.Error("datasets", err, "Loader")
	}
	if n < 1 || n > maxExamples {
		return 0, fmt.Errorf("datasets: Loader: a dataset of %d examples: want [1, %d]", n, maxExamples)
	}
	if l.BatchSize < 1 || l.BatchSize > n {
		return 0, fmt.Errorf("datasets: Loader: BatchSize = %d: want [1, %d], the number of examples", l.BatchSize, n)
	}
	shape, err := shapeOf(l.Dataset)
	if err != nil {
		return 0, prefix.Error("datasets", err, "Loader")
	}
	if t, ok := l.Dataset.(*Text); ok && t.streams > 0 && l.Shuffle {
		return 0, fmt.Errorf("datasets: Loader: Shuffle = true for a Text of %d Streams: want false, since each batch continues the one before", t.streams)
	}
	width, ok := elements(shape)
	if !ok {
		return 0, fmt.Errorf("datasets: Loader: the dataset's InputShape is %v: want 1 or more dimensions, each 1 or more", shape)
	}
	if width > math.MaxInt/l.BatchSize {
		return 0, fmt.Errorf("datasets: Loader: batches of %d examples of shape %v: want a product that fits in memory", l.BatchSize, shape)
	}
	return n, nil
}

// Batches returns the number of batches in an epoch: ⌈Len/BatchSize⌉, or
// ⌊Len/BatchSize⌋ with DropLast. It is zero if the loader is not valid.
func (l *Loader) Batches() int {
	n, err := l.examples()
	if err != nil {
		return 0
	}
	return l.batches(n)
}

// batches is Batches of a valid loader of n examples.
func (l *Loader) batches(n int) int {
	if l.DropLast {
		return n / l.BatchSize
	}
	return batches(n, l.BatchSize)
}

// Epoch returns the batches of the epoch with this number, usually from 0. A
// batch is valid until the next one is requested.
//
// An error of the dataset, of [Loader.Validate] or of the context comes last,
// with a nil batch. A dataset error names the batch and the first of its rows. It is
// an error if the dataset panics, or if its batch has the wrong number of rows,
// inputs, labels, targets or weights, or tokens or weights out of range. When the
// loop ends, for whatever reason, no goroutine is left.
//
// Several epochs may run at once, even in different goroutines. An epoch keeps the
// settings that the loader had when it began.
func (l *Loader) Epoch(ctx context.Context, epoch int) iter.Seq2[*Batch, error] {
	return l.EpochFrom(ctx, epoch, 0)
}

// EpochFrom is Epoch starting from batch first, to resume an interrupted run.
func (l *Loader) EpochFrom(ctx context.Context, epoch, first int) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		n, err := l.examples()
		if err == nil && ctx == nil {
			err = errors.New("datasets: Loader: the context is nil: want e.g. context.Background()")
		}
		if err == nil {
			err = ctx.Err() // before anything is shuffled or gathered
		}
		if err != nil {
			yield(nil, err)
			return
		}
		l := new(*l)
		count := l.batches(n)
		if first < 0 || first > count {
			yield(nil, fmt.Errorf("datasets: Loader: first batch %d: want [0, %d]", first, count))
			return
		}
		p := newPrefetcher(l, l.order(n, epoch), epoch, first, count)
		defer p.stop()
		for {
			b, err := p.next(ctx)
			if b == nil && err == nil {
				return
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// order is the order of the n examples in an epoch.
func (l *Loader) order(n, epoch int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	if l.FixedOrder {
		epoch = 0
	}
	if l.Shuffle {
		rng.New(l.Seed, "shuffle", strconv.Itoa(epoch)).Shuffle(len(rows), func(i, j int) {
			rows[i], rows[j] = rows[j], rows[i]
		})
	}
	return rows
}
