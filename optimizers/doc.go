// Package optimizers provides update rules for gradient descent and the
// [Optimizer] that applies them to the parameters of a model.
//
// A [Rule] is a value: hyperparameters and a formula for one parameter tensor.
// It has no state. An [Optimizer] binds a rule to parameters and owns
// everything that lasts from step to step: the rule's slots, the step count,
// clipping, groups, freezing, and the check for numbers that are not finite.
// The same rule therefore runs on two numbers in a test and on a whole network,
// in float32 and in float64.
//
//	[SGD]                                      plain, momentum, dampening, Nesterov
//	[EWA]                                      momentum as an average
//	[Adagrad] [RMSProp] [Adadelta] [Rprop]     a rate for each element
//	[Adam] [AdamW] [Adamax] [NAdam] [RAdam]    averages of g and g²
//	[NAdamW] [AdEMAMix] [Adan] [MARS]          more of g than its average
//	[AdaBelief] [ADOPT] [Yogi] [Lion]          other second moments, or none
//	[Adafactor]                                row and column averages of the second moment
//	[LAMB] [LARS]                              a rate for each tensor, for large batches
//	[Muon] [NorMuon]                           orthogonal updates of matrices
//	[Shampoo] [SOAP] [PSGDKron]                a matrix for each dimension of a tensor
//	[ScheduleFreeSGD] [ScheduleFreeAdamW]      averaging in place of a schedule
//	[Prodigy]                                  estimates the rate
//	[SGLD]                                     samples from a posterior
//
// These wrap another rule:
//
//	[DecoupledDecay]                           weight decay: SGDW, AdamW, cautious decay
//	[Cautious]                                 only steps that go down the gradient
//	[Grokfast]                                 amplifies the slow part of gradients
//	[Lookahead]                                slow weights
//	[EMA] [SWA]                                evaluation at an average of the parameters
//
// Every rule documents its formula, its slots, its defaults and their source,
// and how PyTorch, Keras, MXNet and the book (Dive into Deep Learning) differ.
// DefaultX functions return PyTorch's defaults, or the paper's where PyTorch
// lacks the rule; D2LX functions return the book's. The methods of the rules
// implement [Rule] and the optional interfaces listed there.
//
// The learning rate is an argument of every step, never part of a rule; the
// schedules of package lrsched return a rate for each step. [Group] gives some
// of the parameters another rate, weight decay or rule, [Clip] limits
// gradients, and [ProjectL2] and [ProjectL1] project onto balls. Sharpness-aware
// minimization needs a second gradient, so it is a field of the trainer.
//
// # Threads
//
// Steps of large parameters run on [Config].Threads goroutines, or on the model's
// workers; a trainer arranges the latter. Parameters and state are identical, bit
// for bit, for any number of threads.
//
// # Your own rule
//
// A new rule is one small type with the methods of [Rule]; both update methods
// call one generic function that holds the formula. The rules of this package are
// built from [Average], [Unbias], [Update.Coupled], [Update.Decoupled], [Epsilon],
// [Sqrt] and [Signed], and their Validate methods start with [Check]. A rule that
// wraps another implements [Wrapper]. A rule whose state differs in shape from the
// parameter implements [Shaper]. A rule that updates each element independently
// declares so with [Elementwise], and threads share its work.
//
// # Reproducibility
//
// Runs with the same seed are identical, bit for bit, for any number of threads.
// Shampoo and SOAP decompose matrices with Gonum, whose rounding depends on the
// processor's architecture and on GOAMD64; the other rules do not depend on either.
package optimizers
