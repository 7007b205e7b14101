package optimizers

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/internal/caught"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// ErrNotFinite is wrapped by errors about a number that is NaN or infinite.
var ErrNotFinite = errors.New("not finite")

// Config determines how an [Optimizer] treats parameters and gradients. With the
// zero value, all parameters have the same rule and gradients are used unchanged.
type Config struct {
	Clip   Clip    // limits on the gradients
	Groups []Group // parameters that are treated differently
	Seed   uint64  // seeds the random numbers of rules that draw them

	// Threads is the number of goroutines that share a step, including the
	// caller's; if zero, 1. [Optimizer.Close] ends them. Results do not depend
	// on it.
	Threads int
	// Workers, if not nil, are existing goroutines, such as those of the model
	// ([descent/nn.Model.Workers]), that share a step instead of Threads.
	Workers Workers
}

// Optimizer applies a [Rule] to parameters and owns the state of the rule. It
// is not safe for concurrent use.
type Optimizer[T Float] struct {
	params  []Param[T]
	team    *team
	clipper *clipper[T]
	sharer  *sharer[T]
	parts   []part[T] // the optimizer's own rule, then that of each group that has one
	step    int       // steps done
	guard   guard[T]
	failed  error // a rule panicked in the middle of a step
	swapped bool
	aside   [][]T // the other point of each parameter, while swapped; nil before the first Swap
}

// part is the parameters that one rule updates.
type part[T Float] struct {
	rule        Rule
	slots       []string
	prepare     reach[Preparer]
	average     reach[Evaluator]
	elementwise bool
	globals     []float64
	names       []string // of globals
	steps       int      // in which a parameter took part
	updates     []Update[T]
	members     []member
	due         []Update[T] // those of this step
}

// member holds the data of a parameter that belongs to its update.
type member struct {
	param int     // index of the parameter
	count int     // of its updates
	scale float64 // of the learning rate
	key   uint64  // base of Update.Seed

	shapes []SlotShape // of Update.Shaped
}

// New binds a rule to the parameters, with all slots zero. It returns an error if
// hyperparameters or settings are out of range; if parameters have no elements,
// have duplicate names, or differ in the sizes of value, gradient and shape; if a
// value is not finite, with an error that wraps [ErrNotFinite]; if the shape of a
// parameter does not suit its rule; if state of a [Shaper] has no elements or a
// duplicate name; if a group has no parameters; or if a rule panics.
func New[T Float](rule Rule, params []Param[T], config Config) (_ *Optimizer[T], err error) {
	defer caught.Error(&err, "optimizers: New", "")
	if isnil.Value(rule) {
		return nil, errors.New("optimizers: rule is nil: want a Rule, e.g. SGD{}")
	}
	if err := rule.Validate(); err != nil {
		return nil, prefix.Error("optimizers", err)
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
	o := &Optimizer[T]{params: params, parts: make([]part[T], 1+len(config.Groups))}
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
		o.guard.maxScale = max(o.guard.maxScale, scale)
		m := member{param: i, scale: scale, key: rng.Key(config.Seed, "optimizers", p.Name)}
		if err := to.add(p, m, decay); err != nil {
			return nil, err
		}
	}
	o.parts = slices.DeleteFunc(o.parts, func(p part[T]) bool { return len(p.updates) == 0 })
	for i := range o.parts {
		o.parts[i].due = make([]Update[T], 0, len(o.parts[i].updates))
	}
	o.shareScratch()
	if o.team, err = config.team(); err != nil {
		return nil, err
	}
	g, slots := newGradientSums(params, o.team), 0
	for _, p := range o.parts {
		slots = max(slots, len(p.slots))
	}
	o.clipper, o.sharer = newClipper(config.Clip, g), newSharer[T](o.team, len(g.pieces), slots)
	return o, nil
}

func newPart[T Float](rule Rule) part[T] {
	p := part[T]{rule: rule, slots: rule.Slots(), prepare: reachOf[Preparer](rule), average: reachOf[Evaluator](rule), elementwise: elementwise(rule)}
	if p.prepare.ok {
		p.names = p.prepare.rule.Globals()
		p.globals = make([]float64, len(p.names))
	}
	return p
}

// reach is a rule, or an inner one, that implements an optional interface, and
// the number of its slots.
type reach[I any] struct {
	rule  I
	ok    bool
	slots int
}

func reachOf[I any](rule Rule) (r reach[I]) {
	if r.rule, r.ok = As[I](rule); r.ok {
		r.slots = len(any(r.rule).(Rule).Slots())
	}
	return r
}

func (p *part[T]) add(param Param[T], m member, decay float64) error {
	if f, ok := As[Fitter](p.rule); ok {
		if err := f.Fits(param.Shape); err != nil {
			return prefix.Error("optimizers", err, fmt.Sprintf("parameter %q", param.Name), fmt.Sprintf("Shape = %v", param.Shape))
		}
	}
	u := Update[T]{Name: param.Name, Shape: slices.Clone(param.Shape), Decay: decay, Value: param.Value, Globals: p.globals}
	for range p.slots {
		u.Slots = append(u.Slots, make([]T, len(param.Value)))
	}
	if err := p.addShaped(&u, &m); err != nil {
		return err
	}
	p.updates, p.members = append(p.updates, u), append(p.members, m)
	return nil
}

// shareScratch gives every update the working memory that its rule asks for.
func (o *Optimizer[T]) shareScratch() {
	var memory []T
	var memory64 []float64
	for i := range o.parts {
		for _, u := range o.parts[i].updates {
			n, n64 := scratchOf(o.parts[i].rule, u.Shape)
			if n > len(memory) {
				memory = make([]T, n)
			}
			if n64 > len(memory64) {
				memory64 = make([]float64, n64)
			}
		}
	}
	for i := range o.parts {
		for j := range o.parts[i].updates {
			u := &o.parts[i].updates[j]
			if n, n64 := scratchOf(o.parts[i].rule, u.Shape); n > 0 || n64 > 0 {
				u.Scratch, u.Scratch64 = memory[:n], memory64[:n64]
			}
		}
	}
}

// Step updates every parameter once from its gradient at the learning rate lr,
// which must be finite and 0 or more. With one thread it allocates nothing except
// the tables of [Muon]'s products; with more, [LAMB] and [LARS] allocate a little.
//
// If an element of a gradient is NaN or infinite, or if the update would make a
// value, a slot or a global so, Step changes neither parameters nor state and
// returns an error that wraps [ErrNotFinite] and names the parameter and the
// step. It checks the results only where the square of a gradient could
// overflow, at norms and rates from 2⁴⁰ in float32 and from 2⁴⁰⁰ in float64, and as
// long as large numbers remain after such a step. The first such step allocates
// memory for a backup copy. Step returns an error between two calls of
// [Optimizer.Swap]. It skips frozen parameters ([Param]); if all are frozen, it only
// counts the step.
//
// If a rule panics or changes the length of a state vector, Step returns an error
// that names the step and the parameter, or the rule if [Preparer] panics. Unless the
// step was one that checks its results, parameters and state may be partly changed,
// and Step returns the same error until [Optimizer.Restore].
func (o *Optimizer[T]) Step(lr float64) error {
	if o.clipper == nil {
		return errors.New("optimizers: the optimizer is empty: want one from New")
	}
	step := o.step + 1
	if !(lr >= 0) || math.IsInf(lr, 1) {
		return fmt.Errorf("optimizers: step %d: learning rate = %v: want a finite number, 0 or more", step, lr)
	}
	if o.swapped {
		return fmt.Errorf("optimizers: step %d: the parameters are swapped: call Swap before the next Step", step)
	}
	if o.failed != nil {
		return o.failed
	}
	squares, err := o.clipper.squares(step)
	if err != nil {
		return err
	}
	if err := o.clipper.clip(squares, step); err != nil {
		return err
	}

	watch := o.guard.guarded(squares, lr)
	if watch {
		o.keep()
	}
	for i := range o.parts {
		o.collect(&o.parts[i], lr)
	}
	for i := range o.parts {
		p := &o.parts[i]
		err, resized := p.update(lr, o.sharer), p.resized()
		if err == nil {
			err = resized
		}
		if err != nil {
			err = fmt.Errorf("optimizers: step %d: %T: %w", step, p.rule, err)
			if watch && resized == nil {
				o.undo()
			} else {
				o.failed = err
			}
			return err
		}
	}
	if watch {
		if err := o.inspect(step); err != nil {
			o.undo()
			return err
		}
	}
	o.step = step
	return nil
}

// collect makes the updates of this step: those of parameters that are not frozen.
func (o *Optimizer[T]) collect(p *part[T], lr float64) {
	p.due = p.due[:0]
	for j := range p.members {
		m := &p.members[j]
		if o.params[m.param].frozen() {
			continue
		}
		m.count++
		u := p.updates[j]
		u.Step, u.RuleStep, u.LR, u.Seed = m.count, p.steps+1, lr*m.scale, rng.Mix(m.key, uint64(m.count))
		u.Grad = o.clipper.grads[m.param]
		p.due = append(p.due, u)
	}
	if len(p.due) > 0 {
		p.steps++
	}
}

// update has the rule do the updates of this step.
func (p *part[T]) update(lr float64, s *sharer[T]) error {
	if len(p.due) == 0 {
		return nil
	}
	if p.prepare.ok {
		p.trim(p.prepare.slots)
		if err := prepare(p.prepare.rule, &Preparation[T]{Step: p.steps, LR: lr, Updates: p.due, Globals: p.globals}); err != nil {
			return err
		}
		p.trim(len(p.slots))
	}
	if p.elementwise {
		return s.update(p.rule, p.due)
	}
	for j := range p.due {
		u := &p.due[j]
		u.Workers = s.team.shared(len(u.Value))
		if err := apply(p.rule, u); err != nil {
			return err
		}
	}
	return nil
}

// trim leaves the updates of this step the first n slots.
func (p *part[T]) trim(n int) {
	for j := range p.due {
		p.due[j].Slots = p.due[j].Slots[:n]
	}
}

// Steps returns the number of calls of [Optimizer.Step] that returned no error.
// A parameter that was frozen in some of them has had fewer updates.
func (o *Optimizer[T]) Steps() int { return o.step }
