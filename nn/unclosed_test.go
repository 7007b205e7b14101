package nn_test

import (
	"runtime"
	"testing"
	"time"

	"descent/nn"
	"github.com/stretchr/testify/require"
)

// Models and predictors that are not closed and not reachable free their
// workers, whatever they have computed.
func TestUnclosed(t *testing.T) {
	before := runtime.NumGoroutine()
	func() {
		var all []any
		b := pixelBatch(20, 784, 10, "unclosed")
		for i := range 50 {
			m, err := nn.NewModel(append(nn.LeNet(10), Swish, nn.Rows{F: softplus}), lenetConfig)
			require.NoError(t, err)
			p, err := m.NewPredictor(3)
			require.NoError(t, err)
			if i%10 == 0 {
				step(t, m, b)
				evaluate(t, m, b)
				_, err := p.PredictPixels(nil, b.Pixels)
				require.NoError(t, err)
			}
			all = append(all, m, p)
		}
		require.Greater(t, runtime.NumGoroutine(), before+100)
		runtime.KeepAlive(all)
	}()
	for tries := 0; runtime.NumGoroutine() > before; tries++ {
		require.Less(t, tries, 1000, "%d goroutines: want %d", runtime.NumGoroutine(), before)
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
