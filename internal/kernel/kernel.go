package kernel

// Lanes is the number of images that lie side by side.
const Lanes = 16

// Float is the type that kernels compute in: float32 to train, float64 to check
// gradients.
type Float interface{ float32 | float64 }

// Set is the set of kernels for one instruction set. The zero value uses the best
// one that this machine has. A caller that sets ISA must check [ISA.Available]
// first: the kernels themselves return no errors.
type Set[T Float] struct {
	ISA ISA
}
