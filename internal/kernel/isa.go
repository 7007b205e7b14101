package kernel

import (
	"fmt"
	"strings"
)

// ISA names the instruction set that kernels are written in.
type ISA int

// The instruction sets. Auto, the zero value, is the best available.
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

// ParseISA returns the instruction set of that name. It says nothing of
// whether this machine has it: see [ISA.Available].
func ParseISA(name string) (ISA, error) {
	for i, n := range isaNames {
		if n == name {
			return ISA(i), nil
		}
	}
	return Auto, fmt.Errorf("kernel: ISA %q: want one of %s", name, strings.Join(isaNames[:], ", "))
}

// Available returns nil if kernels can run with this instruction set here, and
// otherwise an error that says which can.
func (i ISA) Available() error {
	if i == Auto || i == Go || i > Go && i <= best {
		return nil
	}
	var have []string
	for j := Auto; j <= best; j++ {
		have = append(have, j.String())
	}
	return fmt.Errorf("kernel: ISA %v: not available on this machine or in this build: want %s", i, strings.Join(have, ", "))
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
