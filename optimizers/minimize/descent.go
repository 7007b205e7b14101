package minimize

import (
	"slices"

	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
)

// Descent steps with an update rule.
type Descent struct {
	Rule     optimizers.Rule
	Schedule lrsched.Schedule // the rate of each step
	// Noise, if not nil, changes the gradient before the rule sees it. step is
	// the index of the step, from 0 as in schedules. Values and points of the
	// path are those of the objective itself.
	Noise func(grad []float64, step int)
	// Config sets clipping, groups and the seed of the rule. The point is one
	// parameter, named "x", of one dimension.
	Config optimizers.Config
}

var _ Stepper = Descent{}

// point returns the coordinates as the parameter of a rule.
func point(x, grad []float64) []optimizers.Param[float64] {
	return []optimizers.Param[float64]{{Name: "x", Shape: []int{len(x)}, Value: x, Grad: grad}}
}

func (d Descent) run(w *walk, steps int) error {
	if err := lrsched.Validate(d.Schedule); err != nil {
		return prefix.Error("minimize", err, "Descent", "Schedule")
	}
	grad := make([]float64, len(w.x))
	o, err := optimizers.New(d.Rule, point(w.x, grad), d.Config)
	if err != nil {
		return prefix.Error("minimize", err, "Descent")
	}
	for {
		last := w.step == steps
		if err := d.visit(w, o, grad, last); err != nil || last {
			return err
		}
		if d.Noise != nil {
			d.Noise(grad, w.step)
		}
		if err := o.Step(d.Schedule.At(w.step)); err != nil {
			return prefix.Error("minimize", err, "Descent")
		}
		w.step++
	}
}

// visit records the point that the rule reached, and sets the gradient except in the
// last step.
func (d Descent) visit(w *walk, o *optimizers.Optimizer[float64], grad []float64, last bool) error {
	if last {
		grad = nil
	}
	if !d.evaluates() {
		value, err := w.evaluate(w.x, grad)
		if err == nil {
			w.record(w.x, value)
		}
		return err
	}
	if w.step > 0 {
		o.Swap()
		value, err := w.evaluate(w.x, nil)
		if err != nil {
			return err
		}
		w.record(w.x, value)
		o.Swap()
	}
	if w.step == 0 || !last {
		value, err := w.evaluate(w.x, grad)
		if err != nil {
			return err
		}
		if w.step == 0 { // the two points are the same
			w.record(w.x, value)
		}
	}
	w.path.Training = append(w.path.Training, slices.Clone(w.x))
	return nil
}

// evaluates reports whether a rule has a separate point of evaluation.
func evaluates(rule optimizers.Rule) bool {
	_, ok := optimizers.As[optimizers.Evaluator](rule)
	return ok
}

// evaluates reports whether one of the rules has a separate point of evaluation.
func (d Descent) evaluates() bool {
	return evaluates(d.Rule) || slices.ContainsFunc(d.Config.Groups, func(g optimizers.Group) bool { return evaluates(g.Rule) })
}
