package kernel

import "time"

// Peak measures how many floating-point operations a second one thread of this
// machine can do in multiply-adds (two each) with an instruction set: the maximum of
// several short loops in registers. It returns 0 for [Go], which has no such loop.
func Peak(isa ISA) float64 {
	loop, width := peakLoop(isa.resolve())
	if loop == nil {
		return 0
	}
	const n, perLoop = 200_000, 12 * 2
	best := 0.0
	for range 20 {
		start := time.Now()
		loop(n)
		best = max(best, n*perLoop*float64(width)/time.Since(start).Seconds())
	}
	return best
}
