//go:build amd64 && !purego

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// best is the highest instruction set of this machine, which has the lower ones
// too.
var best = func() ISA {
	switch x := cpu.X86; {
	case x.HasAVX512F && x.HasAVX512VL && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX2 && x.HasFMA:
		return AVX512
	case x.HasAVX2 && x.HasFMA:
		return AVX2
	}
	return Go
}()

// vectorized returns the instruction set to use for n elements, and how many of
// them it is used for.
func vectorized[T Float](isa ISA, n int) (ISA, int) {
	isa, n = isa.resolve(), n&^(Lanes-1)
	if n == 0 || isa <= Go || unsafe.Sizeof(T(0)) != unsafe.Sizeof(float32(0)) {
		return Go, 0
	}
	return isa, n
}

// first returns the address of x[0], for a T that is float32.
func first[T Float](x []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(x))) }
