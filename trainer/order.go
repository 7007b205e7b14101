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
	// FixedOrder is one random order in all epochs: that of NewOrder in the first
	// epoch. Comparisons with some published results, such as those of DeepOBS,
	// require this order; see [datasets.Loader].
	FixedOrder
	// GivenOrder is the order of the training data. It is required if batches continue
	// the batch before, as those of a [datasets.Text] with Streams do.
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
