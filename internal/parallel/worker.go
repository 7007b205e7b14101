package parallel

import (
	"runtime"
	"sync/atomic"

	"descent/internal/caught"
)

// worker is one goroutine, and the means to wake it.
type worker struct {
	parked atomic.Bool
	wake   chan struct{}
	_      [64]byte
}

const (
	// spins × spinLoads loads of a shared word are some tens of microseconds:
	// longer than the pause between two operations of a training step, too short
	// to matter otherwise.
	spins     = 100
	spinLoads = 256
)

// spin polls done for a while and reports whether it became true. It yields
// often enough for a process with one processor to make progress.
func spin(done func() bool) bool {
	for range spins {
		for range spinLoads {
			if done() {
				return true
			}
		}
		runtime.Gosched()
	}
	return false
}

// work is the loop of a worker: it joins every new epoch.
func (c *crew) work(id int, w *worker, last uint64) {
	ended := false
	defer func() {
		if ended {
			c.exited.Done()
			return
		}
		// f ended this goroutine (runtime.Goexit): start another.
		go c.work(id, w, last)
	}()
	for c.await(w, last) {
		last = c.join(id, last)
	}
	ended = true
}

// await returns true when there is an open epoch other than last, and false
// when the workers are closing.
func (c *crew) await(w *worker, last uint64) bool {
	ready := func() bool {
		e := c.epoch.Load()
		return e&1 == 1 && e != last || c.stopping.Load()
	}
	for !spin(ready) {
		// Announce, then look again: either this sees what Run has published,
		// or Run sees the announcement and sends.
		w.parked.Store(true)
		if !ready() || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
	return !c.stopping.Load()
}

// unpark wakes the worker if it is parked or about to be.
func (w *worker) unpark() {
	if w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// join takes part in the open epoch, if it is still open, and returns its
// number. The caller of Run ends the epoch and then waits until nobody is
// inside. A worker that comes in later sees that the epoch has ended.
func (c *crew) join(id int, last uint64) uint64 {
	c.inside.Add(1)
	defer c.leave()
	e := c.epoch.Load()
	if e&1 == 0 || e == last {
		return last
	}
	c.drain(id)
	return e
}

// leave leaves the epoch, and keeps the value of a panic for the caller of Run.
func (c *crew) leave() {
	if v := recover(); v != nil {
		c.panicked.CompareAndSwap(nil, caught.New(v))
		c.next.Store(c.n)
	}
	if c.inside.Add(-1) == 0 && c.waiting.CompareAndSwap(true, false) {
		c.left <- struct{}{}
	}
}
