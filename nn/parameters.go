package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"

	"descent/internal/caught"
	"descent/internal/graph"
	"descent/internal/kernel"
	"descent/internal/rng"
	"descent/optimizers"
)

// param is the memory of a parameter, or of a state, which has no gradient.
type param = optimizers.Param[float32]

// tensor returns the parameter or state with the given full name. It creates it while
// the model is being created.
func (s *Scope) tensor(trained bool, full string, init Initializer, fans Fans, shape []int) (t param, err error) {
	m, what, list := s.model, "state", &s.model.states
	if trained {
		what, list = "parameter", &m.params
	}
	if s.graph.declared[full] {
		return t, fmt.Errorf("%s %q is declared twice: want unique names", what, full)
	}
	s.graph.declared[full] = true
	if i := slices.IndexFunc(*list, func(t param) bool { return t.Name == full }); i >= 0 {
		if t = (*list)[i]; !slices.Equal(t.Shape, shape) {
			return t, fmt.Errorf("%s %q of shape %v: want %v, as at first", what, full, shape, t.Shape)
		}
		return t, nil
	}
	if m.sealed {
		return t, fmt.Errorf("%s %q: not declared at first: want the same %ss in each graph", what, full, what)
	}
	err = cmp.Or(graph.Positive(shape), m.memory.Take(8, shape...)) // with the gradient, or with what a step found
	if err == nil && init == nil {
		err = errors.New("initializer is nil")
	}
	if err == nil {
		t = param{Name: full, Shape: slices.Clone(shape), Value: kernel.Alloc[float32](graph.Size(shape))}
		err = draw(init, t.Value, fans, rng.New(m.cfg.Seed, "parameter", full))
	}
	if err == nil && trained {
		t.Grad, t.Frozen = kernel.Alloc[float32](len(t.Value)), new(bool)
		if err = checkFinite(t.Value); err != nil {
			err = fmt.Errorf("initial %w", err)
		}
	}
	if err != nil {
		return t, fmt.Errorf("%s %q: %w", what, full, err)
	}
	if *list = append(*list, t); !trained {
		m.before = append(m.before, slices.Clone(t.Value))
	}
	return t, nil
}

// draw turns an initializer's panic into an error.
func draw(init Initializer, dst []float32, fans Fans, r *rand.Rand) (err error) {
	defer caught.Error(&err, fmt.Sprintf("%T", init), "")
	return init.Init(dst, fans, r)
}

// Params returns all parameters, including frozen ones, in the order of the layers,
// as views of the model's memory. Grad holds the gradient of the last [Model.Step],
// or zeros while the parameter is frozen; Frozen follows [Model.Freeze] and
// [Model.Unfreeze].
func (m *Model) Params() []optimizers.Param[float32] { return slices.Clone(m.params) }

// States returns the states of the layers, such as running statistics, as views of
// the model's memory, without gradients.
func (m *Model) States() []optimizers.Param[float32] { return slices.Clone(m.states) }

// Counter returns the number of the last [Model.Step], counted from 1. The random
// numbers of training, such as those of dropout, are a function of it and of the
// seed. It waits for a call under way.
func (m *Model) Counter() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.steps
}

// SetCounter makes the next [Model.Step] the one after step n. The counter and the
// values of [Model.Params] and [Model.States] are all that a model keeps from step to
// step: a model that has been given another's continues as that one would.
func (m *Model) SetCounter(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps = n
}

// NumParams returns the number of values in all parameters.
func (m *Model) NumParams() int { return count(m.params) }

// count returns the number of values in some parameters.
func count(params []param) (n int) {
	for _, p := range params {
		n += len(p.Value)
	}
	return n
}

// Freeze excludes the parameters whose names match a pattern of [path.Match], such
// as "0.*", from training until [Model.Unfreeze]. It takes effect immediately, even
// in a hook during a run: no gradient is computed for them, and an optimizer of
// [Model.Params] changes neither them nor its state for them. A pattern that matches
// no parameter is an error.
func (m *Model) Freeze(patterns ...string) error { return m.freeze(true, patterns) }

// Unfreeze undoes [Model.Freeze], also immediately. An optimizer continues with the
// state that it had for the parameters, such as their momentum and their number of
// updates; parameters frozen from the start begin as in a new one.
func (m *Model) Unfreeze(patterns ...string) error { return m.freeze(false, patterns) }

func (m *Model) freeze(frozen bool, patterns []string) error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	var change []param
	for _, pattern := range patterns {
		n := len(change)
		for _, p := range m.params {
			ok, err := path.Match(pattern, p.Name)
			if err != nil {
				return fmt.Errorf("nn: pattern %q: %w", pattern, err)
			}
			if ok {
				change = append(change, p)
			}
		}
		if len(change) == n {
			return fmt.Errorf("nn: pattern %q matches no parameter: want one of %v", pattern, names(m.params))
		}
	}
	for _, p := range change {
		*p.Frozen = frozen
		clear(p.Grad)
	}
	return nil
}
