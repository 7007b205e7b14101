package bench

import (
	"context"
	"fmt"

	"descent/lrsched"
	"descent/optimizers"
)

// Workload is a task for optimizers.
type Workload interface {
	// Info describes the workload. The name never changes; the rest may depend
	// on the data and is used after Open.
	Info() Info
	// Open prepares everything that the runs share, such as data, and returns the
	// source of the data. It is called once, before the first run.
	Open(ctx context.Context) (source string, err error)
	// Run trains once. Several goroutines may call it at the same time. Its
	// result must depend only on r: the seed determines the initial weights and
	// the order of the batches.
	//
	// Before the first run, Run is called with seed 0 for each split, with a rule
	// that records the first gradient and a schedule that fails at the second
	// update. The recording becomes part of the key of all runs.
	//
	// A run diverges when a loss, a gradient or a parameter is not finite. The
	// size of a loss does not matter, as it may be negative or start at zero.
	// Divergence is not an error: Run returns the curve up to that point, with
	// Diverged set. A curve is cut at its first non-finite value.
	//
	// A curve has points at least at every tenth of the budget and at its end.
	// Earlier points may be measured on a part of the data.
	Run(ctx context.Context, r Run) (Curve, error)
}

// Info describes a [Workload].
type Info struct {
	Name    string // lower-case words joined by hyphens
	About   string // a description for the report
	Version string // must change when the numbers of a run change

	Metric   string // for example "accuracy"
	Percent  bool   // the metric is a fraction, shown in percent
	Maximize bool   // larger is better; if false, smaller
	Target   float64
	// Epochs is the default budget. An epoch is a pass over the training data,
	// or a fixed number of steps for a plain function.
	Epochs int
	// Batch is the batch size, for the report; zero for a plain function.
	Batch int
	// Baselines are published results to show in the report.
	Baselines []Baseline
}

// Baseline is a published result for a [Workload].
type Baseline struct {
	Name     string  // of the optimizer, as published
	Setup    Setup   // comparable with entries that have an equal setup
	Schedule string  // name of the [Schedule]
	Epoch    int     // of the measurement
	Mean     float64 // of the workload's metric
	SD       float64 // zero if not published
	Runs     int
	Source   string
}

// Split selects the training data and the measurement data of a run.
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
	Schedule func(updates int) (lrsched.Schedule, error) // for a given number of updates
	Seed     uint64
	Split    Split
	Epochs   int
	// Stop, if not zero, is the share of the budget after which the run ends. Up to
	// that point, the run has the same bits as a complete run.
	Stop    float64
	Threads int
	// Loss, if not nil, must be called with the loss of each update, before the
	// update.
	Loss func(loss float64)
}

// Curve has the measurements of a run, with the first before the first update.
type Curve struct {
	Points   []Point
	Diverged bool
}

// Point is one measurement.
type Point struct {
	Step   int     `json:"step"`  // updates done
	Epoch  float64 `json:"epoch"` // epochs done
	Loss   float64 `json:"loss"`  // training loss since the previous point; 0 at the first
	Metric float64 `json:"metric"`
	// Seconds is the training time so far, excluding measurement.
	Seconds float64 `json:"train_seconds"`
}

// finite cuts a curve at its first non-finite value and marks it as diverged.
func (c Curve) finite() Curve {
	for i, p := range c.Points {
		if !isFinite(p.Epoch, p.Loss, p.Metric, p.Seconds) {
			return Curve{Points: c.Points[:i], Diverged: true}
		}
	}
	return c
}

// check returns an error if a point has a negative step, epoch or time.
func (c Curve) check() error {
	for i, p := range c.Points {
		if p.Step < 0 || p.Epoch < 0 || p.Seconds < 0 {
			return fmt.Errorf("point %d: step %d, epoch %v, %v seconds: want 0 or more each", i, p.Step, p.Epoch, p.Seconds)
		}
	}
	return nil
}
