package optimizers

import (
	"fmt"
	"testing"
)

// alsoTimed are rules that take another way than the first conforming one of
// their entry.
var alsoTimed = map[string][]Rule{
	"SGD":  {SGD{Momentum: .9}, SGD{Momentum: .9, Nesterov: true}},
	"Adam": {Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, AMSGrad: true}},
}

// BenchmarkStep reports the time per parameter of each rule of the table, for
// parameters that fit a cache and that do not.
func BenchmarkStep(b *testing.B) {
	for _, entry := range rules {
		for _, rule := range append(entry.conforming[:1:1], alsoTimed[entry.name]...) {
			timeSteps(b, entry, rule, Clip{})
		}
	}
}

// BenchmarkClip reports the time per parameter of a step with each way to clip, and
// without.
func BenchmarkClip(b *testing.B) {
	entry := ruleTests{name: "SGD", matrices: true} // adaptive clipping looks at rows
	for _, clip := range []Clip{{}, {Value: .5}, {Norm: 1}, {GlobalNorm: 1}, {Adaptive: .01}} {
		timeSteps(b, entry, SGD{}, clip)
	}
}

func timeSteps(b *testing.B, entry ruleTests, rule Rule, clip Clip) {
	for _, n := range []int{100_000, 10_000_000} {
		name := fmt.Sprintf("%s%+v/n=%d", entry.name, rule, n)
		if clip != (Clip{}) {
			name += fmt.Sprintf("/clip=%+v", clip)
		}
		b.Run(name, func(b *testing.B) {
			params := timed(entry, n)
			gradient(params, 0)
			o, err := New(rule, params, Config{Clip: clip})
			if err != nil {
				b.Fatal(err)
			}
			step := func() {
				if err := o.Step(1e-9); err != nil {
					b.Fatal(err)
				}
			}
			for range 6 { // touch the memory, and let RAdam begin to divide
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/param")
		})
	}
}

// timed makes n parameters: a vector, or matrices of the size of a layer, as
// what a product of matrices costs depends on their shape.
func timed(entry ruleTests, n int) (params []Param[float32]) {
	if !entry.matrices && !entry.decomposes {
		return []Param[float32]{param[float32]("w", n)}
	}
	const rows, columns = 250, 400
	for i := range n / (rows * columns) {
		params = append(params, param[float32](fmt.Sprintf("%d.weight", i), rows, columns))
	}
	return params
}
