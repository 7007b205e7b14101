package solver

import (
	"errors"

	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Solver is a solver of Gorgonia's that applies a rule: see [New]. It
// is not safe for concurrent use.
type Solver struct {
	rule     optimizers.Rule
	schedule lrsched.Schedule
	config   optimizers.Config
	bound    boundSolver               // nil before the first Step
	saved    optimizers.State[float64] // for the first Step
}

var _ gorgonia.Solver = (*Solver)(nil)

// New returns a rule, at the rates of a schedule, as a solver for any
// program of Gorgonia's:
//
//	solver := solver.New(optimizers.DefaultAdam(), lrsched.Constant(1e-3), optimizers.Config{})
//
// takes the place of gorgonia.NewAdamSolver(gorgonia.WithLearnRate(1e-3)). What
// is wrong with the arguments is returned by the first Step.
//
// Config clips, groups and seeds as everywhere. There is no batch size to
// divide by (gorgonia.WithBatchSize) and no L1 penalty: let the loss be a
// mean, and have the penalty in it.
//
// Of the stock solvers (v0.9.18), AdamW never changes the weights; AdaGrad
// ignores WithLearnRate, WithEps, WithL2Reg and WithClip; BarzilaiBorwein
// panics on float32. Momentum applies its L1 and L2 penalties to the velocity,
// and for scalars has no momentum; RMSProp has a default decay of 0.999 where
// others have 0.9 or 0.99, and its L2 penalty is not scaled by the learning
// rate. Where the gradient of a scalar is the constant 1, which is one value for
// all graphs of the process, they zero that, and gradients are wrong everywhere
// from then on. None has a state to save.
func New(rule optimizers.Rule, schedule lrsched.Schedule, config optimizers.Config) *Solver {
	return &Solver{rule: rule, schedule: schedule, config: config}
}

// Step updates each value of the model once from its gradient, as
// [optimizers.Optimizer.Step] does. Then, as the stock solvers do, it zeroes the
// gradients that accumulate: those of a machine with BindDualValues. It leaves
// gradients that the machine computes anew in each run.
//
// The first Step binds the solver to the model: tensors in row-major order and
// scalars, all float32 or all float64. Later ones must be given the same values
// in the same order; it is an error if one has moved or has another shape.
// Gradients may be in other places and orders each time. A parameter is named
// as its node is, and by its index in the model if it has no name or shares it.
//
// On an error, such as for a gradient that is NaN or infinite, which names the
// parameter, neither values nor gradients have changed.
func (s *Solver) Step(model []gorgonia.ValueGrad) error {
	if s.bound == nil {
		bound, err := s.bind(model)
		if err != nil {
			return err
		}
		s.bound = bound
	}
	return s.bound.step(model, s.schedule)
}

// bind checks the arguments, and the model against them.
func (s *Solver) bind(model []gorgonia.ValueGrad) (boundSolver, error) {
	if err := lrsched.Validate(s.schedule); err != nil {
		return nil, prefix.Error("solver", err)
	}
	if len(model) == 0 {
		return nil, errors.New("solver: len(model) = 0: want 1 or more")
	}
	names, err := namesOf(model)
	if err != nil {
		return nil, err
	}
	if v := model[0].Value(); v != nil && v.Dtype() == tensor.Float32 {
		return bindModel[float32](s, model, names)
	}
	return bindModel[float64](s, model, names)
}

// State is the state of the optimizer, with the values of float32 parameters
// exactly converted. Before the first Step it is the one that was restored, or
// else the zero State.
func (s *Solver) State() optimizers.State[float64] {
	if s.bound != nil {
		return s.bound.state()
	}
	return copyState[float64](s.saved)
}

// Restore sets the state to a copy of one that [Solver.State] returned, so
// that a run with the same parameters resumes exactly. Before the first Step
// the model is unknown, and that Step returns the error if the two do not match.
func (s *Solver) Restore(state optimizers.State[float64]) error {
	if s.bound != nil {
		return s.bound.restore(state)
	}
	s.saved = copyState[float64](state)
	return nil
}

// Swap puts the values to the rule's point of evaluation and back:
// [optimizers.Optimizer.Swap]. Before the first Step it does nothing, the two
// points being the same.
func (s *Solver) Swap() {
	if s.bound != nil {
		s.bound.Swap()
	}
}
