package lrsched

// Linear goes from one rate to another along a straight line, up or down. For
// update t = 0, 1, …:
//
//	η(t) = B                                t ≤ From
//	η(t) = B + (f−B)·(t−From)/(To−From)     between
//	η(t) = f                                t ≥ To
//
// It is PyTorch's LinearLR with From = 0, To = total_iters, B = lr·start_factor
// and f = lr·end_factor. To ramp up to another schedule, use [Warmup].
type Linear struct {
	Base     float64 // B, rate up to update From; 0 or more
	Final    float64 // f, rate from update To on; 0 or more
	From, To int     // indices of updates, 0 ≤ From < To
}

var _ Schedule = Linear{}

func (l Linear) At(step int) float64 {
	switch {
	case step <= l.From:
		return l.Base
	case step >= l.To:
		return l.Final
	}
	return l.Base + float64((l.Final-l.Base)*(float64(step-l.From)/float64(l.To-l.From)))
}

func (l Linear) validate() error {
	return check("Linear").rate("Base", l.Base).rate("Final", l.Final).span(l.From, l.To).err
}
