package solver

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unsafe"

	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
)

// boundSolver is a solver that knows its model.
type boundSolver interface {
	step(model []gorgonia.ValueGrad, schedule lrsched.Schedule) error
	state() optimizers.State[float64]
	restore(optimizers.State[float64]) error
	Swap()
}

// solverOf is a solver bound to parameters of one type. It copies the gradients,
// because a machine may move them in each run.
type solverOf[T optimizers.Float] struct {
	*optimizers.Optimizer[T]
	params []optimizers.Param[T]
}

func bindModel[T optimizers.Float](s *Solver, model []gorgonia.ValueGrad, names []string) (boundSolver, error) {
	b := &solverOf[T]{params: make([]optimizers.Param[T], len(model))}
	for i, n := range model {
		v := n.Value()
		value, err := weights[T](v)
		if err != nil {
			return nil, named(names[i], err)
		}
		b.params[i] = optimizers.Param[T]{Name: names[i], Shape: v.Shape().Clone(), Value: value, Grad: make([]T, len(value))}
	}
	var err error
	if b.Optimizer, err = optimizers.New(s.rule, b.params, s.config); err != nil {
		return nil, prefix.Error("solver", err)
	}
	if s.saved.Step == 0 && len(s.saved.Slots) == 0 && len(s.saved.Globals) == 0 { // of before a first step
		return b, nil
	}
	return b, b.restore(s.saved)
}

func (b *solverOf[T]) step(model []gorgonia.ValueGrad, schedule lrsched.Schedule) error {
	if len(model) != len(b.params) {
		return fmt.Errorf("solver: a model of %d parameters: want the %d of the first step", len(model), len(b.params))
	}
	for i, n := range model {
		if err := b.read(&b.params[i], n); err != nil {
			return named(b.params[i].Name, err)
		}
	}
	if err := b.Step(schedule.At(b.Steps())); err != nil {
		return prefix.Error("solver", err)
	}
	for _, n := range model {
		if g, err := n.Grad(); err == nil && accumulates(n, g) {
			if err := eachElement(g, func(_ int, at *T) { *at = 0 }); err != nil {
				return err
			}
		}
	}
	return nil
}

// read checks that a value is the one that the solver is bound to, and copies
// its gradient.
func (b *solverOf[T]) read(p *optimizers.Param[T], n gorgonia.ValueGrad) error {
	if n == nil {
		return errors.New("it is nil")
	}
	value, err := weights[T](n.Value())
	if err != nil {
		return err
	}
	if len(value) != len(p.Value) || unsafe.SliceData(value) != unsafe.SliceData(p.Value) {
		return errors.New("the value is not the one of the first step: want its elements changed in place")
	}
	g, err := n.Grad()
	switch {
	case err != nil:
		return fmt.Errorf("no gradient: %w", err)
	case g == nil:
		return errors.New("no gradient: want Step after RunAll and before Reset, or BindDualValues")
	case g.Dtype() != n.Value().Dtype():
		return fmt.Errorf("the gradient holds %v: want %v", g.Dtype(), n.Value().Dtype())
	case g.Shape().TotalSize() != len(p.Grad):
		return fmt.Errorf("the gradient has the shape %v: want %v", g.Shape(), p.Shape)
	}
	if err := eachElement(g, func(i int, at *T) { p.Grad[i] = *at }); err != nil {
		return fmt.Errorf("gradient: %w", err)
	}
	return nil
}

// accumulates reports whether the next run adds to a gradient. If it is the value of
// a node of the graph, it is computed anew, or it is a constant that zeroing would
// corrupt.
func accumulates(n gorgonia.ValueGrad, g gorgonia.Value) bool {
	node, ok := n.(*gorgonia.Node)
	if !ok {
		return true
	}
	d := node.Deriv()
	return d == nil || d.Value() != g
}

// namesOf are the names of a model's parameters.
func namesOf(model []gorgonia.ValueGrad) ([]string, error) {
	names, count := make([]string, len(model)), map[string]int{}
	for i, n := range model {
		if n == nil || n.Value() == nil {
			return nil, fmt.Errorf("solver: parameter %d has no value", i)
		}
		if namer, ok := n.(gorgonia.Namer); ok {
			names[i] = namer.Name()
		}
		count[names[i]]++
	}
	for i, name := range names {
		if name == "" || count[name] > 1 {
			names[i] = strconv.Itoa(i)
		}
	}
	return names, nil
}

// named returns the error of a parameter.
func named(name string, err error) error {
	return prefix.Error("solver", err, fmt.Sprintf("parameter %q", name))
}

func (b *solverOf[T]) state() optimizers.State[float64] {
	return copyState[float64](b.State())
}

func (b *solverOf[T]) restore(s optimizers.State[float64]) error {
	for _, slot := range s.Slots {
		for i, v := range slot.Values {
			if float64(T(v)) != v && v == v {
				return fmt.Errorf("solver: Restore: parameter %q: slot %q: element %d = %v: want a float32, like the parameter", slot.Param, slot.Name, i, v)
			}
		}
	}
	return prefix.Error("solver", b.Restore(copyState[T](s)))
}

// copyState copies a state to another type of elements.
func copyState[T, F optimizers.Float](from optimizers.State[F]) optimizers.State[T] {
	to := optimizers.State[T]{Step: from.Step, Globals: slices.Clone(from.Globals), Counts: slices.Clone(from.Counts)}
	for _, s := range from.Slots {
		values := make([]T, len(s.Values))
		for i, v := range s.Values {
			values[i] = T(v)
		}
		to.Slots = append(to.Slots, optimizers.Slot[T]{Param: s.Param, Name: s.Name, Shape: s.Shape, Values: values})
	}
	return to
}
