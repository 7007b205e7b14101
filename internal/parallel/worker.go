package parallel

import "runtime"

const (
	// spins × spinLoads loads of a shared word are some tens of microseconds:
	// longer than the pause between two operations of a training step, shorter
	// than anybody minds.
	spins     = 100
	spinLoads = 256
)

// spin looks at done for a while and reports whether it came true. It yields
// often enough that a process with one processor for all its goroutines gets
// on.
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

// work is the life of a worker: join every epoch that is open and new.
func (p *Pool) work(id int, w *worker, last uint64) {
	ended := false
	defer func() {
		if ended {
			p.exited.Done()
			return
		}
		// f ended this goroutine (runtime.Goexit): another takes its place.
		go p.work(id, w, last)
	}()
	for p.await(w, last) {
		last = p.join(id, last)
	}
	ended = true
}

// await returns true when there is an open epoch other than last, and false
// when the pool is closing.
func (p *Pool) await(w *worker, last uint64) bool {
	ready := func() bool {
		e := p.epoch.Load()
		return e&1 == 1 && e != last || p.stopping.Load()
	}
	for !spin(ready) {
		// Announce, then look again: either this sees what Run has published,
		// or Run sees the announcement and sends.
		w.parked.Store(true)
		if !ready() || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
	return !p.stopping.Load()
}

// unpark wakes the worker if it is parked or about to be.
func (w *worker) unpark() {
	if w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// join takes part in the open epoch, if it is still open, and returns its
// number. The caller of Run ends the epoch and then waits until nobody is
// inside; whoever comes in later sees that it has ended.
func (p *Pool) join(id int, last uint64) uint64 {
	p.inside.Add(1)
	defer p.leave()
	e := p.epoch.Load()
	if e&1 == 0 || e == last {
		return last
	}
	p.drain(id)
	return e
}

// leave keeps the value of a panic for the caller of Run.
func (p *Pool) leave() {
	if v := recover(); v != nil {
		p.panicked.CompareAndSwap(nil, &failure{v})
		p.next.Store(p.n)
	}
	if p.inside.Add(-1) == 0 && p.waiting.CompareAndSwap(true, false) {
		p.left <- struct{}{}
	}
}
