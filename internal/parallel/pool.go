// Package parallel runs short pieces of work on persistent goroutines.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool is a fixed number of threads of work: the caller of [Pool.Run] and
// Threads()−1 goroutines, which wait by spinning some tens of microseconds and
// then park. They live until [Pool.Close]. The zero value is not usable: see
// [New].
type Pool struct {
	threads int
	mu      sync.Mutex // one Run at a time
	closed  bool
	workers []*worker
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

type worker struct {
	parked atomic.Bool
	wake   chan struct{}
	_      [64]byte
}

// New returns a pool of that many threads, the caller of Run being one of
// them; 0 or less means GOMAXPROCS as it is now. Close it when done.
func New(threads int) *Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &Pool{threads: threads, left: make(chan struct{}, 1)}
	for id := 1; id < threads; id++ {
		w := &worker{wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		p.exited.Add(1)
		go p.work(id, w, 0)
	}
	return p
}

// Threads returns the number of threads. After Close it is still the number
// that the pool was made with.
func (p *Pool) Threads() int { return p.threads }

// Run calls f(i, worker) for every i in [0, n) and returns when all calls have
// returned. worker is in [0, Threads()), and no two calls with the same worker
// overlap, so it may index scratch memory. The caller takes part, as worker 0.
// Which worker gets which i is chance: results must not depend on it.
//
// If a call of f panics, indices not yet begun are left out, and the panic's
// value is raised in the caller once no worker runs f any more; the pool
// remains usable. Calls of Run from several goroutines take turns. f must not
// call Run of the same pool: that waits for itself for ever. Run does not
// allocate (a function literal that f is made from may). After Close all of f
// runs in the caller.
func (p *Pool) Run(n int, f func(i, worker int)) {
	if n <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n == 1 || p.threads == 1 || p.closed {
		for i := range n {
			f(i, 0)
		}
		return
	}
	p.open(n, f)
	defer p.finish()
	p.drain(0)
}

// open starts an epoch and wakes as many workers as can be of use.
func (p *Pool) open(n int, f func(i, worker int)) {
	p.f, p.n = f, int64(n)
	p.next.Store(0)
	p.epoch.Add(1)
	for _, w := range p.workers[:min(n-1, len(p.workers))] {
		w.unpark()
	}
}

// finish ends the epoch, waits until no worker is inside, and raises what a
// worker panicked with. A panic of the caller's own f is on its way already.
func (p *Pool) finish() {
	p.next.Store(p.n) // after a panic nobody need begin another i
	p.epoch.Add(1)
	empty := func() bool { return p.inside.Load() == 0 }
	if !spin(empty) {
		p.waiting.Store(true)
		if !empty() || !p.waiting.CompareAndSwap(true, false) {
			<-p.left
		}
	}
	p.f = nil
	if fail := p.panicked.Swap(nil); fail != nil {
		panic(fail.value)
	}
}

// drain calls f while there are indices.
func (p *Pool) drain(id int) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.n {
			return
		}
		p.f(int(i), id)
	}
}

// Close ends the goroutines and waits for them. It waits for a Run that is
// under way; a second Close does nothing.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	p.stopping.Store(true)
	for _, w := range p.workers {
		w.unpark()
	}
	p.exited.Wait()
}
