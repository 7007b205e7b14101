package lrsched

// Shift evaluates another schedule at a later or earlier update. For update t = 0,
// 1, …:
//
//	η(t) = s(max(t + k, 0))
//
// A positive k skips the first k rates of s: everything happens k updates earlier.
// A negative k delays s by −k updates, during which the first rate is held.
type Shift struct {
	By   int      // k, updates
	Then Schedule // s
}

var _ Combinator = Shift{}

func (s Shift) At(step int) float64 { return at(s.Then, max(add(max(step, 0), s.By), 0)) }

func (s Shift) Parts(updates int) []Part {
	return []Part{{"Shift: Then", s.Then, add(max(updates, 0), s.By)}}
}
