package kernel

// Dropout zeroes each element with probability rate and divides the others by
// 1 − rate (inverted dropout):
//
//	y = x/(1 − rate) if kept, else 0
//
// x and y are [features][16], and lane l is row row0 + l of the batch. Whether
// an element is kept depends on key, row and feature alone, so the same call on
// dy is the backward pass. rate is in [0, 1]. With rate 1 nothing is kept.
// y may be x.
//
// Each row has a SplitMix64 generator that starts at mix(mix(key) + φ·(row+1)). An
// element is dropped if the top 53 bits of draw number feature, counted from 0, are
// less than rate·2⁵³.
// φ is 2⁶⁴ divided by the golden ratio, and mix is SplitMix64's output function
// (Steele, Lea and Flood 2014, with Stafford's constants, variant 13).
func (k Set[T]) Dropout(y, x []T, features, row0 int, key uint64, rate float64) {
	var state [Lanes]uint64
	for l := range state {
		state[l] = mix(mix(key) + golden*uint64(row0+l+1))
	}
	drop := uint64(rate * (1 << 53))
	// With rate 1 nothing is kept and the scale is not used.
	scale := T(1 / (1 - rate))
	x = x[:features*Lanes]
	if dropout(k.ISA, y[:len(x)], x, &state, drop, scale) {
		return
	}
	for f := range features {
		xf, yf := (*[Lanes]T)(x[f*Lanes:]), (*[Lanes]T)(y[f*Lanes:])
		for l, v := range xf {
			state[l] += golden
			choice := [2]T{v * scale, 0}
			dropped := 0
			if mix(state[l])>>11 < drop {
				dropped = 1
			}
			yf[l] = choice[dropped]
		}
	}
}

const golden = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
