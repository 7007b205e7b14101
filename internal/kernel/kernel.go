// Package kernel holds the arithmetic of every layer, as plain loops over
// activations in lanes.
//
// Lanes: sixteen images lie side by side in memory, innermost. A batch is
// [G][C][H][W][16] (or [G][features][16]), G groups of sixteen images, and
// unless its comment says otherwise a kernel works on the slices of one group.
// Every loop over pixels and channels is then the same for each lane, and an
// operation is vertical: one weight against sixteen numbers.
//
// A kernel trusts its caller for the sizes of slices: they are checked where
// a graph is built. A slice too short panics with Go's own index error, before
// anything outside it is touched. Slices that are written must not overlap
// slices that are read, but for the elementwise kernels, where dst may be one
// of the sources.
//
// Sums are taken in an order that depends on the shapes alone, so a kernel's
// result has the same bits each time and on every number of threads. A product
// and a sum are rounded one after the other where the processor has no fused
// multiply-add in plain Go (amd64), as one where it does (arm64).
package kernel

// Lanes is the number of images that lie side by side.
const Lanes = 16

// Float is what kernels compute in: float32 to train, float64 to check
// gradients.
type Float interface{ float32 | float64 }

// Set is the kernels for one instruction set. The zero value is the best that
// this machine has. A caller that sets ISA asks [ISA.Available] first: the
// kernels themselves return no errors.
type Set[T Float] struct {
	ISA ISA
}
