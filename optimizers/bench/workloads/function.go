package workloads

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"descent/internal/rng"
	"descent/optimizers"
	"descent/optimizers/bench"
)

// Function is a workload that minimizes a function by noisy gradients, in
// float64. All fields must be set. The metric is the noiseless function for both
// splits.
//
// Several goroutines may call the functions at the same time, so they must not
// keep state. r is a random stream for the run's seed.
type Function struct {
	About bench.Info
	Steps int   // updates per epoch
	Shape []int // of the only parameter, "x"

	Start    func(x []float64, r *rand.Rand)      // writes the first x
	Value    func(x []float64) float64            // the function
	Gradient func(dst, x []float64, r *rand.Rand) // writes a noisy gradient
}

var _ bench.Workload = Function{}

// Info implements [bench.Workload].
func (f Function) Info() bench.Info { return f.About }

// Open implements [bench.Workload]. There is no data.
func (f Function) Open(context.Context) (source string, err error) {
	return "a formula", f.check()
}

func (f Function) check() error {
	if f.Steps < 1 {
		return fmt.Errorf("workloads: Function: Steps = %d: want 1 or more", f.Steps)
	}
	if f.Start == nil || f.Value == nil || f.Gradient == nil {
		return errors.New("workloads: Function: Start, Value or Gradient is nil: want functions")
	}
	for _, d := range f.Shape {
		if d < 1 {
			return fmt.Errorf("workloads: Function: Shape = %v: want positive numbers", f.Shape)
		}
	}
	if f.size() > largest {
		return fmt.Errorf("workloads: Function: Shape = %v: want %d or fewer numbers", f.Shape, largest)
	}
	return nil
}

// largest is the maximum number of variables of a function.
const largest = 1 << 28

// size returns the product of Shape, or a number above largest if it is larger.
func (f Function) size() int {
	n := 1
	for _, d := range f.Shape {
		if d > largest/n {
			return largest + 1
		}
		n *= d
	}
	return n
}

// Run implements [bench.Workload].
func (f Function) Run(ctx context.Context, r bench.Run) (bench.Curve, error) {
	if err := f.check(); err != nil {
		return bench.Curve{}, err
	}
	if ctx == nil {
		return bench.Curve{}, errors.New("workloads: Run: the context is nil: want a context, such as context.Background()")
	}
	n := f.size()
	x, g := make([]float64, n), make([]float64, n)
	f.Start(x, rng.New(r.Seed, "bench", "start"))
	noise := rng.New(r.Seed, "bench", "noise")
	return train(ctx, task[float64]{
		params:   []optimizers.Param[float64]{{Name: "x", Shape: f.Shape, Value: x, Grad: g}},
		perEpoch: f.Steps,
		epoch: func(ctx context.Context, _ int, update func(float64, int) error) error {
			for range f.Steps {
				if err := ctx.Err(); err != nil {
					return err
				}
				loss := f.Value(x)
				f.Gradient(g, x, noise)
				if err := update(loss, 1); err != nil {
					return err
				}
			}
			return nil
		},
		measure: func(context.Context, bool) (float64, error) { return f.Value(x), nil },
	}, r)
}
