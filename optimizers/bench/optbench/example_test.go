package optbench_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/optbench"
	"descent/optimizers/bench/workloads"
)

// signs is a custom rule: v −= lr·sign(g).
type signs struct{}

func (signs) Validate() error                       { return nil }
func (signs) Slots() []string                       { return nil }
func (signs) Update32(u optimizers.Update[float32]) { step(u) }
func (signs) Update64(u optimizers.Update[float64]) { step(u) }

func step[T optimizers.Float](u optimizers.Update[T]) {
	for i, g := range u.Grad {
		u.Value[i] -= T(u.LR) * max(-1, min(1, g*1e30))
	}
}

// A custom rule against SGD on a custom function. A main function would be
// os.Exit(command.Main()).
func Example() {
	valley := workloads.Function{
		About: bench.Info{Name: "valley", About: "x² + 1000·y²", Version: "1", Metric: "value", Target: .01, Epochs: 5},
		Steps: 20, Shape: []int{2},
		Start:    func(x []float64, r *rand.Rand) { x[0], x[1] = 1+r.Float64(), 1+r.Float64() },
		Value:    func(x []float64) float64 { return x[0]*x[0] + 1000*x[1]*x[1] },
		Gradient: func(g, x []float64, _ *rand.Rand) { g[0], g[1] = 2*x[0], 2000*x[1] },
	}
	ours := bench.Contender{Name: "signs", Space: bench.Space{{Name: bench.Rate, Low: 1e-3, High: .3, Log: true}}, Make: func(v []float64) bench.Setup {
		return bench.Setup{Rule: signs{}, LR: v[0]}
	}}
	command := optbench.Command{Name: "mybench", Workloads: []bench.Workload{valley}, Optimizers: append(workloads.Optimizers()[:1], ours)}
	dir, _ := os.MkdirTemp("", "mybench")
	defer os.RemoveAll(dir)
	var out bytes.Buffer
	if err := command.Run(context.Background(), []string{"-quiet", "-out", dir}, &out, os.Stderr); err != nil {
		fmt.Println(err)
	}
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "valley: ") {
			fmt.Print(line)
			break
		}
	}
	// Output: valley: signs has the best mean value, 0.4780. It is better than sgd.
}
