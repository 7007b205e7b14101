package lrsched

import "fmt"

// Constant is the same rate for every update: Constant(0.1).
type Constant float64

var _ Schedule = Constant(0)

// At is the constant.
func (c Constant) At(int) float64 { return float64(c) }

// Validate reports a rate that is negative or not finite.
func (c Constant) Validate() error {
	if checkRate("", "", float64(c)) != nil {
		return fmt.Errorf("lrsched: Constant = %v: want a finite rate, zero or more", float64(c))
	}
	return nil
}
