//go:build !amd64 || purego

package kernel

func newConvKernels(ISA, *Conv, *Pool, bool, int, bool) (convKernels, planes) {
	panic("kernel: there are no vector kernels in this build")
}

func addRowsSIMD(ISA, *[Lanes]float32, []float32, int, int, int) {
	panic("kernel: there are no vector kernels in this build")
}

func newDenseKernels(ISA, int, int, int, bool, int) denseKernels {
	panic("kernel: there are no vector kernels in this build")
}

func peakLoop(ISA) (loop func(n int), width int) { return nil, 0 }
