// Package optimizers has update rules for gradient descent and the binder
// that applies them to the parameters of a model.
//
// A [Rule] is a value: its hyperparameters and a formula for one parameter
// tensor. It keeps nothing. An [Optimizer] binds a rule to parameters and owns
// everything that lasts from step to step: the rule's slots, the step count,
// clipping, and the refusal of gradients that are not finite. The same rule
// therefore runs on two numbers in a test and on a whole network, in float32
// and in float64.
//
// The learning rate is an argument of every step and never part of a rule;
// package lrsched has functions that give one rate per step.
//
// A rule of one's own is one small type with the methods of [Rule]; both
// update methods call one generic function that holds the formula.
package optimizers
