package bench

import "descent/lrsched"

// Schedule is a shape of learning rate.
type Schedule struct {
	Name string
	// Of returns the rates of a run of so many updates whose largest is base.
	Of func(base float64, updates int) (lrsched.Schedule, error)
}

// ConstantRate keeps the rate.
func ConstantRate() Schedule {
	return Schedule{Name: "constant", Of: func(base float64, _ int) (lrsched.Schedule, error) {
		return lrsched.Constant(base), nil
	}}
}

// CosineRate falls to a hundredth along half a cosine.
func CosineRate() Schedule {
	return Schedule{Name: "cosine", Of: func(base float64, updates int) (lrsched.Schedule, error) {
		return lrsched.Cosine{Base: base, Final: base / 100, To: max(updates, 1)}, nil
	}}
}
