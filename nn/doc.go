// Package nn describes neural networks as layers, and trains and runs them on
// the graphs of package lanes.
//
// A network is a [Layer], usually a [Sequential] of others. [NewModel] gives it
// parameters and a loss. [Model.Step] computes a batch's loss and gradients, from
// which a trainer, or an optimizer of package optimizers, computes new
// parameters. [Model.Evaluate] and [Model.Predict] run the network forward, and so
// does a [Predictor]; several of them can run at once, each in its own goroutine.
// Package nn/serve batches the rows that many goroutines request.
//
// All numbers are float32. Results depend on the seed and the data, not on the
// number of threads.
package nn
