// Package trainer fits a model to a data set.
//
// A [Trainer] puts together a model, an update rule (package optimizers), a
// learning-rate schedule (package lrsched) and data (package datasets), and
// Fit runs the epochs. It knows the model by the three methods of [Model]
// alone; package nn has models, and any other type with these methods is as
// good.
//
// A run is a function of the seed and the settings. Epochs and steps count
// from 1 in everything that is reported; a step is one update of the
// parameters, and the schedule is asked for it by its index from 0.
package trainer
