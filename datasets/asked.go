package datasets

import (
	"fmt"

	"descent/internal/caught"
)

// A dataset may be user code. It is called through the functions below, which turn a
// panic into an error.

func lenOf(d Dataset) (n int, err error) {
	defer recovered(&err, d, "Len")
	return d.Len(), nil
}

func shapeOf(d Dataset) (shape []int, err error) {
	defer recovered(&err, d, "InputShape")
	return d.InputShape(), nil
}

// gather asks d for the examples as they are in the epoch.
func gather(d Dataset, b *Batch, rows []int, epoch int) (err error) {
	if e, ok := d.(EpochGatherer); ok {
		defer recovered(&err, d, "GatherEpoch")
		return e.GatherEpoch(b, rows, epoch)
	}
	defer recovered(&err, d, "Gather")
	return d.Gather(b, rows)
}

// recovered sets err if the method of d that was called has panicked.
func recovered(err *error, d Dataset, method string) {
	r := recover()
	if r == nil {
		return
	}
	if v, ok := d.(*View); ok && v.of != nil {
		d = v.of
	}
	*err = fmt.Errorf("datasets: %T.%s: %w", d, method, caught.New(r))
}
