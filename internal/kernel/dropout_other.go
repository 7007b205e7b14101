//go:build !amd64 || purego

package kernel

// Without assembly, vectors do nothing.

func dropout[T Float](isa ISA, y, x []T, states *[Lanes]uint64, drop uint64, scale T) bool {
	return false
}
