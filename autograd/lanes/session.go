package lanes

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"descent/autograd"
	"descent/internal/graph"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ErrBusy is returned by a session that another goroutine is running.
var ErrBusy = errors.New("in use by another goroutine")

// Program says what a [Session] computes, in nodes of one builder.
type Program struct {
	Loss    *gorgonia.Node // a scalar, or nil
	Wrt     gorgonia.Nodes // nodes to take the gradient of Loss with respect to
	Outputs gorgonia.Nodes // further nodes to read after a run

	// Grads, if not nil, is where a run writes the gradients, in a float32 graph: one
	// slice for each of Wrt, of the same length. If nil, the session allocates them.
	Grads [][]float32
}

// Session owns a graph and the machine that runs it. It serves one goroutine
// at a time.
type Session struct {
	b       *Builder
	program Program
	grads   gorgonia.Nodes
	machine *autograd.Machine
	busy    sync.Mutex
}

// NewSession differentiates the loss of p and returns a session for it. The
// builder must not be used afterwards.
func (b *Builder) NewSession(p Program) (*Session, error) {
	if p.Loss == nil && len(p.Wrt) > 0 {
		return nil, errors.New("lanes: session: gradients requested without a loss")
	}
	if p.Loss != nil && len(p.Loss.Shape()) != 0 {
		return nil, fmt.Errorf("lanes: session: loss %v of shape %v: want a scalar node", p.Loss, p.Loss.Shape())
	}
	s := &Session{b: b, program: p}
	var targets gorgonia.Nodes
	var err error
	if p.Loss != nil {
		targets = append(targets, p.Loss)
	}
	if err := b.keep(p); err != nil {
		return nil, prefix.Error("lanes", err, "session")
	}
	if len(p.Wrt) > 0 {
		b.slots = map[*gorgonia.Node][]slot{}
		if s.grads, err = autograd.Grad(p.Loss, p.Wrt...); err != nil {
			return nil, prefix.Error("lanes", err)
		}
	}
	targets = slices.Concat(targets, s.grads, p.Outputs)
	if s.machine, err = autograd.NewMachine(targets...); err != nil {
		return nil, prefix.Error("lanes", err)
	}
	if targets[0].Graph() != b.graph {
		return nil, fmt.Errorf("lanes: session: %v is of another graph than the builder's", targets[0])
	}
	if err := refuseState(targets); err != nil {
		return nil, err
	}
	if err := cmp.Or(b.settle(targets), b.few.allocate(targets)); err != nil {
		return nil, prefix.Error("lanes", err)
	}
	s.machine.Use(graph.Env{Run: b.engine.workers.Run, Threads: b.engine.Threads(), ISA: b.engine.cfg.ISA, Flush: b.queue.flush})
	b.queue.on = !b.engine.cfg.Check
	return s, nil
}

// keep notes the memory for gradients, which the operations ask for when the loss is
// differentiated.
func (b *Builder) keep(p Program) error {
	switch {
	case p.Grads == nil:
		return nil
	case b.dtype != tensor.Float32:
		return fmt.Errorf("gradients are of float32: want no Grads in a graph of %v", b.dtype)
	case len(p.Grads) != len(p.Wrt):
		return fmt.Errorf("%d Grads: want %d, one for each of Wrt", len(p.Grads), len(p.Wrt))
	}
	b.grads = make(map[*gorgonia.Node][]float32, len(p.Grads))
	for i, n := range p.Wrt {
		if n == nil || len(p.Grads[i]) != size(n.Shape()) {
			return fmt.Errorf("%d values in Grads[%d]: want as many as in %v", len(p.Grads[i]), i, n)
		}
		b.grads[n] = p.Grads[i]
	}
	return nil
}

// refuseState returns an error if a stock operation keeps a state: another graph, for
// evaluation or for other batches, would not see it.
func refuseState(targets gorgonia.Nodes) error {
	e, err := graph.Below(targets...)
	for n := range e {
		if _, ok := n.Op().(*gorgonia.BatchNormOp); ok {
			return errors.New("lanes: gorgonia's batch normalization keeps its statistics in one graph, where others cannot see them: want an Op whose statistics are inputs")
		}
	}
	return prefix.Error("lanes", err)
}

// Feed is data for an input: a slice of the input's element type, which may be
// shorter than the input if the batch is smaller than the builder's Rows, but
// not shorter than the batch. An input without a row for each of Rows must be fed
// completely.
type Feed struct {
	Input *gorgonia.Node
	Data  any // []float32, []float64, []uint8 or []int32
}

// Run copies the feeds to their inputs and computes a batch of active rows. Dropout
// draws its mask from the step number.
//
// It returns [ErrBusy] if another goroutine is using the session. If a feed does not
// fit, the error names the input.
func (s *Session) Run(active int, step int64, feeds ...Feed) error {
	if !s.busy.TryLock() {
		return fmt.Errorf("lanes: session: %w", ErrBusy)
	}
	defer s.busy.Unlock()
	if s.b == nil {
		return errors.New("lanes: session is empty: want one from Builder.NewSession")
	}
	if active < 1 || active > s.b.rows {
		return fmt.Errorf("lanes: session: a batch of %d rows: want 1 to %d", active, s.b.rows)
	}
	s.b.active, s.b.step = active, step
	s.b.few.begin(active)
	for _, f := range feeds {
		if err := f.copyIn(s.b, active); err != nil {
			return fmt.Errorf("lanes: session: %w", err)
		}
	}
	if err := s.machine.RunAll(); err != nil {
		return prefix.Error("lanes", err)
	}
	for i, dst := range s.program.Grads { // those not written by a single operation
		if g := result[float32](s, s.grads, i); &g[0] != &dst[0] {
			copy(dst, g)
		}
	}
	return nil
}

func (f Feed) copyIn(b *Builder, active int) error {
	if f.Input == nil || f.Input.Op() != nil || f.Input.Graph() != b.graph {
		return fmt.Errorf("%v is fed: want an input of this session's graph", f.Input)
	}
	d, ok := f.Input.Value().(*tensor.Dense)
	if !ok {
		return fmt.Errorf("input %v has no memory to feed", f.Input)
	}
	data, dt := reflect.ValueOf(f.Data), d.Dtype()
	if data.Kind() != reflect.Slice || data.Type().Elem() != dt.Type {
		return fmt.Errorf("input %v is fed a %T: want a slice of %v", f.Input, f.Data, dt)
	}
	got, want := data.Len(), size(d.Shape())
	if got > want {
		return fmt.Errorf("input %v is fed %d values: want at most %d", f.Input, got, want)
	}
	// Values that are not fed keep those of the previous run, which is a mistake for
	// rows that count.
	need := want
	if s := f.Input.Shape(); len(s) > 0 && s[0] >= b.rows {
		need = active * (want / s[0])
	}
	if got < need {
		return fmt.Errorf("input %v is fed %d values: want %d for %d rows", f.Input, got, need, active)
	}
	copy(d.Raw, unsafe.Slice((*byte)(data.UnsafePointer()), got*int(dt.Size())))
	return nil
}

// WeightsInput returns the input for the weights of a batch, or nil if there is none.
func (s *Session) WeightsInput() *gorgonia.Node {
	if s.b == nil {
		return nil
	}
	return s.b.weights
}

// Loss returns the loss of the last run, or 0 if there is none.
func (s *Session) Loss() float64 {
	v := s.machine.Value(s.program.Loss)
	if v == nil {
		return 0
	}
	if v.Dtype() == tensor.Float32 {
		return float64(graph.DataOf[float32](v)[0])
	}
	return graph.DataOf[float64](v)[0]
}

// Output returns the values of output i of the last run, valid until the next run. It
// is nil before the first run and if there is no output i. T must be the builder's
// element type.
func Output[T Float](s *Session, i int) []T {
	if s == nil {
		return nil
	}
	return result[T](s, s.program.Outputs, i)
}

// GradientOf returns the gradient of the loss with respect to the program's Wrt[i],
// valid until the next run. It is nil before the first run and if there is none. T must
// be the builder's element type.
func GradientOf[T Float](s *Session, i int) []T {
	if s == nil {
		return nil
	}
	if i >= 0 && i < len(s.program.Grads) && s.machine.Value(s.grads[i]) != nil {
		return any(s.program.Grads[i]).([]T)
	}
	return result[T](s, s.grads, i)
}

// result returns the values of nodes[i], if there are any.
func result[T Float](s *Session, nodes gorgonia.Nodes, i int) []T {
	if i < 0 || i >= len(nodes) {
		return nil
	}
	if v := s.machine.Value(nodes[i]); v != nil {
		return graph.DataOf[T](v)
	}
	return nil
}

// Profile starts measuring the time of each operation: see
// [autograd.Machine.Profile]. It waits for a run under way.
func (s *Session) Profile() {
	s.busy.Lock()
	defer s.busy.Unlock()
	s.machine.Profile()
}

// OpTimes returns the times measured: see [autograd.Machine.OpTimes]. It waits for a
// run under way.
func (s *Session) OpTimes() []autograd.OpTime {
	s.busy.Lock()
	defer s.busy.Unlock()
	return s.machine.OpTimes()
}
