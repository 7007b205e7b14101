package optimizers

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/internal/kernel"
	"descent/internal/rng"
)

// ErrNotFinite is wrapped by errors about a number that is NaN or infinite.
var ErrNotFinite = errors.New("not finite")

// Config says how an [Optimizer] treats gradients before the rule sees them.
// The zero value is the default: they are taken as they are.
type Config struct {
	// ClipNorm scales the gradients of all parameters together by
	// min(1, ClipNorm/‖g‖), where ‖g‖ is the Euclidean norm over every element
	// of every parameter. If zero, nothing is clipped. (PyTorch adds 1e-6 to
	// the norm.)
	ClipNorm float64
	// Seed is what the random numbers of a rule derive from, if it draws any.
	Seed uint64
}

// Optimizer applies a [Rule] to parameters and owns the state of the rule. It
// is not safe for concurrent use.
type Optimizer[T Float] struct {
	rule    Rule
	config  Config
	params  []Param[T]
	updates []Update[T] // one per parameter, slots and scratch filled in
	keys    []uint64    // one per parameter, base of Update.Seed
	clipped []T         // scaled gradient of one parameter; nil without clipping
	step    int         // updates done
}

// New binds a rule to the parameters, all slots zero. It returns an error for
// hyperparameters or settings out of range, and for parameters without
// elements, with a name twice, or whose value, gradient and shape do not fit
// each other.
func New[T Float](rule Rule, params []Param[T], config Config) (*Optimizer[T], error) {
	if rule == nil {
		return nil, errors.New("optimizers: rule is nil: want a Rule, e.g. SGD{}")
	}
	if err := rule.Validate(); err != nil {
		return nil, err
	}
	if c := config.ClipNorm; !(c >= 0) || math.IsInf(c, 1) {
		return nil, fmt.Errorf("optimizers: Config: ClipNorm = %v: want zero (no clipping) or a positive finite norm", c)
	}
	if err := checkParams(params); err != nil {
		return nil, err
	}

	o := &Optimizer[T]{
		rule:    rule,
		config:  config,
		params:  slices.Clone(params),
		updates: make([]Update[T], len(params)),
		keys:    make([]uint64, len(params)),
	}
	slots, largest, scratch := rule.Slots(), 0, 0
	scratcher, _ := rule.(Scratcher)
	for i, p := range params {
		u := &o.updates[i]
		*u = Update[T]{Name: p.Name, Shape: slices.Clone(p.Shape), Decay: 1, Value: p.Value}
		for range slots {
			u.Slots = append(u.Slots, make([]T, len(p.Value)))
		}
		o.keys[i] = rng.Key(config.Seed, "optimizers", p.Name)
		largest = max(largest, len(p.Value))
		if scratcher != nil {
			scratch = max(scratch, scratcher.Scratch(p.Shape))
		}
	}
	if scratch > 0 {
		memory := make([]T, scratch)
		for i := range o.updates {
			o.updates[i].Scratch = memory[:scratcher.Scratch(params[i].Shape)]
		}
	}
	if config.ClipNorm > 0 {
		o.clipped = make([]T, largest)
	}
	return o, nil
}

// Step updates every parameter once from its gradient at the learning rate
// given, which must be finite and not negative. It allocates nothing.
//
// If an element of a gradient is NaN or infinite, Step changes neither
// parameters nor state and returns an error that wraps [ErrNotFinite] and
// names the parameter and the step.
func (o *Optimizer[T]) Step(lr float64) error {
	step := o.step + 1
	if !(lr >= 0) || math.IsInf(lr, 1) {
		return fmt.Errorf("optimizers: step %d: learning rate = %v: want a finite number, zero or more", step, lr)
	}
	squares, err := sumSquares(o.params, step)
	if err != nil {
		return err
	}
	scale := 1.0
	if o.config.ClipNorm > 0 {
		scale = clipScale(o.params, squares, o.config.ClipNorm)
	}

	o.step = step
	for i := range o.updates {
		u := &o.updates[i]
		u.Step, u.LR, u.Seed = step, lr, rng.Mix(o.keys[i], uint64(step))
		u.Grad = o.params[i].Grad
		if scale != 1 {
			u.Grad = o.clipped[:len(u.Grad)]
			kernel.Set[T]{}.Scale(u.Grad, o.params[i].Grad, T(scale))
		}
		apply(o.rule, u)
	}
	return nil
}

// Steps is the number of updates done.
func (o *Optimizer[T]) Steps() int { return o.step }
