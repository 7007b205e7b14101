//go:build amd64 && !purego

package kernel

// dropout starts from the states of the generators. It computes all elements or,
// without assembly, none and returns false.
func dropout[T Float](isa ISA, y, x []T, states *[Lanes]uint64, drop uint64, scale T) bool {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		dropoutAVX2(first(y), first(x), n/Lanes, states, drop, float32(scale))
	case AVX512:
		dropoutAVX512(first(y), first(x), n/Lanes, states, drop, float32(scale))
	}
	return n > 0
}
