// Package lanes has the operations of neural networks, on Gorgonia's
// computation graphs, and what runs them: a [Builder] makes a graph, a
// [Session] runs it, an [Engine] computes.
//
// Activations travel in lanes: a tensor of shape [groups, C, H, W, 16] or
// [groups, features, 16] holds the rows of a batch sixteen at a time, the row
// innermost, so that each operation is the same for sixteen rows side by side.
// Users feed rows and read rows; [Ops.FromRows], [Ops.FromPixels] and
// [Ops.ToRows] convert. Lanes beyond the batch repeat its last row, and
// losses give them no gradient.
//
// For prediction of a few rows, some operations have another form, in which sixteen
// channels of one row lie side by side ([BuilderConfig.FewRows]). It is the builder's
// affair: nodes are of lanes all the same, and are converted where they must be.
//
// # Operations
//
// Every operation is a value of [Op], which says what its inputs are and computes
// a pass forward and a pass backward; one of your own is no different. From it come
// the node, its gradient, its buffers and its loops over the groups of a batch.
// An activation is an [Elementwise]. [EngineConfig.Check] finds an operation that
// writes where it should not.
package lanes
