// Package descent is a minimal deep-learning training framework. The root package
// is empty; use its packages:
//
//   - [descent/nn]: layers, initializers, losses and models
//   - [descent/optimizers]: update rules, and the optimizer that applies them
//   - [descent/lrsched]: learning-rate schedules
//   - [descent/trainer]: training loop, metrics and hooks
//   - [descent/datasets]: data sets and the loader
//   - [descent/autograd]: expressions with exact derivatives, and below it
//     [descent/autograd/lanes]: graphs of networks
//
// The README has an example, and examples/lenet is a complete program.
package descent
