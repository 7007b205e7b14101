//go:build amd64 && !purego

package kernel

// peakLoop returns the loop that measures an instruction set, and the number of
// floats in a register.
func peakLoop(isa ISA) (loop func(n int), width int) {
	switch isa {
	case AVX2:
		return peakAVX2, 8
	case AVX512:
		return peakAVX512, 16
	}
	return nil, 0
}
