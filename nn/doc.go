// Package nn describes neural networks by layers, and trains and runs them on
// the graphs of package lanes.
//
// A network is a [Layer], mostly [Sequential] of others. [NewModel] gives it
// parameters and a loss. [Model.Step] computes a batch's loss and gradients,
// which a trainer, or an optimizer of package optimizers, turns into new
// parameters; [Model.Evaluate] and [Model.Predict] run the network forward,
// and a [Predictor] does so beside others, each in a goroutine of its own. Package
// nn/serve gathers the rows that many goroutines ask for.
//
// All numbers are float32. Results depend on the seed and the data, not on the
// number of threads.
package nn
