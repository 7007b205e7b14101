//go:build amd64 && !purego

package kernel

// tileKernels are the tile kernels of one instruction set, by their number of
// outputs.
type tileKernels struct {
	store1, store4, pool4, sum4 [tileOutputs + 1]func(*tileArgs)
}

var (
	kernelsAVX2   = tileKernels{store1AVX2, store4AVX2, pool4AVX2, sum4AVX2}
	kernelsAVX512 = tileKernels{store1AVX512, store4AVX512, pool4AVX512, sum4AVX512}
)

func kernelsOf(i ISA) *tileKernels {
	if i == AVX2 {
		return &kernelsAVX2
	}
	return &kernelsAVX512
}

// peakLoop returns the loop that measures an instruction set, and the floats of
// a register.
func peakLoop(isa ISA) (loop func(n int), width int) {
	switch isa {
	case AVX2:
		return peakAVX2, 8
	case AVX512:
		return peakAVX512, 16
	}
	return nil, 0
}
