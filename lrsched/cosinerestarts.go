package lrsched

import (
	"math"

	"descent/internal/elementary"
)

// CosineRestarts falls along half a cosine, jumps back up and falls again
// (SGDR: Loshchilov and Hutter, 2017). Cycle k = 0, 1, … has Tₖ = T₀·Multᵏ
// updates. In a cycle that began c updates ago:
//
//	η(t) = f + (B−f)·(1 + cos(π·c/Tₖ))/2
//
// The first update of a cycle has the rate B. The last one does not quite reach f;
// after the last cycle, if there is one, the rate is f. Before From, the rate is B.
// It is PyTorch's CosineAnnealingWarmRestarts, which has no end, with T_0 = First
// and T_mult = Mult.
type CosineRestarts struct {
	Base   float64 // B, rate at the beginning of each cycle; 0 or more
	Final  float64 // f, rate that each cycle falls toward; 0 or more
	First  int     // T₀, updates of the first cycle; 1 or more
	Mult   int     // ratio of the lengths of a cycle and the previous one; 1 or more
	Cycles int     // number of cycles; if zero, there is no end
	From   int     // index of the update that begins the first cycle; 0 or more
}

var _ Schedule = CosineRestarts{}

func (c CosineRestarts) At(step int) float64 {
	in, length, cycle := max(max(step, 0)-max(c.From, 0), 0), max(c.First, 1), 0
	if c.Mult <= 1 {
		cycle, in = in/length, in%length
	} else {
		for in >= length {
			in, length, cycle = in-length, multiply(length, c.Mult), cycle+1
		}
	}
	if c.Cycles > 0 && cycle >= c.Cycles {
		return c.Final
	}
	return c.Final + float64((c.Base-c.Final)*((1+elementary.Cos(math.Pi*float64(in)/float64(length)))/2))
}

func (c CosineRestarts) validate() error {
	return check("CosineRestarts").rate("Base", c.Base).rate("Final", c.Final).
		count("First", c.First, 1).count("Mult", c.Mult, 1).count("Cycles", c.Cycles, 0).count("From", c.From, 0).err
}
