package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
	"descent/optimizers/bench/workloads"
)

// Gradient descent, the same under another name, and with a rate a hundred times too
// small, on eight seeds.
func Example() {
	sgd := func(name string, lr float64) bench.Contender {
		return bench.Contender{Name: name, Make: func([]float64) bench.Setup { return bench.Setup{Rule: optimizers.SGD{}, LR: lr} }}
	}
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	results, err := bench.Runner{
		Plan: bench.Plan{
			Workloads:  []bench.Workload{workloads.Rosenbrock()},
			Optimizers: []bench.Contender{sgd("a", 1e-3), sgd("b", 1e-3), sgd("slow", 1e-5)},
			Trials:     1, Seeds: 8, Epochs: 5,
		},
		File: filepath.Join(dir, "results.jsonl"),
	}.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := report.Analyze(results, report.Options{NoTimings: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := r.Workloads[0]
	fmt.Println(w.Sentence(w.Pairs[0]))
	fmt.Printf("b and slow differ: %t (adjusted p = %.3f)\n", w.Pairs[2].Differs, w.Pairs[2].Adjusted)

	page, err := os.Create(filepath.Join(dir, "report.html"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer page.Close()
	fmt.Println(r.WriteHTML(page))
	// Output:
	// a and b are the same runs: one setting with two names.
	// b and slow differ: true (adjusted p = 0.008)
	// <nil>
}
