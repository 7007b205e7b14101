package lrsched

import "math"

// Polynomial decays as a power of the number of updates, without end. For update
// t = 0, 1, …:
//
//	η(t) = B·(β·t + 1)^−α
//
// It is the polynomial decay of the book (Dive into Deep Learning, 11.4), where
// α = ½ is common; its program has β = 0.1 and counts from 2, which is
// Shift{By: 2, …}. α = ½ and β = 1 is [SquareRoot]; α = 1 is [InverseTime]. [Poly]
// is a decay with an end, which MXNet and PyTorch also name after the polynomial.
type Polynomial struct {
	Base  float64 // B, rate of the first update; 0 or more
	Beta  float64 // β per update; 0 or more
	Alpha float64 // α; 0 or more
}

var _ Schedule = Polynomial{}

func (p Polynomial) At(step int) float64 {
	return p.Base * math.Pow(float64(p.Beta*float64(max(step, 0)))+1, -p.Alpha)
}

func (p Polynomial) validate() error {
	return check("Polynomial").rate("Base", p.Base).rate("Beta", p.Beta).rate("Alpha", p.Alpha).err
}
