package optimizers

import "descent/internal/isnil"

// Wrapper is a [Rule] around another one. If it does not implement one of the
// optional interfaces of a rule ([Shaper], [Preparer], [Evaluator], [Fitter],
// [Scratcher], [Scratcher64], [Bounded]), the inner rule's applies: see [As]. The
// slots of the inner rule come first, followed by the wrapper's own.
type Wrapper interface {
	Rule
	// Unwrap returns the inner rule.
	Unwrap() Rule
}

// As returns rule as an I, an optional interface, or the nearest inner rule that
// implements I if rule does not.
func As[I any](rule Rule) (found I, ok bool) {
	for !isnil.Value(rule) {
		if found, ok = rule.(I); ok {
			break
		}
		w, wraps := rule.(Wrapper)
		if !wraps {
			break
		}
		rule = w.Unwrap()
	}
	return found, ok
}

// WithSlots returns the slots of the inner rule, none if it is nil, followed by
// the wrapper's own.
func WithSlots(inner Rule, own ...string) []string {
	if isnil.Value(inner) {
		return own
	}
	return append(inner.Slots(), own...)
}

// Apply lets the inner rule of a wrapper do the update. The last own slots are the
// wrapper's; the inner rule gets the others.
func (u Update[T]) Apply(rule Rule, own int) {
	u.Slots = u.Slots[:len(u.Slots)-own]
	update(rule, &u)
}
