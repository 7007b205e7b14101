package parallel

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"descent/internal/caught"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEveryIndexOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		w := New(threads)
		require.Equal(t, threads, w.Threads())
		for n := range 70 {
			counts := make([]atomic.Int32, n)
			busy := make([]atomic.Int32, threads)
			w.Run(n, func(i, worker int) {
				assert.Equal(t, int32(1), busy[worker].Add(1), "two calls at once with worker %d", worker)
				counts[i].Add(1)
				busy[worker].Add(-1)
			})
			for i := range counts {
				require.Equal(t, int32(1), counts[i].Load(), "threads %d, n %d: calls with i = %d", threads, n, i)
			}
		}
		w.Close()
	}
}

func TestDefaultThreads(t *testing.T) {
	for _, threads := range []int{0, -1} {
		w := New(threads)
		assert.Equal(t, runtime.GOMAXPROCS(0), w.Threads())
		w.Close()
	}
}

func TestNothingToDo(t *testing.T) {
	w := New(2)
	defer w.Close()
	for _, n := range []int{0, -3} {
		w.Run(n, func(int, int) { t.Error("called") })
	}
	w.Run(0, nil)
}

// The caller and the calls of the next Run see the memory that a call writes. The
// race detector checks this.
func TestHappensBefore(t *testing.T) {
	w := New(4)
	defer w.Close()
	const n = 37
	x, y := make([]int, n), make([]int, n)
	for round := range 300 {
		w.Run(n, func(i, _ int) { x[i] += round })
		w.Run(n, func(i, _ int) { y[i] += x[n-1-i] })
		total := 0
		for _, v := range x {
			total += v
		}
		require.Equal(t, n*round*(round+1)/2, total)
		if round%50 == 0 {
			time.Sleep(2 * time.Millisecond) // long enough for workers to park
		}
	}
}

// Run wakes every parked worker: each call waits for all the others.
func TestWakesParkedWorkers(t *testing.T) {
	const threads = 4
	w := New(threads)
	defer w.Close()
	for range 20 {
		require.Eventually(t, func() bool {
			for _, one := range w.all {
				if !one.parked.Load() {
					return false
				}
			}
			return true
		}, 5*time.Second, time.Millisecond, "workers never park")
		var all sync.WaitGroup
		all.Add(threads)
		w.Run(threads, func(int, int) {
			all.Done()
			all.Wait()
		})
	}
}

// The caller parks too if a worker takes long.
func TestCallerWaits(t *testing.T) {
	w := New(2)
	defer w.Close()
	for range 3 {
		var slow atomic.Bool
		var both sync.WaitGroup
		both.Add(2)
		w.Run(2, func(_, worker int) {
			both.Done()
			both.Wait()
			if worker == 1 {
				time.Sleep(20 * time.Millisecond)
				slow.Store(true)
			}
		})
		assert.True(t, slow.Load(), "Run returned before its worker had")
	}
}

func TestOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	w := New(4)
	defer w.Close()
	var calls atomic.Int32
	for range 200 {
		w.Run(9, func(int, int) { calls.Add(1) })
	}
	assert.Equal(t, int32(200*9), calls.Load())
}

func TestConcurrentRuns(t *testing.T) {
	w := New(3)
	defer w.Close()
	var inRun atomic.Int32
	var callers sync.WaitGroup
	for c := range 6 {
		callers.Go(func() {
			for range 50 {
				own := make([]int, 11)
				w.Run(len(own), func(i, _ int) {
					inRun.Add(1 << (4 * c))
					own[i]++
					assert.Zero(t, inRun.Load()&^(15<<(4*c)), "calls of two Runs overlap")
					inRun.Add(-1 << (4 * c))
				})
				for i, v := range own {
					assert.Equal(t, 1, v, i)
				}
			}
		})
	}
	callers.Wait()
}

// requirePanic fails unless f panics with the value, or passes on a worker's panic
// with it.
func requirePanic(t *testing.T, value any, f func()) {
	t.Helper()
	defer func() {
		p := caught.New(recover())
		require.Equal(t, value, p.Value)
		require.Contains(t, p.Place, "parallel_test.go:", "where it began, in any goroutine")
	}()
	f()
}

func TestPanic(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		w := New(threads)
		for who := range 40 {
			var running, after atomic.Int32
			var returned atomic.Bool
			value := fmt.Sprintf("at %d", who)
			requirePanic(t, value, func() {
				w.Run(40, func(i, _ int) {
					running.Add(1)
					defer running.Add(-1)
					if returned.Load() {
						after.Add(1)
					}
					if i == who {
						panic(value)
					}
				})
			})
			returned.Store(true)
			require.Zero(t, running.Load())
			// The workers remain usable, and the panic is forgotten.
			var calls atomic.Int32
			w.Run(40, func(int, int) { calls.Add(1) })
			require.Equal(t, int32(40), calls.Load())
			require.Zero(t, after.Load())
		}
		w.Close()
	}
}

// If every thread panics, Run panics with one of the values, once.
func TestPanicEverywhere(t *testing.T) {
	w := New(3)
	defer w.Close()
	for range 20 {
		var all sync.WaitGroup
		all.Add(3)
		requirePanic(t, "all", func() {
			w.Run(3, func(int, int) {
				all.Done()
				all.Wait()
				panic("all")
			})
		})
		require.NotPanics(t, func() { w.Run(3, func(int, int) {}) })
	}
}

// After a panic of the caller or of a worker, the other one takes no more indices,
// and Run panics with the value.
func TestPanicStopsTheOthers(t *testing.T) {
	w := New(2)
	defer w.Close()
	for who := range 2 {
		const n = 3000
		var both sync.WaitGroup
		both.Add(2)
		var calls atomic.Int32
		requirePanic(t, who, func() {
			w.Run(n, func(i, worker int) {
				if i < 2 {
					both.Done()
					both.Wait()
					if worker == who {
						panic(who)
					}
				}
				calls.Add(1)
				time.Sleep(time.Millisecond)
			})
		})
		assert.Less(t, calls.Load(), int32(n/2), "worker %d panicked", who)
	}
}

// Once Run has returned, no call of f is in progress or begins, however late a
// worker is.
func TestNobodyLate(t *testing.T) {
	w := New(6)
	defer w.Close()
	for range 20000 {
		var over atomic.Bool
		w.Run(2, func(int, int) {
			if over.Load() {
				t.Error("f called after Run had returned")
			}
		})
		over.Store(true)
	}
}

// A call that ends its goroutine, as t.FailNow does, does not lose a worker.
func TestGoexit(t *testing.T) {
	w := New(2)
	defer w.Close()
	for range 5 {
		var both sync.WaitGroup
		both.Add(2)
		w.Run(2, func(_, worker int) {
			both.Done()
			both.Wait()
			if worker == 1 {
				runtime.Goexit()
			}
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(100, func(_, worker int) {
			if worker == 0 {
				runtime.Goexit()
			}
		})
	}()
	<-done
	var calls atomic.Int32
	w.Run(10, func(int, int) { calls.Add(1) })
	assert.Equal(t, int32(10), calls.Load())
}

func TestClose(t *testing.T) {
	w := New(3)
	w.Run(5, func(int, int) {})
	w.Close()
	w.Close()
	goleak.VerifyNone(t)
	calls := 0
	w.Run(5, func(i, worker int) {
		assert.Equal(t, calls, i)
		assert.Zero(t, worker)
		calls++
	})
	assert.Equal(t, 5, calls)
	assert.Equal(t, 3, w.Threads())
}

func TestCloseAtOnce(*testing.T) {
	for range 50 {
		New(4).Close()
	}
}

func TestCloseWaitsForRun(t *testing.T) {
	w := New(2)
	started, calls := make(chan struct{}), atomic.Int32{}
	var once sync.Once
	var caller sync.WaitGroup
	caller.Go(func() {
		w.Run(10, func(int, int) {
			once.Do(func() { close(started) })
			time.Sleep(time.Millisecond)
			calls.Add(1)
		})
	})
	<-started
	w.Close()
	assert.Equal(t, int32(10), calls.Load())
	caller.Wait()
}

func TestOneThreadHasNoWorkers(t *testing.T) {
	before := runtime.NumGoroutine()
	w := New(1)
	defer w.Close()
	assert.Equal(t, before, runtime.NumGoroutine())
}

func TestNoAllocation(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		w := New(threads)
		sums := make([]float64, 64)
		f := func(i, _ int) { sums[i]++ }
		assert.Zero(t, testing.AllocsPerRun(200, func() { w.Run(len(sums), f) }), "threads %d", threads)
		w.Close()
	}
}

func ExampleWorkers_Run() {
	w := New(2)
	defer w.Close()
	squares := make([]int, 5)
	w.Run(len(squares), func(i, _ int) { squares[i] = i * i })
	fmt.Println(squares)
	// Output: [0 1 4 9 16]
}

// BenchmarkRun measures the cost of starting and ending a Run of trivial work.
func BenchmarkRun(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			w := New(threads)
			defer w.Close()
			f := func(int, int) {}
			b.ReportAllocs()
			for b.Loop() {
				w.Run(16, f)
			}
		})
	}
}
