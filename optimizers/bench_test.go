package optimizers

import (
	"fmt"
	"testing"
)

// BenchmarkStep reports the time per parameter of each rule.
func BenchmarkStep(b *testing.B) {
	for _, rule := range []Rule{SGD{}, SGD{Momentum: .9}, SGD{Momentum: .9, Nesterov: true}} {
		for _, n := range []int{100_000, 10_000_000} {
			for _, clip := range []float64{0, 1} {
				b.Run(fmt.Sprintf("%+v/n=%d/clip=%v", rule, n, clip), func(b *testing.B) {
					params := []Param[float32]{param[float32]("w", n)}
					gradient(params, 0)
					o, err := New(rule, params, Config{Clip: Clip{GlobalNorm: clip}})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportAllocs()
					for b.Loop() {
						if err := o.Step(1e-9); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/param")
				})
			}
		}
	}
}
