package lrsched

// Scale multiplies another schedule by a number. For update t = 0, 1, …:
//
//	η(t) = k·s(t)
//
// It scales a schedule from 1 down to 0 to a rate, or that of a small batch to k
// times the batch (Goyal et al., 2017).
type Scale struct {
	By   float64  // k, finite; 0 or more
	Then Schedule // s
}

var _ Combinator = Scale{}

func (s Scale) At(step int) float64 { return product(s.By, at(s.Then, step)) }

func (s Scale) validate() error { return check("Scale").rate("By", s.By).err }

func (s Scale) Parts(updates int) []Part { return []Part{{"Scale: Then", s.Then, updates}} }
