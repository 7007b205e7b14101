//go:build !amd64 || purego

package kernel

func newConvSparse(ISA, *Conv, *Pool, int) convSparse { return nil }
