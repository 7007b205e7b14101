// Package parallel runs short pieces of work on persistent goroutines.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"

	"descent/internal/caught"
)

// Workers is a fixed number of threads of work: the caller of Run and Threads()−1
// goroutines, which spin for some tens of microseconds when idle and then park.
// They live until Close, or until the Workers become unreachable. The zero value is
// not usable: see [New].
type Workers struct{ *crew }

// crew is the state that the goroutines refer to, so that they do not keep the Workers
// reachable.
type crew struct {
	threads int
	mu      sync.Mutex // one Run at a time
	closed  bool
	all     []*worker
	exited  sync.WaitGroup

	// The current Run. The caller writes these while the epoch is even; a
	// worker reads them between joining an odd epoch and leaving.
	f func(i, worker int)
	n int64

	_      [64]byte // all goroutines often write the counters below
	epoch  atomic.Uint64
	_      [64]byte
	next   atomic.Int64 // the next i
	_      [64]byte
	inside atomic.Int64 // workers that may be reading f
	_      [64]byte

	waiting  atomic.Bool   // the caller is, or soon will be, receiving from left
	left     chan struct{} // the last worker inside has left
	stopping atomic.Bool
	panicked atomic.Pointer[caught.Panic]
}

// New returns workers for the given number of threads, including the caller of Run.
// 0 or less means the current GOMAXPROCS. Close the workers when done. The garbage
// collector ends workers that nobody closed, some time after their last use.
func New(threads int) *Workers {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	c := &crew{threads: threads, left: make(chan struct{}, 1)}
	for id := 1; id < threads; id++ {
		w := &worker{wake: make(chan struct{}, 1)}
		c.all = append(c.all, w)
		c.exited.Add(1)
		go c.work(id, w, 0)
	}
	ws := &Workers{c}
	runtime.AddCleanup(ws, (*crew).stop, c)
	return ws
}

// Threads returns the number of threads, also after Close.
func (c *crew) Threads() int { return c.threads }

// Run calls f(i, worker) for every i in [0, n) and returns when all calls have
// returned. worker is in [0, Threads()), and no two calls with the same worker
// overlap, so it may index scratch memory. The caller takes part as worker 0.
// Which worker gets which i is random: results must not depend on it.
//
// If a call of f panics, no further calls begin, and Run panics once no worker is
// in f any more. It panics with a [caught.Panic], unless the caller itself made that
// call. The workers remain usable. Concurrent calls of Run take turns. f must not
// call Run of the same workers: that deadlocks. Run does not allocate, though the
// function literal passed as f may. After Close the caller makes all calls of f.
func (c *crew) Run(n int, f func(i, worker int)) {
	if n <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n == 1 || c.threads == 1 || c.closed {
		for i := range n {
			f(i, 0)
		}
		return
	}
	c.open(n, f)
	defer c.finish()
	c.drain(0)
}

// open starts an epoch and wakes as many workers as there is work for.
func (c *crew) open(n int, f func(i, worker int)) {
	c.f, c.n = f, int64(n)
	c.next.Store(0)
	c.epoch.Add(1)
	for _, w := range c.all[:min(n-1, len(c.all))] {
		w.unpark()
	}
}

// finish ends the epoch, waits until no worker is inside, and repeats a panic of
// a worker. A panic in a call of the caller is already in progress.
func (c *crew) finish() {
	c.next.Store(c.n) // after a panic nobody should begin another i
	c.epoch.Add(1)
	empty := func() bool { return c.inside.Load() == 0 }
	if !spin(empty) {
		c.waiting.Store(true)
		if !empty() || !c.waiting.CompareAndSwap(true, false) {
			<-c.left
		}
	}
	c.f = nil
	if p := c.panicked.Swap(nil); p != nil {
		panic(p)
	}
}

// drain calls f while there are indices left.
func (c *crew) drain(id int) {
	for {
		i := c.next.Add(1) - 1
		if i >= c.n {
			return
		}
		c.f(int(i), id)
	}
}

// Close ends the goroutines and waits for them. It first waits for a Run in
// progress. A second Close does nothing.
func (c *crew) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.stop()
	c.exited.Wait()
}

// stop tells the goroutines to end. In a Run in progress, and in later ones, the
// caller then works alone.
func (c *crew) stop() {
	c.stopping.Store(true)
	for _, w := range c.all {
		w.unpark()
	}
}
