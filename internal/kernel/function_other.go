//go:build !amd64 || purego

package kernel

// Without assembly, vectors do nothing.

func apply[T Float](isa ISA, f function, y, x []T) bool { return false }
