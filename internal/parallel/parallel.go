// Package parallel runs short pieces of work on persistent goroutines.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers is a fixed number of threads of work: the caller of [Workers.Run] and
// Threads()−1 goroutines, which spin for some tens of microseconds when idle and
// then park. They live until [Workers.Close]. The zero value is not usable: see
// [New].
type Workers struct {
	threads int
	mu      sync.Mutex // one Run at a time
	closed  bool
	all     []*worker
	exited  sync.WaitGroup

	// The current Run. The caller writes these while the epoch is even; a
	// worker reads them between joining an odd epoch and leaving.
	f func(i, worker int)
	n int64

	_      [64]byte // the counters below are written often, by all
	epoch  atomic.Uint64
	_      [64]byte
	next   atomic.Int64 // the next i
	_      [64]byte
	inside atomic.Int64 // workers that may be looking at f
	_      [64]byte

	waiting  atomic.Bool   // the caller is, or soon will be, receiving from left
	left     chan struct{} // the last worker inside has left
	stopping atomic.Bool
	panicked atomic.Pointer[failure]
}

type failure struct{ value any }

// New returns workers for that many threads, the caller of Run included; 0 or
// less means GOMAXPROCS as it is now. Close them when done.
func New(threads int) *Workers {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	ws := &Workers{threads: threads, left: make(chan struct{}, 1)}
	for id := 1; id < threads; id++ {
		w := &worker{wake: make(chan struct{}, 1)}
		ws.all = append(ws.all, w)
		ws.exited.Add(1)
		go ws.work(id, w, 0)
	}
	return ws
}

// Threads returns the number of threads, also after Close.
func (ws *Workers) Threads() int { return ws.threads }

// Run calls f(i, worker) for every i in [0, n) and returns when all calls have
// returned. worker is in [0, Threads()), and no two calls with the same worker
// overlap, so it may index scratch memory. The caller takes part as worker 0.
// Which worker gets which i is random: results must not depend on it.
//
// If a call of f panics, no further calls begin, and Run panics with the same
// value once no worker is in f any more; the workers remain usable. Concurrent
// calls of Run take turns. f must not call Run of the same workers: that
// deadlocks. Run does not allocate, though the function literal passed as f may.
// After Close the caller makes all calls of f.
func (ws *Workers) Run(n int, f func(i, worker int)) {
	if n <= 0 {
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if n == 1 || ws.threads == 1 || ws.closed {
		for i := range n {
			f(i, 0)
		}
		return
	}
	ws.open(n, f)
	defer ws.finish()
	ws.drain(0)
}

// open starts an epoch and wakes as many workers as there is work for.
func (ws *Workers) open(n int, f func(i, worker int)) {
	ws.f, ws.n = f, int64(n)
	ws.next.Store(0)
	ws.epoch.Add(1)
	for _, w := range ws.all[:min(n-1, len(ws.all))] {
		w.unpark()
	}
}

// finish ends the epoch, waits until no worker is inside, and repeats a panic of
// a worker. A panic of the caller's own f is already under way.
func (ws *Workers) finish() {
	ws.next.Store(ws.n) // after a panic nobody need begin another i
	ws.epoch.Add(1)
	empty := func() bool { return ws.inside.Load() == 0 }
	if !spin(empty) {
		ws.waiting.Store(true)
		if !empty() || !ws.waiting.CompareAndSwap(true, false) {
			<-ws.left
		}
	}
	ws.f = nil
	if fail := ws.panicked.Swap(nil); fail != nil {
		panic(fail.value)
	}
}

// drain calls f while there are indices.
func (ws *Workers) drain(id int) {
	for {
		i := ws.next.Add(1) - 1
		if i >= ws.n {
			return
		}
		ws.f(int(i), id)
	}
}

// Close ends the goroutines and waits for them. It first waits for a Run that is
// under way; a second Close does nothing.
func (ws *Workers) Close() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.closed {
		return
	}
	ws.closed = true
	ws.stopping.Store(true)
	for _, w := range ws.all {
		w.unpark()
	}
	ws.exited.Wait()
}
