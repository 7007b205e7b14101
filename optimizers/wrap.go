package optimizers

import "descent/internal/isnil"

// Wrapper is a [Rule] around another one. Of the optional interfaces of a rule
// ([Shaper], [Preparer], [Evaluator], [Fitter], [Scratcher], [Scratcher64],
// [Bounded]), those that it does not have itself are the inner rule's: see [As].
// The slots of the inner rule come first, and the wrapper's own follow.
type Wrapper interface {
	Rule
	// Unwrap returns the inner rule.
	Unwrap() Rule
}

// As returns the rule as an I, an optional interface; or, if it is not one, the
// nearest inner rule that is.
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

// WithSlots returns the slots of the inner rule, none if it is nil, and then
// the wrapper's own.
func WithSlots(inner Rule, own ...string) []string {
	if isnil.Value(inner) {
		return own
	}
	return append(inner.Slots(), own...)
}

// Apply has the inner rule of a wrapper do the update. The inner rule gets all
// slots but the last ones, of which so many are the wrapper's own.
func (u Update[T]) Apply(rule Rule, own int) {
	u.Slots = u.Slots[:len(u.Slots)-own]
	update(rule, &u)
}
