// Package trainer fits a model to a data set.
//
// A [Trainer] combines a model, an update rule (package optimizers), a
// learning-rate schedule (package lrsched) and data (package datasets), and Fit
// runs the epochs. Package nn provides models, but any type with the three
// methods of [Model] works.
//
// A run is a function of its seed and settings. A step is one update of the
// parameters. Reports count epochs and steps from 1; the schedule is called with
// the index of the step, from 0.
package trainer
