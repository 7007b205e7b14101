package autograd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"descent/internal/caught"
	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// Machine computes nodes and everything they depend on, in the caller's goroutine.
// It calls the Do methods of the operations, in the order in which these were added
// to the graph. Read the results with [Machine.Value]: unlike a [gorgonia.VM], a
// Machine does not change the values of nodes.
//
// Gorgonia's own TapeMachine locks a thread and starts a goroutine at every run,
// which pushes worker goroutines off their processors. It also lets stock operations
// overwrite buffers that it considers dead. The operations of this package give equal
// results in both.
type Machine struct {
	steps    []step // each after those that it needs
	index    map[*gorgonia.Node]int
	profiled bool
	flush    func() // see [graph.Env]
}

// step is a node of the graph.
type step struct {
	node  *gorgonia.Node
	op    gorgonia.Op // nil for an input or a constant, whose value is in the graph
	in    []int       // the steps that give the arguments
	args  []gorgonia.Value
	value gorgonia.Value
	time  OpTime
}

// NewMachine returns a machine that computes the given nodes of one graph.
func NewMachine(targets ...*gorgonia.Node) (*Machine, error) {
	if len(targets) == 0 || slices.Contains(targets, nil) {
		return nil, fmt.Errorf("autograd: machine for %d nodes: want 1 or more, none nil", len(targets))
	}
	for _, t := range targets {
		if t.Graph() != targets[0].Graph() {
			return nil, fmt.Errorf("autograd: machine: %v is of another graph than %v", t, targets[0])
		}
	}
	e, err := graph.Below(targets...)
	if err != nil {
		return nil, fmt.Errorf("autograd: %w", err)
	}
	m := &Machine{index: map[*gorgonia.Node]int{}}
	for i, n := range e.Order() {
		m.index[n] = i
		s := step{node: n, op: n.Op(), args: make([]gorgonia.Value, len(e[n]))}
		if len(e[n]) == 0 && n.Value() != nil {
			s.op = nil
		}
		for _, c := range e[n] {
			s.in = append(s.in, m.index[c])
		}
		m.steps = append(m.steps, s)
	}
	return m, nil
}

// RunAll computes all nodes. It returns the first error of an operation, with
// the operation's name, and an error if an input has no value.
func (m *Machine) RunAll() error {
	err := m.run()
	return cmp.Or(err, m.catchUp())
}

func (m *Machine) run() error {
	for i := range m.steps {
		s := &m.steps[i]
		if s.op == nil {
			if s.value = s.node.Value(); s.value == nil {
				return fmt.Errorf("autograd: input %v has no value", s.node)
			}
			continue
		}
		for j, k := range s.in {
			if m.steps[k].late() && !s.joins(j) {
				if err := m.catchUp(); err != nil {
					return err
				}
			}
			s.args[j] = m.steps[k].value
		}
		var start time.Time
		if m.profiled {
			start = time.Now()
		}
		v, err := do(s.op, s.args)
		if err != nil {
			return err
		}
		if s.value = v; m.profiled {
			if err := m.catchUp(); err != nil {
				return err
			}
			s.time.add(time.Since(start))
		}
	}
	return nil
}

// catchUp does the work that operations have postponed.
func (m *Machine) catchUp() (err error) {
	defer caught.Error(&err, "autograd", "")
	if m.flush != nil {
		m.flush()
	}
	return nil
}

// late reports whether a step's value is yet to be computed.
func (s *step) late() bool {
	o, ok := s.op.(*graph.Op)
	return ok && o.Late != nil && o.Late()
}

// joins reports whether an argument may be late.
func (s *step) joins(arg int) bool {
	o, ok := s.op.(*graph.Op)
	return ok && o.Joins != nil && o.Joins[arg]
}

// do runs one operation and turns a panic into an error: stock operations have
// several panics.
func do(o gorgonia.Op, args []gorgonia.Value) (v gorgonia.Value, err error) {
	if own, ok := o.(*graph.Op); ok { // which handles panics and adds its name itself
		if v, err = own.Do(args...); err != nil {
			err = fmt.Errorf("autograd: %w", err)
		}
		return v, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = caught.New(r)
		}
		if err != nil {
			v, err = nil, fmt.Errorf("autograd: %v: %w", o, err)
		}
	}()
	return o.Do(args...)
}

// Value returns the value of a node in the last run, or nil. It is valid until the
// next run.
func (m *Machine) Value(n *gorgonia.Node) gorgonia.Value {
	if m == nil {
		return nil
	}
	if i, ok := m.index[n]; ok {
		return m.steps[i].value
	}
	return nil
}

// Use sets the workers and the instruction set with which the expressions of the
// graph compute.
func (m *Machine) Use(env graph.Env) {
	m.flush = env.Flush
	for _, s := range m.steps {
		if o, ok := s.op.(*graph.Op); ok {
			o.Env = env
		}
	}
}
