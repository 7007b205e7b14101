package serve_test

import (
	"fmt"
	"sync"
	"testing"

	"descent/nn"
	"descent/nn/serve"
)

// Answers for one image of LeNet at a time, by callers that each ask again when they are
// answered: of a server, and of one predictor in turns.
func BenchmarkCallers(b *testing.B) {
	m := newModel(b, nn.LeNet(10), lenetConfig)
	pixels, _ := images(1, 784)
	for _, callers := range []int{1, 2, 4, 16, 64} {
		each := func(b *testing.B, ask func(y []float32) ([]float32, error)) {
			var wg sync.WaitGroup
			for c := range callers {
				n := (b.N + c) / callers // b.N of all
				wg.Go(func() {
					var y []float32
					for range n {
						var err error
						if y, err = ask(y); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		}
		b.Run(fmt.Sprintf("server/%d", callers), func(b *testing.B) {
			s := newServer(b, m, serve.Options{})
			b.ReportAllocs()
			b.ResetTimer()
			each(b, func(y []float32) ([]float32, error) { return s.PredictPixels(b.Context(), y, pixels[0]) })
		})
		b.Run(fmt.Sprintf("predictor/%d", callers), func(b *testing.B) {
			p, err := m.NewPredictor(0)
			if err != nil {
				b.Fatal(err)
			}
			defer p.Close()
			var mu sync.Mutex
			b.ResetTimer()
			each(b, func(y []float32) ([]float32, error) {
				mu.Lock()
				defer mu.Unlock()
				return p.PredictPixels(y, pixels[0])
			})
		})
	}
}
