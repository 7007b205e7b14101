package workloads_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/workloads"
)

// clipped is a custom rule: gradient descent whose steps have at most the length Max
// in each direction.
type clipped struct{ Max float64 }

func (c clipped) Validate() error {
	if !(c.Max > 0) {
		return fmt.Errorf("clipped: Max = %v: want more than zero", c.Max)
	}
	return nil
}

func (c clipped) Slots() []string                       { return nil }
func (c clipped) Update32(u optimizers.Update[float32]) { clip(c, u) }
func (c clipped) Update64(u optimizers.Update[float64]) { clip(c, u) }

func clip[T optimizers.Float](c clipped, u optimizers.Update[T]) {
	for i, g := range u.Grad {
		u.Value[i] -= T(max(-c.Max, min(c.Max, u.LR*float64(g))))
	}
}

// A custom workload, and a custom optimizer compared with those of this package.
func Example() {
	cliff := workloads.Function{
		About: bench.Info{
			Name: "cliff", About: "a valley between walls that rise exponentially", Version: "1",
			Metric: "value", Target: 0.01, Epochs: 5,
		},
		Steps: 100, Shape: []int{2},
		Start: func(x []float64, r *rand.Rand) { x[0], x[1] = 4+0.1*r.NormFloat64(), 1 },
		Value: func(x []float64) float64 { return math.Cosh(x[0]) - 1 + 0.05*x[1]*x[1] },
		Gradient: func(dst, x []float64, r *rand.Rand) {
			dst[0] = math.Sinh(x[0]) + 0.1*r.NormFloat64()
			dst[1] = 0.1*x[1] + 0.01*r.NormFloat64()
		},
	}
	ours := bench.Contender{
		Name: "clipped",
		Space: bench.Space{
			{Name: bench.Rate, Low: 0.001, High: 10, Log: true},
			{Name: "max", Low: 0.01, High: 1, Log: true},
		},
		Make: func(v []float64) bench.Setup { return bench.Setup{Rule: clipped{Max: v[1]}, LR: v[0]} },
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	results, err := bench.Runner{
		Plan: bench.Plan{
			Workloads:  []bench.Workload{cliff},
			Optimizers: append([]bench.Contender{ours}, workloads.Optimizers()[:2]...),
			Seed:       1, Trials: 16, Seeds: 8,
		},
		File: filepath.Join(dir, "results.jsonl"), Jobs: 2,
	}.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range results.Header.Cells {
		diverged, reached := 0, 0
		for i := range c.Candidates {
			if results.Tuning(c, i, true)[0].Diverged {
				diverged++
			}
		}
		for _, r := range results.Scoring(c) {
			if r.Final() <= cliff.About.Target {
				reached++
			}
		}
		fmt.Printf("%s: %d of %d trials diverged early, the best reached the target with %d of 8 seeds\n", c.Entry, diverged, len(c.Candidates), reached)
	}
	// Output:
	// clipped: 0 of 16 trials diverged early, the best reached the target with 8 of 8 seeds
	// sgd: 6 of 16 trials diverged early, the best reached the target with 8 of 8 seeds
	// momentum: 4 of 16 trials diverged early, the best reached the target with 8 of 8 seeds
}

// A network on custom data, as a workload.
func ExampleNetwork() {
	w := &workloads.Network{
		About: bench.Info{
			Name: "line", About: "a linear regression on made-up data", Version: "1",
			Metric: "mean squared error", Target: 0.02, Epochs: 3, Batch: 20,
		},
		Layers: nn.Sequential(nn.Dense{Units: 1}), Loss: nn.SquaredError{},
		Data: func(context.Context) (workloads.Data, error) {
			rows, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: 0.1, Examples: 1200, Seed: 1})
			if err != nil {
				return workloads.Data{}, err
			}
			test, train, err := datasets.Split(rows, 200, 1)
			return workloads.Data{Source: "made up: 1,000 training and 200 test rows", Train: train, Test: test}, err
		},
	}
	curve, err := w.Run(context.Background(), bench.Run{
		Rule: optimizers.SGD{}, Seed: 1, Split: bench.Test, Epochs: 3, Threads: 1,
		Schedule: func(int) (lrsched.Schedule, error) { return lrsched.Constant(0.05), nil },
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range curve.Points {
		if p.Metric <= w.About.Target {
			fmt.Printf("%s: at the target after %d updates, %g epochs\n", w.About.Name, p.Step, p.Epoch)
			break
		}
	}
	// Output: line: at the target after 38 updates, 0.76 epochs
}
