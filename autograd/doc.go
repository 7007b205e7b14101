// Package autograd runs neural networks on Gorgonia's computation graphs.
//
// It supplies what Gorgonia lacks or has wrong: differentiable operations with
// checked gradients ([Builder]), reverse-mode differentiation that may be
// applied to its own results ([Grad]), a machine that runs a graph in the
// caller's goroutine without garbage ([Machine]), and a [Session] that owns
// both. [Gradient], [Hessian] and [CheckGradient] differentiate plain
// functions of a vector.
//
// # Lanes
//
// Activations travel in lanes: a tensor of shape [groups, C, H, W, 16] or
// [groups, features, 16] holds the rows of a batch sixteen at a time, the row
// innermost, so that each operation is the same for sixteen rows side by side.
// Users feed rows and read rows; [Builder.FromRows], [Builder.FromPixels] and
// [Builder.ToRows] convert. Lanes beyond the batch repeat its last row, and
// losses give them no gradient.
package autograd
