package autograd

import (
	"fmt"
	"slices"
	"time"

	"descent/internal/caught"
	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// Machine runs what a set of nodes depends on, in the caller's goroutine: the
// operations in the order in which they were added to the graph, each by its
// Do method. What it computes is read by [Machine.Value]: it leaves the values
// of nodes alone, unlike a [gorgonia.VM].
//
// Gorgonia's own TapeMachine locks a thread and starts a goroutine at every
// run, which throws worker goroutines off their processors; and it lets stock
// operations overwrite buffers that it believes dead. The results of the
// operations of this package are equal in both.
type Machine struct {
	inputs []input
	steps  []instruction
	values []gorgonia.Value
	slot   map[*gorgonia.Node]int
	times  []OpTime // by step; nil unless they are wanted
}

// input is a node whose value is read from the graph at each run.
type input struct {
	node *gorgonia.Node
	slot int
}

type instruction struct {
	op   gorgonia.Op
	in   []int // slots
	args []gorgonia.Value
	out  int
}

// NewMachine returns a machine that computes the given nodes of one graph.
func NewMachine(targets ...*gorgonia.Node) (*Machine, error) {
	if len(targets) == 0 || slices.Contains(targets, nil) {
		return nil, fmt.Errorf("autograd: machine for %d nodes: want one or more, none nil", len(targets))
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
	m := &Machine{slot: map[*gorgonia.Node]int{}}
	var order gorgonia.Nodes
	var visit func(n *gorgonia.Node)
	visit = func(n *gorgonia.Node) {
		if _, seen := m.slot[n]; seen {
			return
		}
		m.slot[n] = -1
		for _, c := range e[n] {
			visit(c)
		}
		order = append(order, n)
	}
	for _, t := range targets {
		visit(t)
	}
	slices.SortFunc(order, func(a, b *gorgonia.Node) int { return int(a.ID() - b.ID()) })
	m.values = make([]gorgonia.Value, len(order))
	for i, n := range order {
		m.slot[n] = i
		in := e[n]
		if n.Op() == nil || len(in) == 0 && n.Value() != nil { // an input or a constant
			m.inputs = append(m.inputs, input{n, i})
			continue
		}
		s := instruction{op: n.Op(), out: i, args: make([]gorgonia.Value, len(in))}
		for _, c := range in {
			s.in = append(s.in, m.slot[c])
		}
		m.steps = append(m.steps, s)
	}
	return m, nil
}

// RunAll computes all nodes. It returns the first error of an operation, with
// the operation's name, and an error if an input has no value.
func (m *Machine) RunAll() error {
	for _, in := range m.inputs {
		v := in.node.Value()
		if v == nil {
			return fmt.Errorf("autograd: input %v has no value", in.node)
		}
		m.values[in.slot] = v
	}
	for i := range m.steps {
		s := &m.steps[i]
		for j, k := range s.in {
			s.args[j] = m.values[k]
		}
		v, err := m.do(i)
		if err != nil {
			return err
		}
		m.values[s.out] = v
	}
	return nil
}

// do runs one step, on the clock if the times are wanted.
func (m *Machine) do(i int) (gorgonia.Value, error) {
	s := &m.steps[i]
	if m.times == nil {
		return do(s.op, s.args)
	}
	start := time.Now()
	v, err := do(s.op, s.args)
	m.times[i].add(time.Since(start))
	return v, err
}

// do runs one operation and makes an error of a panic: stock operations have
// several.
func do(o gorgonia.Op, args []gorgonia.Value) (v gorgonia.Value, err error) {
	if own, ok := o.(*graph.Op); ok {
		if v, err = own.Do(args...); err != nil {
			return nil, fmt.Errorf("autograd: %w", err)
		}
		return v, nil
	}
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fmt.Errorf("autograd: %v: %w", o, caught.New(r))
		}
	}()
	if v, err = o.Do(args...); err != nil {
		return nil, fmt.Errorf("autograd: %v: %w", o, err)
	}
	return v, nil
}

// Value returns what the last run gave a node, or nil. It stays valid until
// the next run.
func (m *Machine) Value(n *gorgonia.Node) gorgonia.Value {
	if m == nil {
		return nil
	}
	if i, ok := m.slot[n]; ok {
		return m.values[i]
	}
	return nil
}

// Use makes the expressions of the graph compute with other workers and another
// instruction set.
func (m *Machine) Use(env graph.Env) {
	for _, s := range m.steps {
		if o, ok := s.op.(*graph.Op); ok {
			o.Env = env
		}
	}
}
