package minimize

import (
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
	"gonum.org/v1/gonum/optimize"
)

// Method returns a rule, at the rates of a schedule, as a method for gonum's
// optimize.Minimize, with its recorders, convergence tests and limits. Each step of
// the rule is a major iteration; the start is the first. The points are those of
// [Run] with the same rule and schedule, bit for bit. For a rule with a point of
// evaluation (an [optimizers.Evaluator]), they are the points of evaluation, and
// each costs evaluations at both points.
//
// An invalid rule or schedule, or a value or gradient that is not finite, ends the
// run: Minimize returns the error, with optimize.Failure. The method uses one task;
// gonum's goroutines end with Minimize. The method may be reused after Minimize has
// returned, and then starts again. Two calls of Minimize must not use it at once.
//
// Minimize without settings ends when the value has decreased by less than
// 1e-10 in 100 iterations: set a Converger or MajorIterations for slow rules.
// A small gradient ends a run only if GradientThreshold is set.
func Method(rule optimizers.Rule, schedule lrsched.Schedule) optimize.Method {
	return &method{rule: rule, schedule: schedule}
}

type method struct {
	rule     optimizers.Rule
	schedule lrsched.Schedule
	status   optimize.Status
	err      error
}

var (
	_ optimize.Method   = (*method)(nil)
	_ optimize.Statuser = (*method)(nil)
)

// evaluation is the operation requested at each point.
const evaluation = optimize.FuncEvaluation | optimize.GradEvaluation

func (*method) Uses(has optimize.Available) (optimize.Available, error) {
	if !has.Grad {
		return optimize.Available{}, optimize.ErrMissingGrad
	}
	return optimize.Available{Grad: true}, nil
}

func (m *method) Init(int, int) int {
	m.status, m.err = optimize.NotTerminated, nil
	return 1
}

func (m *method) Status() (optimize.Status, error) { return m.status, m.err }

func (m *method) Run(operation chan<- optimize.Task, result <-chan optimize.Task, tasks []optimize.Task) {
	e := &exchange{operation: operation, result: result, task: tasks[0]}
	if err := m.descend(e); err != nil {
		m.status, m.err = optimize.Failure, err
		e.send(optimize.MethodDone)
	}
	for range result { // until gonum is done
	}
	close(operation)
}

// descend steps until gonum ends the run, which is no error, or until an error.
func (m *method) descend(e *exchange) error {
	x := append([]float64(nil), e.task.X...)
	grad := make([]float64, len(x))
	if err := lrsched.Validate(m.schedule); err != nil {
		return prefix.Error("minimize", err, "Method", "schedule")
	}
	o, err := optimizers.New(m.rule, point(x, grad), optimizers.Config{})
	if err != nil {
		return prefix.Error("minimize", err, "Method")
	}
	averages := evaluates(m.rule)
	for {
		o.Swap()
		copy(e.task.X, x)
		o.Swap()
		if !e.send(evaluation &^ e.known()) {
			return nil
		}
		if err := e.check(o.Steps()); err != nil {
			return err
		}
		if !e.send(optimize.MajorIteration) {
			return nil
		}
		if averages && o.Steps() > 0 {
			copy(e.task.X, x)
			if !e.send(evaluation) {
				return nil
			}
			if err := e.check(o.Steps()); err != nil {
				return err
			}
		}
		copy(grad, e.task.Gradient)
		if err := o.Step(m.schedule.At(o.Steps())); err != nil {
			return prefix.Error("minimize", err, "Method")
		}
	}
}

// exchange is a conversation with gonum about one location.
type exchange struct {
	operation chan<- optimize.Task
	result    <-chan optimize.Task
	task      optimize.Task
	begun     bool
}

// known returns the operations already done at the start.
func (e *exchange) known() optimize.Operation {
	if e.begun {
		return 0
	}
	e.begun = true
	return e.task.Op
}

// send requests an operation on the task, and reports whether the run continues.
func (e *exchange) send(op optimize.Operation) bool {
	if op == optimize.NoOperation {
		return true
	}
	e.task.Op = op
	e.operation <- e.task
	r, ok := <-e.result
	if !ok || r.Op == optimize.PostIteration {
		return false
	}
	e.task = r
	return true
}

// check returns an error unless the value and the gradient are finite.
func (e *exchange) check(steps int) error {
	w := walk{step: steps}
	return w.checked(e.task.X, e.task.F, e.task.Gradient)
}
