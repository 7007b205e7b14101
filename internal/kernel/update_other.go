//go:build !amd64 || purego

package kernel

// Without assembly, vectors do none of the elements.

func sgd[T Float](isa ISA, x, g []T, lr, decay T) int { return 0 }

func momentum[T Float](isa ISA, x, v, g []T, lr, decay, mu, keep T) int { return 0 }

func nesterov[T Float](isa ISA, x, v, g []T, lr, decay, mu, keep T) int { return 0 }

func adam[T Float](isa ISA, x, m, v, g []T, s *AdamStep[T]) int { return 0 }
