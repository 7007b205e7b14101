package lrsched

// Shift asks another schedule for an earlier or later update.
//
// With k = By, s = Then and t ≥ 0 the index of the update:
//
//	η(t) = s(max(t + k, 0))
//
// A positive k leaves out the first k rates of s: everything comes k updates
// earlier. A negative k delays s by −k updates, during which its first rate is
// held.
type Shift struct {
	By   int      // k, updates
	Then Schedule // s
}

var _ Schedule = Shift{}

// At is the rate of the update.
func (s Shift) At(step int) float64 { return at(s.Then, max(add(max(step, 0), s.By), 0)) }

// Validate reports what is wrong with Then.
func (s Shift) Validate() error { return checkPart("Shift", "Then", s.Then) }

func (s Shift) parts(updates int) []part {
	n := add(updates, s.By)
	if n < 1 {
		return nil // but for its first rate, the run does not come to it
	}
	return []part{{"Shift: Then", s.Then, n}}
}
