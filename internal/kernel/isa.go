package kernel

import (
	"fmt"
	"strings"
)

// ISA is an instruction set that kernels are written in.
type ISA int

// The instruction sets. Auto, the zero value, is the best one that the machine has.
const (
	Auto   ISA = iota
	Go         // plain Go loops
	AVX2       // 256-bit vectors with fused multiply-add
	AVX512     // 512-bit vectors
)

var isaNames = [...]string{Auto: "auto", Go: "go", AVX2: "avx2", AVX512: "avx512"}

// String returns the name that [ParseISA] reads.
func (i ISA) String() string {
	if i < 0 || int(i) >= len(isaNames) {
		return fmt.Sprintf("ISA(%d)", int(i))
	}
	return isaNames[i]
}

// ParseISA returns the instruction set with the given name, whether or not this
// machine has it: see [ISA.Available].
func ParseISA(name string) (ISA, error) {
	for i, n := range isaNames {
		if n == name {
			return ISA(i), nil
		}
	}
	return Auto, fmt.Errorf("kernel: ISA %q: want one of %s", name, strings.Join(isaNames[:], ", "))
}

// Available returns nil if this machine and this build have the instruction
// set, and otherwise an error that lists the available ones.
func (i ISA) Available() error {
	if i >= 0 && i <= best {
		return nil
	}
	have := strings.Join(isaNames[:best+1], ", ")
	if i < 0 || int(i) >= len(isaNames) {
		return fmt.Errorf("kernel: %v: want %s", i, have)
	}
	return fmt.Errorf("kernel: ISA %v: not available on this machine or in this build: want %s", i, have)
}

// resolve returns the instruction set that Auto stands for.
func (i ISA) resolve() ISA {
	if i == Auto {
		return best
	}
	return i
}

// Best returns the instruction set that [Auto] stands for here.
func Best() ISA { return best }
