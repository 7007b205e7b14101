// Package lanes has the operations of neural networks, on Gorgonia's
// computation graphs, and what runs them: a [Builder] makes a graph, a
// [Session] runs it, an [Engine] computes.
//
// Activations travel in lanes: a tensor of shape [groups, C, H, W, 16] or
// [groups, features, 16] holds the rows of a batch sixteen at a time, the row
// innermost, so that each operation is the same for sixteen rows side by side.
// Users feed rows and read rows; [Builder.FromRows], [Builder.FromPixels] and
// [Builder.ToRows] convert. Lanes beyond the batch repeat its last row, and
// losses give them no gradient.
package lanes
