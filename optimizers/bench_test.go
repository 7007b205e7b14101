package optimizers

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// timedRules are those of the comparison with PyTorch, docs/measure/updates.py, and
// the first conforming one of every other entry.
func timedRules() (names []string, all map[string]Rule) {
	all = map[string]Rule{
		"SGD": SGD{}, "SGD+momentum": SGD{Momentum: .9}, "SGD+nesterov": SGD{Momentum: .9, Nesterov: true},
		"Adam": DefaultAdam(), "Adam+amsgrad": Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, AMSGrad: true},
		"AdamW": DefaultAdamW(), "Adamax": DefaultAdamax(), "NAdam": DefaultNAdam(), "RAdam": DefaultRAdam(),
		"RMSProp": DefaultRMSProp(), "Adagrad": DefaultAdagrad(), "Adadelta": DefaultAdadelta(), "Rprop": DefaultRprop(),
		"LAMB": DefaultLAMB(), "Lion": DefaultLion(), "Yogi": DefaultYogi(), "AdaBelief": DefaultAdaBelief(), "NAdamW": DefaultNAdamW(),
		"ADOPT": DefaultADOPT(), "AdEMAMix": DefaultAdEMAMix(), "Adan": DefaultAdan(), "MARS": DefaultMARS(),
		"ScheduleFreeSGD": DefaultScheduleFreeSGD(), "ScheduleFreeAdamW": DefaultScheduleFreeAdamW(), "Muon": DefaultMuon(),
	}
	names = []string{"SGD", "SGD+momentum", "SGD+nesterov", "Adam+amsgrad"}
	for _, entry := range rules {
		if _, ok := all[entry.name]; !ok {
			all[entry.name] = entry.conforming[0]
		}
		if entry.name != "SGD" {
			names = append(names, entry.name)
		}
	}
	return names, all
}

// BenchmarkStep reports the time per parameter of each rule in the fastest step, for
// parameters that fit a cache and that do not.
func BenchmarkStep(b *testing.B) {
	names, all := timedRules()
	for _, name := range names {
		for _, shape := range []struct{ n, tensors int }{{100_000, 1}, {10_000_000, 1}, {10_000_000, 100}} {
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("rule=%s/n=%d/tensors=%d/threads=%d", name, shape.n, shape.tensors, threads), func(b *testing.B) {
					timeSteps(b, all[name], shape.n, shape.tensors, Config{Threads: threads})
				})
			}
		}
	}
}

// BenchmarkClip reports the time per parameter of a step with each way to clip, and
// without.
func BenchmarkClip(b *testing.B) {
	for _, clip := range []Clip{{}, {Value: .5}, {Norm: 1}, {GlobalNorm: 1}, {Adaptive: .01}} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("clip=%+v/threads=%d", clip, threads), func(b *testing.B) {
				timeSteps(b, SGD{}, 10_000_000, 1, Config{Clip: clip, Threads: threads})
			})
		}
	}
}

func timeSteps(b *testing.B, rule Rule, n, tensors int, config Config) {
	params := timed(rule, n, tensors)
	gradient(params, 0)
	o, err := New(rule, params, config)
	if err != nil {
		b.Fatal(err)
	}
	defer o.Close()
	step := func() {
		if err := o.Step(1e-9); err != nil {
			b.Fatal(err)
		}
	}
	for range 6 { // touch the memory, and let RAdam begin to divide
		step()
	}
	total := 0
	for _, p := range params {
		total += len(p.Value)
	}
	b.ReportAllocs()
	best := time.Duration(math.MaxInt64) // a mean would tell of what else the machine does
	for b.Loop() {
		start := time.Now()
		step()
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(best.Nanoseconds())/float64(total), "ns/param")
}

// timed makes n parameters, in matrices of 1000 columns; or, for a rule that wants
// matrices, one of 1000 by 1000, or smaller ones, as what a product of matrices
// costs depends on their shape.
func timed(rule Rule, n, tensors int) (params []Param[float32]) {
	rows, columns := max(1, n/tensors/1000), 1000
	if _, ok := As[Fitter](rule); ok {
		n = min(n, 1_000_000)
		rows, columns = 1000, 1000
		if n < 1_000_000 {
			rows, columns = 250, 400
		}
		tensors = 1
	}
	for i := range tensors {
		params = append(params, param[float32](fmt.Sprintf("%d.weight", i), rows, columns))
	}
	return params
}
