package lrsched

import "math"

// Exponential multiplies the rate by the same factor at every update. For
// update t = 0, 1, …:
//
//	η(t) = B·γᵗ
//
// It is PyTorch's ExponentialLR. [ExponentialDecay] returns the book's B·e^−λt.
// With γ above 1, the rate grows, as in a search for the largest rate that trains;
// it stays at or below math.MaxFloat64.
type Exponential struct {
	Base  float64 // B, rate of the first update; 0 or more
	Gamma float64 // γ; more than 0
}

var _ Schedule = Exponential{}

// ExponentialDecay returns the schedule base·e^−λt of the book (Dive into Deep
// Learning, 11.4), whose program counts from 2: Shift{By: 2, …}.
func ExponentialDecay(base, lambda float64) Exponential {
	return Exponential{Base: base, Gamma: math.Exp(-lambda)}
}

func (e Exponential) At(step int) float64 {
	return product(e.Base, math.Pow(e.Gamma, float64(max(step, 0))))
}

func (e Exponential) validate() error {
	return check("Exponential").rate("Base", e.Base).positive("Gamma", e.Gamma).err
}
