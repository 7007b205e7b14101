package lrsched

// Constant is the same rate, 0 or more, for every update: Constant(0.1).
type Constant float64

var _ Schedule = Constant(0)

func (c Constant) At(int) float64 { return float64(c) }

func (c Constant) validate() error { return (&checker{}).rate("Constant", float64(c)).err }
