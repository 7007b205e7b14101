package kernel

import "time"

// Peak measures the multiply-adds that one thread of this machine can do with
// an instruction set, as floating-point operations a second (two each): the
// best of several short loops in registers. It is 0 for [Go], whose loops the
// compiler writes.
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
