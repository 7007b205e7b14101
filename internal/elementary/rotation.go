package elementary

import "math"

// Rotation returns the sine and the cosine of t·base^(−2i/width), the angle of pair i
// of width values at place t of a sequence, as in sinusoidal positions (Vaswani et al.
// 2017) and rotary positions (Su et al. 2021).
func Rotation(t, i, width int, base float64) (sin, cos float64) {
	return Sincos(float64(t) * math.Pow(base, -float64(2*i)/float64(width)))
}
