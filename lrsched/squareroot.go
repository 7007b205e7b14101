package lrsched

import "math"

// SquareRoot decays as the inverse square root of the number of updates. For update
// t = 0, 1, …:
//
//	η(t) = B/√(t+1)
//
// It is the book's SquareRootScheduler (Dive into Deep Learning, 11.11) and the
// decay that suits convex problems. For a warmup of W updates to the rate r and then
// a decay as r·√(W/t), as in fairseq's inverse_sqrt:
//
//	Warmup{Steps: W, Then: Shift{By: -1, Then: SquareRoot{Base: r·√W}}}
type SquareRoot struct {
	Base float64 // B, rate of the first update; 0 or more
}

var _ Schedule = SquareRoot{}

func (s SquareRoot) At(step int) float64 {
	return s.Base / math.Sqrt(float64(max(step, 0))+1)
}

func (s SquareRoot) validate() error { return check("SquareRoot").rate("Base", s.Base).err }
