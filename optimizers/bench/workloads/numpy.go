package workloads

import "math"

// legacy is the generator of NumPy's RandomState: the Mersenne Twister MT19937
// (Matsumoto and Nishimura 1998) with normal numbers by the polar method (Marsaglia
// and Bray 1964).
type legacy struct {
	key   [624]uint32
	next  int
	spare float64 // of a pair of normal numbers
	ready bool    // spare has not been returned
}

// newLegacy returns RandomState(seed).
func newLegacy(seed uint32) *legacy {
	g := &legacy{next: len(legacy{}.key)}
	for i := range g.key {
		g.key[i] = seed
		seed = 1812433253*(seed^seed>>30) + uint32(i) + 1
	}
	return g
}

func (g *legacy) bits() uint32 {
	if g.next == len(g.key) {
		for i, n := 0, len(g.key); i < n; i++ {
			y := g.key[i]&0x80000000 | g.key[(i+1)%n]&0x7fffffff
			g.key[i] = g.key[(i+397)%n] ^ y>>1 ^ y&1*0x9908b0df
		}
		g.next = 0
	}
	y := g.key[g.next]
	g.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// uniform draws from [0, 1).
func (g *legacy) uniform() float64 {
	high, low := g.bits()>>5, g.bits()>>6
	return (float64(float64(high)*(1<<26)) + float64(low)) / (1 << 53)
}

// normal draws from N(0, 1).
func (g *legacy) normal() float64 {
	if g.ready {
		g.ready = false
		return g.spare
	}
	for {
		x, y := 2*g.uniform()-1, 2*g.uniform()-1
		if r := float64(x*x) + float64(y*y); r > 0 && r < 1 {
			f := math.Sqrt(-2 * math.Log(r) / r)
			g.spare, g.ready = f*x, true
			return f * y
		}
	}
}
