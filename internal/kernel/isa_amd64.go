//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// best is the highest instruction set of this machine; the lower ones are there
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
