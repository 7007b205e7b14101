//go:build !amd64 || purego

package kernel

// Without assembly, vectors do none of the elements.

func relu[T Float](isa ISA, y, x []T) int                          { return 0 }
func reluBackward[T Float](isa ISA, dx, dy, y []T) int             { return 0 }
func sigmoidBackward[T Float](isa ISA, dx, dy, y []T) int          { return 0 }
func tanhBackward[T Float](isa ISA, dx, dy, y []T) int             { return 0 }
func add[T Float](isa ISA, dst, a, b []T) int                      { return 0 }
func scale[T Float](isa ISA, dst, src []T, a T) int                { return 0 }
func sumSquares[T Float](isa ISA, x []T, sums *[Lanes]float64) int { return 0 }
