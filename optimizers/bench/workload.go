package bench

import (
	"context"

	"descent/lrsched"
	"descent/optimizers"
)

// Workload is a task that optimizers are compared on.
type Workload interface {
	// Info says what the workload is. Its name is the same at all times; the
	// rest may depend on the data, and is asked for after Open.
	Info() Info
	// Open prepares what the runs share, such as data. It is called once,
	// before the first run, and says where the data is from.
	Open(ctx context.Context) (source string, err error)
	// Run trains once. It is called by several goroutines at a time, and may
	// depend on nothing but its argument: a seed gives the initial weights and
	// the order of the batches.
	//
	// Before the first run it is called with seed 0 for each split, with a rule
	// that sees the first gradient and a rate that refuses the second update:
	// what was seen is part of the identity of all runs. An error ends it then.
	//
	// A run diverges where a loss, a gradient or a parameter is not finite, and
	// nowhere else: how large a loss is says nothing, as it may be negative and
	// begin at zero. That is no error: it returns the curve so far, with Diverged set. So is
	// taken a curve with a number that is not finite, up to there.
	Run(ctx context.Context, r Run) (Curve, error)
}

// Info says what a [Workload] is.
type Info struct {
	Name    string // lower-case words joined by hyphens
	About   string // a sentence for the report
	Version string // changes whenever a run's numbers would

	Metric   string // what is measured, e.g. "accuracy"
	Percent  bool   // it is a share, to be shown in percent
	Maximize bool   // larger is better; if false, smaller
	Target   float64
	// Epochs is the usual budget. One epoch is a pass over the training data,
	// or for a plain function a fixed number of steps.
	Epochs int
	// Batch is the number of examples in a batch, for the report; zero for a
	// plain function.
	Batch int
	// Published are results of others, for the report to show beside ours.
	Published []Published
}

// Published is a result that others have published for a [Workload].
type Published struct {
	Name     string  // of the optimizer, in their words
	Setting  Setting // an entry with the same setting is comparable
	Schedule string  // name of their [Schedule]
	Epoch    int     // after which it was measured
	Mean     float64 // of the workload's metric, over their runs
	SD       float64 // zero if it was not published
	Runs     int
	Source   string
}

// Split says what a run is measured on.
type Split string

const (
	// Validation trains on part of the training data and measures on the rest.
	Validation Split = "validation"
	// Test trains on all of the training data and measures on the test data.
	Test Split = "test"
)

// Run is one training run.
type Run struct {
	Rule     optimizers.Rule
	Groups   []optimizers.Group
	Schedule func(updates int) (lrsched.Schedule, error) // for a run of so many updates
	Seed     uint64
	Split    Split
	Epochs   int
	Threads  int
	// Loss, if not nil, is to be called with the loss of each update, before
	// the update is done.
	Loss func(loss float64)
}

// Curve is what a run has measured, from before the first update on.
type Curve struct {
	Points   []Point
	Diverged bool
}

// Point is one measurement.
type Point struct {
	Step   int     `json:"step"`  // updates done
	Epoch  float64 `json:"epoch"` // passes over the data
	Loss   float64 `json:"loss"`  // of the training data since the last point; of the first, 0
	Metric float64 `json:"metric"`
	// Seconds is the time spent in training until then, without measuring.
	Seconds float64 `json:"train_seconds"`
}

// finite is the curve up to a number that is not finite, which is divergence.
func (c Curve) finite() Curve {
	for i, p := range c.Points {
		if !isFinite(p.Epoch, p.Loss, p.Metric, p.Seconds) {
			return Curve{Points: c.Points[:i], Diverged: true}
		}
	}
	return c
}
