package parallel

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Unreachable workers that nobody closed end, parked or not. If one of their Runs is
// still in progress, it makes all of its calls.
func TestUnclosed(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 50 {
		var calls atomic.Int32
		w := New(3)
		w.Run(9, func(int, int) { calls.Add(1) })
		require.Equal(t, int32(9), calls.Load())
	}
	run := func() func() {
		w := New(3)
		return func() {
			var calls atomic.Int32
			w.crew.Run(200, func(i, _ int) { // without w, as the methods of graphs do
				if i%50 == 0 {
					runtime.GC()
				}
				calls.Add(1)
			})
			require.Equal(t, int32(200), calls.Load())
		}
	}()
	run()
	for tries := 0; runtime.NumGoroutine() > before; tries++ {
		require.Less(t, tries, 1000, "%d goroutines: want %d", runtime.NumGoroutine(), before)
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
