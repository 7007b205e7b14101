// Package optimizers has update rules for gradient descent and the binder
// that applies them to the parameters of a model.
//
// A [Rule] is a value: its hyperparameters and a formula for one parameter
// tensor. It has no state. An [Optimizer] binds a rule to parameters and owns
// everything that lasts from step to step: the rule's slots, the step count,
// clipping, groups, freezing, and the check for numbers that are not finite.
// The same rule therefore runs on two numbers in a test and on a whole network,
// in float32 and in float64.
//
//	[SGD]                                      plain, momentum, dampening, Nesterov
//	[EWA]                                      momentum as an average
//	[Adagrad] [RMSProp] [Adadelta] [Rprop]     a rate for each element
//	[Adam] [AdamW] [Adamax] [NAdam] [RAdam]    averages of g and g²
//	[NAdamW] [AdEMAMix] [Adan] [MARS]          more of g than an average
//	[AdaBelief] [ADOPT] [Yogi] [Lion]          other second moments, or none
//	[Adafactor]                                a second moment in the memory of its rows and columns
//	[LAMB] [LARS]                              a rate for each tensor, for large batches
//	[Muon] [NorMuon]                           orthogonal updates of matrices
//	[Shampoo] [SOAP] [PSGDKron]                a matrix for each dimension of a tensor
//	[ScheduleFreeSGD] [ScheduleFreeAdamW]      averaging in place of a schedule
//	[Prodigy]                                  finds the rate by itself
//	[SGLD]                                     samples from a posterior
//
// These wrap another rule:
//
//	[DecoupledDecay]                           weight decay: SGDW, AdamW, cautious decay
//	[Cautious]                                 only the steps that go down the gradient
//	[Grokfast]                                 amplifies the slow part of gradients
//	[Lookahead]                                slow weights
//	[EMA] [SWA]                                evaluation at an average of the parameters
//
// Every rule documents its formula, its slots, its defaults and where they come
// from, and where PyTorch, Keras, MXNet and the book (Dive into Deep Learning)
// differ. DefaultX functions return PyTorch's defaults, or the paper's where
// PyTorch lacks the rule; D2LX functions return the book's. The methods of the
// rules are those of [Rule] and of the interfaces named there.
//
// The learning rate is an argument of every step and never part of a rule;
// package lrsched has functions that give one rate per step. [Group] gives some
// of the parameters another rate, weight decay or rule, [Clip] limits
// gradients, and [ProjectL2] and [ProjectL1] project onto balls. Sharpness-aware
// minimization needs a second gradient, and is a field of the trainer.
//
// # Threads
//
// Steps of large parameters run on [Config].Threads goroutines, or on the workers
// of the model: a trainer sees to that. Parameters and state have the same bits for
// any number of threads.
//
// # Your own rule
//
// A new rule is one small type with the methods of [Rule]; both update methods
// call one generic function that holds the formula. [Average], [Unbias],
// [Update.Coupled], [Update.Decoupled], [Epsilon], [Sqrt] and [Signed] are what
// the rules of this package are made of, and [Check] begins a Validate method.
// A rule around another one implements [Wrapper], and one that keeps other shapes than
// the parameter's [Shaper]. A rule that is a formula of single elements says so with
// [Elementwise], and is shared among threads.
//
// # Reproducibility
//
// A run of the same seed has the same bits for any number of threads. Shampoo and SOAP
// decompose matrices by Gonum, whose rounding depends on the processor's architecture
// and on GOAMD64; the bits of all other rules do not.
package optimizers
