package trainer

import (
	"fmt"

	"descent/datasets"
)

// Order is the order in which a run trains on the examples.
type Order int

const (
	// NewOrder is a new random order in every epoch.
	NewOrder Order = iota
	// FixedOrder is one random order, the same in every epoch: that which NewOrder has
	// in the first. It is for results to compare with some that were published, such as
	// those of DeepOBS; see [datasets.Loader].
	FixedOrder
	// GivenOrder is the order of the training data, for batches that go on where the
	// batch before ended, such as those of a [datasets.Text] of Streams.
	GivenOrder
)

func (o Order) String() string {
	switch o {
	case NewOrder:
		return "NewOrder"
	case FixedOrder:
		return "FixedOrder"
	case GivenOrder:
		return "GivenOrder"
	}
	return fmt.Sprintf("Order(%d)", int(o))
}

// loader returns the loader of the training data.
func (t *Trainer) loader(train datasets.Dataset) datasets.Loader {
	return datasets.Loader{
		Dataset: train, BatchSize: t.BatchSize, DropLast: t.DropLast,
		Seed: t.Seed, Shuffle: t.Order != GivenOrder, FixedOrder: t.Order == FixedOrder,
	}
}
