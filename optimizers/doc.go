// Package optimizers has update rules for gradient descent and the binder
// that applies them to the parameters of a model.
//
// A [Rule] is a value: its hyperparameters and a formula for one parameter
// tensor. It keeps nothing. An [Optimizer] binds a rule to parameters and owns
// everything that lasts from step to step: the rule's slots, the step count,
// clipping, groups, freezing, and the refusal of numbers that are not finite.
// The same rule therefore runs on two numbers in a test and on a whole network,
// in float32 and in float64.
//
//	[SGD]                                      plain, momentum, dampening, Nesterov
//	[EWA]                                      momentum as an average
//	[Adagrad] [RMSProp] [Adadelta] [Rprop]     a rate for each element
//	[Adam] [AdamW] [Adamax] [NAdam] [RAdam]    averages of g and g²
//	[Yogi] [Lion]                              other second moments, or none
//	[LAMB] [LARS]                              a rate for each tensor, for large batches
//	[Muon]                                     orthogonal updates of matrices
//	[ScheduleFreeSGD] [ScheduleFreeAdamW]      averaging in place of a schedule
//	[Prodigy]                                  finds the rate by itself
//	[SGLD]                                     samples from a posterior
//
// They can be put around another rule:
//
//	[Lookahead]                                slow weights
//	[EMA] [SWA]                                evaluation at an average of the parameters
//
// Every rule documents its formula, its slots, its defaults and whose they are,
// and where PyTorch, Keras, MXNet and the book (Dive into Deep Learning) differ;
// DefaultX functions have PyTorch's defaults where it has the rule and the
// paper's where not, D2LX functions the book's.
//
// The learning rate is an argument of every step and never part of a rule;
// package lrsched has functions that give one rate per step. [Group] gives some
// of the parameters another rate, weight decay or rule, [Clip] limits
// gradients, and [ProjectL2] and [ProjectL1] project onto balls. Sharpness-aware
// minimisation needs a second gradient, and is a field of the trainer.
//
// A rule of one's own is one small type with the methods of [Rule]; both
// update methods call one generic function that holds the formula.
package optimizers
