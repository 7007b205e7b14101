package optimizers

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/internal/rng"
)

// ErrNotFinite is wrapped by errors about a number that is NaN or infinite.
var ErrNotFinite = errors.New("not finite")

// Config says how an [Optimizer] treats parameters and gradients. In the zero
// value all parameters have the rule given, and gradients are taken as they
// are.
type Config struct {
	Clip   Clip    // limits of the gradients
	Groups []Group // parameters that are treated in another way
	Seed   uint64  // what the random numbers of a rule derive from, if it draws any
}

// Optimizer applies a [Rule] to parameters and owns the state of the rule. It
// is not safe for concurrent use.
type Optimizer[T Float] struct {
	params  []Param[T]
	clipper *clipper[T]
	parts   []part[T] // the optimizer's own rule, then that of each group that has one
	step    int       // updates done
	swapped bool
	aside   [][]T // the other point of each parameter, while swapped; nil before the first Swap
}

// part is the parameters that one rule updates.
type part[T Float] struct {
	rule    Rule
	slots   []string
	globals []float64
	names   []string // of globals
	updates []Update[T]
	members []member
}

// member is what goes with an update.
type member struct {
	param int     // index of the parameter
	scale float64 // of the learning rate
	key   uint64  // base of Update.Seed
}

// New binds a rule to the parameters, all slots zero. It returns an error for
// hyperparameters or settings out of range; for parameters without elements,
// with a name twice, or whose value, gradient and shape do not fit each other;
// for a parameter whose shape does not suit its rule; and for a group that no
// parameter belongs to.
func New[T Float](rule Rule, params []Param[T], config Config) (*Optimizer[T], error) {
	if rule == nil {
		return nil, errors.New("optimizers: rule is nil: want a Rule, e.g. SGD{}")
	}
	if err := rule.Validate(); err != nil {
		return nil, err
	}
	if err := config.Clip.validate(); err != nil {
		return nil, err
	}
	if err := checkParams(params); err != nil {
		return nil, err
	}
	groups, err := assign(config.Groups, params)
	if err != nil {
		return nil, err
	}

	params = slices.Clone(params)
	o := &Optimizer[T]{params: params, clipper: newClipper(config.Clip, params), parts: make([]part[T], 1+len(config.Groups))}
	o.parts[0] = newPart[T](rule)
	for i, g := range config.Groups {
		if g.Rule != nil {
			o.parts[1+i] = newPart[T](g.Rule)
		}
	}
	for i, p := range params {
		to, scale, decay := &o.parts[0], 1.0, 1.0
		if j := groups[i]; j >= 0 {
			scale, decay = config.Groups[j].scales()
			if config.Groups[j].Rule != nil {
				to = &o.parts[1+j]
			}
		}
		m := member{param: i, scale: scale, key: rng.Key(config.Seed, "optimizers", p.Name)}
		if err := to.add(p, m, decay); err != nil {
			return nil, err
		}
	}
	o.parts = slices.DeleteFunc(o.parts, func(p part[T]) bool { return len(p.updates) == 0 })
	o.shareScratch()
	return o, nil
}

func newPart[T Float](rule Rule) part[T] {
	p := part[T]{rule: rule, slots: rule.Slots()}
	if preparer, ok := rule.(Preparer); ok {
		p.names = preparer.Globals()
		p.globals = make([]float64, len(p.names))
	}
	return p
}

func (p *part[T]) add(param Param[T], m member, decay float64) error {
	if f, ok := p.rule.(Fitter); ok {
		if err := f.Fits(param.Shape); err != nil {
			return fmt.Errorf("optimizers: parameter %q: Shape = %v: %w", param.Name, param.Shape, err)
		}
	}
	u := Update[T]{Name: param.Name, Shape: slices.Clone(param.Shape), Decay: decay, Value: param.Value, Globals: p.globals}
	for range p.slots {
		u.Slots = append(u.Slots, make([]T, len(param.Value)))
	}
	p.updates, p.members = append(p.updates, u), append(p.members, m)
	return nil
}

// shareScratch gives every update the working memory that its rule asks for.
func (o *Optimizer[T]) shareScratch() {
	var memory []T
	for i := range o.parts {
		s, ok := o.parts[i].rule.(Scratcher)
		if !ok {
			continue
		}
		for j := range o.parts[i].updates {
			u := &o.parts[i].updates[j]
			n := s.Scratch(u.Shape)
			if n > len(memory) {
				memory = make([]T, n)
			}
		}
	}
	for i := range o.parts {
		if s, ok := o.parts[i].rule.(Scratcher); ok {
			for j := range o.parts[i].updates {
				u := &o.parts[i].updates[j]
				u.Scratch = memory[:s.Scratch(u.Shape)]
			}
		}
	}
}

// Step updates every parameter once from its gradient at the learning rate
// given, which must be finite and not negative. It allocates nothing.
//
// If an element of a gradient is NaN or infinite, Step changes neither
// parameters nor state and returns an error that wraps [ErrNotFinite] and
// names the parameter and the step. It is an error to call it between two
// calls of [Optimizer.Swap].
func (o *Optimizer[T]) Step(lr float64) error {
	step := o.step + 1
	if !(lr >= 0) || math.IsInf(lr, 1) {
		return fmt.Errorf("optimizers: step %d: learning rate = %v: want a finite number, zero or more", step, lr)
	}
	if o.swapped {
		return fmt.Errorf("optimizers: step %d: the parameters are at the point of evaluation: want Swap called again first", step)
	}
	squares, err := sumSquares(o.params, step)
	if err != nil {
		return err
	}
	o.clipper.clip(squares)

	o.step = step
	for i := range o.parts {
		p := &o.parts[i]
		for j := range p.updates {
			u, m := &p.updates[j], &p.members[j]
			u.Step, u.LR, u.Seed = step, lr*m.scale, rng.Mix(m.key, uint64(step))
			u.Grad = o.clipper.grads[m.param]
		}
		if preparer, ok := p.rule.(Preparer); ok {
			prepare(preparer, &Preparation[T]{Step: step, LR: lr, Updates: p.updates, Globals: p.globals})
		}
		for j := range p.updates {
			apply(p.rule, &p.updates[j])
		}
	}
	return nil
}

// Steps is the number of updates done.
func (o *Optimizer[T]) Steps() int { return o.step }
