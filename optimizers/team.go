package optimizers

import (
	"errors"
	"fmt"

	"descent/internal/isnil"
	"descent/internal/parallel"
)

const (
	// leastShared is the smallest number of elements that are faster to share.
	leastShared = 1 << 15
	// mostThreads limits the cost of a mistyped number of threads.
	mostThreads = 1024
)

// team is the workers of an optimizer.
type team struct {
	Workers                   // nil for the caller alone
	own     *parallel.Workers // to be closed, or nil
}

// team returns the workers that the settings ask for.
func (c Config) team() (*team, error) {
	switch {
	case c.Threads < 0 || c.Threads > mostThreads:
		return nil, fmt.Errorf("optimizers: Config: Threads = %d: want 0 (as 1) to %d", c.Threads, mostThreads)
	case c.Threads > 0 && c.Workers != nil:
		return nil, fmt.Errorf("optimizers: Config: Threads = %d: want 0 with Workers", c.Threads)
	case c.Workers != nil && isnil.Value(c.Workers):
		return nil, errors.New("optimizers: Config: Workers is a nil pointer: want workers, or nil for the caller alone")
	}
	t := &team{Workers: c.Workers}
	if c.Threads > 1 {
		t.own = parallel.New(c.Threads)
		t.Workers = t.own
	}
	return t, nil
}

// threads returns the number of workers, the caller included.
func (t *team) threads() int {
	if t.Workers == nil {
		return 1
	}
	return max(1, t.Threads())
}

// shared returns the workers if there are several and n elements are worth it.
func (t *team) shared(n int) Workers {
	if n < leastShared || t.threads() < 2 {
		return nil
	}
	return t.Workers
}

// run calls f for each piece of n elements together.
func (t *team) run(n, pieces int, f func(i, worker int)) {
	if w := t.shared(n); w != nil {
		w.Run(pieces, f)
		return
	}
	for i := range pieces {
		f(i, 0)
	}
}

// Close ends the goroutines of [Config].Threads. Later steps run on the caller's
// goroutine alone. If an optimizer is not closed, the garbage collector ends them.
func (o *Optimizer[T]) Close() {
	if o.team != nil && o.team.own != nil {
		o.team.own.Close()
	}
}

// sharer has workers do the updates of elementwise rules, block by block.
type sharer[T Float] struct {
	team   *team
	rule   Rule
	due    []Update[T]
	pieces []piece // of due
	errs   []error // by piece
	slots  [][][]T // by worker: those of a block
	one    func(i, worker int)
}

// newSharer returns a sharer for as many pieces, and slots of each, as a step
// may have.
func newSharer[T Float](t *team, pieces, slots int) *sharer[T] {
	s := &sharer[T]{team: t, pieces: make([]piece, 0, pieces), errs: make([]error, pieces)}
	for range t.threads() {
		s.slots = append(s.slots, make([][]T, slots))
	}
	s.one = s.updateOne
	return s
}

// update does the updates of a rule, and returns the first error of them.
func (s *sharer[T]) update(rule Rule, due []Update[T]) error {
	s.rule, s.due, s.pieces = rule, due, s.pieces[:0]
	n := 0
	for j := range due {
		s.pieces = appendPieces(s.pieces, j, len(due[j].Value))
		n += len(due[j].Value)
	}
	s.team.run(n, len(s.pieces), s.one)
	for _, err := range s.errs {
		if err != nil {
			clear(s.errs)
			return err
		}
	}
	return nil
}

func (s *sharer[T]) updateOne(i, worker int) {
	p := s.pieces[i]
	u := s.due[p.of]
	slots := s.slots[worker][:len(u.Slots)]
	for k, v := range u.Slots {
		slots[k] = v[p.from:p.to]
	}
	u.First, u.Slots = p.from, slots
	u.Value, u.Grad = u.Value[p.from:p.to], u.Grad[p.from:p.to]
	s.errs[i] = apply(s.rule, &u)
}
