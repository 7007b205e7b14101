package optimizers

import (
	"fmt"
	"slices"

	"descent/internal/isnil"
)

// What the rules that wrap another one share. The slots of the inner rule come
// first and the one of the wrapper's own last; the globals and the working
// memory are the inner rule's, and so are the shapes that fit.

// checkInner says why a rule cannot be wrapped by one that adds the slot, or
// nil.
func checkInner(wrapper string, inner Rule, slot string) error {
	if isnil.Value(inner) {
		return fmt.Errorf("optimizers: %s: Rule is nil: want a Rule, e.g. SGD{}", wrapper)
	}
	if err := inner.Validate(); err != nil {
		return fmt.Errorf("optimizers: %s: Rule: %w", wrapper, inside{err})
	}
	if _, ok := inner.(Evaluator); ok {
		return fmt.Errorf("optimizers: %s: Rule is of type %T: want one without a point of evaluation of its own", wrapper, inner)
	}
	if slices.Contains(inner.Slots(), slot) {
		return fmt.Errorf("optimizers: %s: Rule is of type %T: want one without a slot %q of its own", wrapper, inner, slot)
	}
	return nil
}

// innerUpdate has the inner rule update the parameter.
func innerUpdate[T Float](inner Rule, u Update[T]) {
	u.Slots = u.Slots[:len(u.Slots)-1]
	apply(inner, &u)
}

// innerSlots names the slots of the inner rule, which may not be valid, and the
// wrapper's own.
func innerSlots(inner Rule, own string) []string {
	if isnil.Value(inner) {
		return []string{own}
	}
	return append(inner.Slots(), own)
}

// innerGlobals names the globals of the inner rule.
func innerGlobals(inner Rule) []string {
	if p, ok := inner.(Preparer); ok && !isnil.Value(inner) {
		return p.Globals()
	}
	return nil
}

// innerPrepare has the inner rule prepare a step, if it wants to.
func innerPrepare[T Float](inner Rule, p Preparation[T]) {
	preparer, ok := inner.(Preparer)
	if !ok {
		return
	}
	for i := range p.Updates {
		u := &p.Updates[i]
		u.Slots = u.Slots[:len(u.Slots)-1]
	}
	prepare(preparer, &p)
	for i := range p.Updates {
		u := &p.Updates[i]
		u.Slots = u.Slots[:len(u.Slots)+1]
	}
}

// innerFits says whether a shape suits the inner rule.
func innerFits(inner Rule, shape []int) error {
	if f, ok := inner.(Fitter); ok && !isnil.Value(inner) {
		return f.Fits(shape)
	}
	return nil
}

// innerBounds are those of the inner rule's slots and globals.
func innerBounds(inner Rule) (slots, globals map[string]Range) {
	if b, ok := inner.(Bounded); ok && !isnil.Value(inner) {
		return b.Bounds()
	}
	return nil, nil
}

// innerScratch is the working memory of the inner rule.
func innerScratch(inner Rule, shape []int) int {
	if s, ok := inner.(Scratcher); ok && !isnil.Value(inner) {
		return s.Scratch(shape)
	}
	return 0
}

// pull moves an average by a fraction of the way to x.
func pull[T Float](average, x []T, by T) {
	average = average[:len(x)]
	for i, v := range x {
		average[i] += T(by * (v - average[i]))
	}
}
