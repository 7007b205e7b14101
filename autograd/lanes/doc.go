// Package lanes provides the operations of neural networks on Gorgonia's
// computation graphs, and runs them: a [Builder] builds a graph, a [Session]
// runs it, and an [Engine] computes.
//
// Activations are in lanes: a tensor of shape [groups, C, H, W, 16] or
// [groups, features, 16] holds the rows of a batch sixteen at a time, with the row
// as innermost index, so that each operation is the same for sixteen adjacent rows.
// Users feed rows and read rows; [Ops.FromRows], [Ops.FromPixels] and [Ops.ToRows]
// convert. Lanes beyond the batch repeat its last row, and losses give them no
// gradient.
//
// For predictions of a few rows, some operations have another form, in which sixteen
// channels of one row lie side by side ([BuilderConfig.FewRows]). The builder hides
// this: all nodes are in lanes, and are converted where necessary.
//
// # Operations
//
// Every operation is a value of [Op], which describes its inputs and computes a
// forward and a backward pass; your own operations are no different. The Op provides
// the node, its gradient, its buffers and its loops over the groups of a batch.
// Activation functions use [Elementwise]. [EngineConfig.Check] finds operations that
// write where they should not.
package lanes
