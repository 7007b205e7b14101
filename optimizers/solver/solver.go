package solver

import (
	"errors"

	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Solver is a Gorgonia solver that applies a rule: see [New]. It is not safe for
// concurrent use.
type Solver struct {
	rule     optimizers.Rule
	schedule lrsched.Schedule
	config   optimizers.Config
	bound    boundSolver               // nil before the first Step
	saved    optimizers.State[float64] // for the first Step
}

var _ gorgonia.Solver = (*Solver)(nil)

// New returns a rule, at the rates of a schedule, as a solver for any Gorgonia
// program:
//
//	solver := solver.New(optimizers.DefaultAdam(), lrsched.Constant(1e-3), optimizers.Config{})
//
// replaces gorgonia.NewAdamSolver(gorgonia.WithLearnRate(1e-3)). The first Step
// returns an error if the arguments are invalid.
//
// Config sets clipping, groups and the seed as usual. There is no batch size to
// divide by (gorgonia.WithBatchSize) and no L1 penalty: make the loss a mean and
// include the penalty in it.
//
// Of the stock solvers (v0.9.18), AdamW never changes the weights; AdaGrad
// ignores WithLearnRate, WithEps, WithL2Reg and WithClip; BarzilaiBorwein
// panics on float32. Momentum applies its L1 and L2 penalties to the velocity
// and has no momentum for scalars. RMSProp has a default decay of 0.999, where
// others have 0.9 or 0.99, and its L2 penalty is not scaled by the learning
// rate. If the gradient of a scalar is the constant 1, which all graphs of the
// process share, they zero it, and gradients are wrong everywhere from then on.
// None has a state to save.
func New(rule optimizers.Rule, schedule lrsched.Schedule, config optimizers.Config) *Solver {
	return &Solver{rule: rule, schedule: schedule, config: config}
}

// Step updates each value of the model once from its gradient, as
// [optimizers.Optimizer.Step] does. Then, as the stock solvers do, it zeroes the
// gradients that accumulate: those of a machine with BindDualValues. It leaves
// gradients that the machine computes anew in each run.
//
// The first Step binds the solver to the model: tensors in row-major order and
// scalars, all float32 or all float64. Later calls must pass the same values in the
// same order; a value that has moved or has another shape is an error. Gradients
// may have another place in memory and another order of elements each time. A
// parameter has its node's name, or its index in the model if the node has no name
// or a duplicate one.
//
// On an error, such as one for a NaN or infinite gradient, which names the
// parameter, values and gradients are unchanged.
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

// State returns the state of the optimizer, with the values of float32 parameters
// converted exactly. Before the first Step, it returns the restored state, or the
// zero State if there is none.
func (s *Solver) State() optimizers.State[float64] {
	if s.bound != nil {
		return s.bound.state()
	}
	return copyState[float64](s.saved)
}

// Restore sets the state to a copy of one that [Solver.State] returned, so
// that a run with the same parameters resumes exactly. Before the first Step,
// the model is unknown; that Step returns an error if the two do not match.
func (s *Solver) Restore(state optimizers.State[float64]) error {
	if s.bound != nil {
		return s.bound.restore(state)
	}
	s.saved = copyState[float64](state)
	return nil
}

// Swap moves the values to the rule's point of evaluation and back:
// [optimizers.Optimizer.Swap]. Before the first Step it does nothing, because the
// two points are the same.
func (s *Solver) Swap() {
	if s.bound != nil {
		s.bound.Swap()
	}
}
