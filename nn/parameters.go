package nn

import (
	"fmt"
	"path"
	"slices"

	"descent/internal/memory"
	"descent/internal/rng"
	"descent/optimizers"
)

// parameter is the memory of one parameter and its gradient.
type parameter struct {
	name        string
	shape       []int
	value, grad []float32
	frozen      bool
}

// parameter returns the index of a parameter, which it makes while the model is
// being made.
func (m *Model) parameter(name string, init Initializer, fans Fans, shape []int) (int, error) {
	for i, p := range m.params {
		if p.name != name {
			continue
		}
		if !slices.Equal(p.shape, shape) {
			return 0, fmt.Errorf("parameter %q of shape %v: want %v, as at first", name, shape, p.shape)
		}
		return i, nil
	}
	if m.sealed {
		return 0, fmt.Errorf("parameter %q: not declared at first: want the same parameters in each graph", name)
	}
	n, err := m.take(shape, 2) // value and gradient
	if err != nil {
		return 0, fmt.Errorf("parameter %q: %w", name, err)
	}
	p := &parameter{name: name, shape: slices.Clone(shape), value: make([]float32, n), grad: make([]float32, n)}
	if init == nil {
		return 0, fmt.Errorf("parameter %q: initializer is nil", name)
	}
	if err := init.Init(p.value, fans, rng.New(m.cfg.Seed, "parameter", name)); err != nil {
		return 0, fmt.Errorf("parameter %q: %w", name, err)
	}
	if err := checkFinite(p.value); err != nil {
		return 0, fmt.Errorf("parameter %q: initial %w", name, err)
	}
	m.params = append(m.params, p)
	return len(m.params) - 1, nil
}

func (m *Model) state(name string, initial float32, shape []int) (optimizers.Param[float32], error) {
	for _, t := range m.states {
		if t.Name == name && slices.Equal(t.Shape, shape) {
			return t, nil
		}
	}
	var none optimizers.Param[float32]
	if m.sealed {
		return none, fmt.Errorf("state %q of shape %v: not declared at first: want the same states in each graph", name, shape)
	}
	n, err := m.take(shape, 1)
	if err != nil {
		return none, fmt.Errorf("state %q: %w", name, err)
	}
	m.states = append(m.states, optimizers.Param[float32]{Name: name, Shape: slices.Clone(shape), Value: slices.Repeat([]float32{initial}, n)})
	return m.states[len(m.states)-1], nil
}

// take counts memory for so many tensors of a shape, and returns the number of
// values of one.
func (m *Model) take(shape []int, tensors int) (int, error) {
	n, err := elements(shape)
	if err == nil {
		err = m.memory.Take(4*tensors, shape...)
	}
	return n, err
}

// elements returns the number of values of a shape.
func elements(shape []int) (int, error) {
	if slices.ContainsFunc(shape, func(d int) bool { return d < 1 }) {
		return 0, fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
	}
	n, ok := memory.Product(shape...)
	if !ok {
		return 0, fmt.Errorf("shape %v: too large", shape)
	}
	return n, nil
}

// Params returns all parameters, the frozen ones as well, in the order of the
// layers, as views of the model's memory. Grad has the gradient of the last
// [Model.Step], or zeros while the parameter is frozen; Frozen follows
// [Model.Freeze] and [Model.Unfreeze].
func (m *Model) Params() []optimizers.Param[float32] {
	all := make([]optimizers.Param[float32], len(m.params))
	for i, p := range m.params {
		all[i] = optimizers.Param[float32]{Name: p.name, Shape: slices.Clone(p.shape), Value: p.value, Grad: p.grad, Frozen: &p.frozen}
	}
	return all
}

// States returns what the layers keep besides parameters, such as running
// statistics, as views of the model's memory, without gradients.
func (m *Model) States() []optimizers.Param[float32] { return slices.Clone(m.states) }

// Counter returns the number of the last [Model.Step], from 1: what the random
// numbers of training, such as those of dropout, are a function of beside the
// seed. It waits for a call under way.
func (m *Model) Counter() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.steps
}

// SetCounter makes the next [Model.Step] the one after step n. With the values
// of [Model.Params] and [Model.States], it is all that lasts from one step to
// the next: a model that has been given another's continues as that one would.
func (m *Model) SetCounter(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps = n
}

// NumParams returns the number of values in all parameters.
func (m *Model) NumParams() int {
	n := 0
	for _, p := range m.params {
		n += len(p.value)
	}
	return n
}

// Freeze keeps the parameters whose names match a pattern of [path.Match], such
// as "0.*", from being trained, until [Model.Unfreeze]. It takes effect at
// once, in a hook during a run as well: no gradient is computed for them, and
// an optimizer of [Model.Params] leaves them, and the state it has for them, as
// they are. A pattern that matches no parameter is an error.
func (m *Model) Freeze(patterns ...string) error { return m.freeze(true, patterns) }

// Unfreeze undoes [Model.Freeze], at once as well. An optimizer goes on with the
// state that it had for the parameters, such as their momentum and their count
// of updates; those that were frozen from the start begin as in a new one.
func (m *Model) Unfreeze(patterns ...string) error { return m.freeze(false, patterns) }

func (m *Model) freeze(frozen bool, patterns []string) error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	var change []*parameter
	for _, pattern := range patterns {
		n := len(change)
		for _, p := range m.params {
			ok, err := path.Match(pattern, p.name)
			if err != nil {
				return fmt.Errorf("nn: pattern %q: %w", pattern, err)
			}
			if ok {
				change = append(change, p)
			}
		}
		if len(change) == n {
			return fmt.Errorf("nn: pattern %q matches no parameter: want one of %v", pattern, names(m.Params()))
		}
	}
	for _, p := range change {
		p.frozen = frozen
		clear(p.grad)
	}
	return nil
}
