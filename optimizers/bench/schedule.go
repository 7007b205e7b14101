package bench

import "descent/lrsched"

// Schedule makes learning-rate schedules of one shape.
type Schedule struct {
	Name string
	// Of returns the schedule for a run with the given number of updates, whose
	// maximum rate is base.
	Of func(base float64, updates int) (lrsched.Schedule, error)
}

// ConstantRate returns the [Schedule] of a constant rate.
func ConstantRate() Schedule {
	return Schedule{Name: "constant", Of: func(base float64, _ int) (lrsched.Schedule, error) {
		return lrsched.Constant(base), nil
	}}
}

// CosineRate returns the [Schedule] that falls along half a cosine to base/100.
func CosineRate() Schedule {
	return Schedule{Name: "cosine", Of: func(base float64, updates int) (lrsched.Schedule, error) {
		return lrsched.Cosine{Base: base, Final: base / 100, To: max(updates, 1)}, nil
	}}
}
