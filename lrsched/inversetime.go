package lrsched

// InverseTime decays as the inverse of the number of updates. For update t = 0,
// 1, …:
//
//	η(t) = B/(1 + δ·t)
//
// It is the decay of Robbins and Monro (1951), and Keras's InverseTimeDecay
// with δ = decay_rate/decay_steps. Keras's staircase is ByEpoch{Updates:
// decay_steps, Then: InverseTime{Base: B, Decay: decay_rate}}.
type InverseTime struct {
	Base  float64 // B, rate of the first update; 0 or more
	Decay float64 // δ per update; 0 or more
}

var _ Schedule = InverseTime{}

func (s InverseTime) At(step int) float64 {
	return s.Base / (1 + float64(s.Decay*float64(max(step, 0))))
}

func (s InverseTime) validate() error {
	return check("InverseTime").rate("Base", s.Base).rate("Decay", s.Decay).err
}
