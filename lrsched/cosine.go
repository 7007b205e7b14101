package lrsched

import (
	"math"

	"descent/internal/elementary"
)

// Cosine goes from one rate to another along half a cosine (Loshchilov and
// Hutter, 2017, without restarts). For update t = 0, 1, …:
//
//	η(t) = B                                             t ≤ From
//	η(t) = f + (B−f)·(1 + cos(π·(t−From)/(To−From)))/2   between
//	η(t) = f                                             t ≥ To
//
// After a warmup of W updates, From is W: [Warmup] does not shift the schedule
// that follows it. PyTorch's CosineAnnealingLR is the same up to T_max and rises
// again after it; MXNet's CosineScheduler holds the rate, like this one.
type Cosine struct {
	Base     float64 // B, rate up to update From; 0 or more
	Final    float64 // f, rate from update To on; 0 or more
	From, To int     // indices of updates, 0 ≤ From < To
}

var _ Schedule = Cosine{}

func (c Cosine) At(step int) float64 {
	switch {
	case step <= c.From:
		return c.Base
	case step >= c.To:
		return c.Final
	}
	done := float64(step-c.From) / float64(c.To-c.From)
	return c.Final + float64((c.Base-c.Final)*((1+elementary.Cos(math.Pi*done))/2))
}

func (c Cosine) validate() error {
	return check("Cosine").rate("Base", c.Base).rate("Final", c.Final).span(c.From, c.To).err
}
