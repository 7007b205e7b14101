package lrsched

// Trapezoid warms up, holds and cools down, each along a straight line:
// warmup–stable–decay. For update t = 0, 1, …:
//
//	η(t) = b + (B−b)·t/U               t < U
//	η(t) = B                           U ≤ t ≤ U+H
//	η(t) = B + (f−B)·(t−U−H)/D         U+H ≤ t ≤ U+H+D
//	η(t) = f                           t ≥ U+H+D
//
// The form is that of Xing et al. (2018) and of Hu et al. (2024, MiniCPM), whose
// decay is exponential: use a [Join] for that. For the last of N updates to have
// the rate f, set U+H+D = N−1.
type Trapezoid struct {
	Begin float64 // b, rate of the first update if there is a warmup; 0 or more
	Base  float64 // B, rate that is held; 0 or more
	Final float64 // f, rate at the end; 0 or more
	Up    int     // U, updates of the warmup; if zero, there is no warmup
	Hold  int     // H, updates at B; 0 or more
	Down  int     // D, updates of the cool-down; 1 or more
}

var _ Ramped = Trapezoid{}

func (z Trapezoid) At(step int) float64 {
	step = max(step, 0)
	if step < z.Up {
		return z.Begin + float64((z.Base-z.Begin)*(float64(step)/float64(z.Up)))
	}
	step -= z.Up
	if step <= z.Hold {
		return z.Base
	}
	step -= z.Hold
	if step >= z.Down {
		return z.Final
	}
	return z.Base + float64((z.Final-z.Base)*(float64(step)/float64(z.Down)))
}

func (z Trapezoid) validate() error {
	return check("Trapezoid").rate("Begin", z.Begin).rate("Base", z.Base).rate("Final", z.Final).
		count("Up", z.Up, 0).count("Hold", z.Hold, 0).count("Down", z.Down, 1).err
}

func (z Trapezoid) Ramp() (field string, updates int) { return "Trapezoid: Up", z.Up }
