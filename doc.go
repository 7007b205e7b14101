// Package descent is a minimal deep-learning training framework. It holds
// nothing itself; its packages do:
//
//   - [descent/nn]: layers, initialisers, losses, and models
//   - [descent/optimizers]: update rules, and what binds one to parameters
//   - [descent/lrsched]: learning-rate schedules
//   - [descent/trainer]: Fit
//   - [descent/datasets]: data sets and the loader
//   - [descent/autograd]: graphs, differentiable operations, and gradients of
//     functions
//
// Its README begins with an example, and examples/lenet is a whole program.
package descent
