// Package dive contains the experiments of the optimization chapter of Dive into Deep
// Learning: sections 11.1 to 11.11, and 000, a newer version of 11.3.
package dive

import (
	"embed"

	"descent/examples/book/internal/page"
)

//go:embed *.go
var source embed.FS

// Sections returns the sections in the order of the page.
func Sections() []*page.Section {
	list := []*page.Section{
		{Number: "11.1", Title: "Optimization and Deep Learning", Experiments: challengeExperiments, Exercises: challengeExercises},
		{Number: "11.2", Title: "Convexity", Experiments: convexityExperiments, Exercises: convexityExercises},
		{Number: "11.3", Title: "Gradient Descent", Experiments: descentExperiments, Exercises: descentExercises},
		{Number: "000", Title: "Gradient Descent, a newer version", Experiments: newerExperiments},
		{Number: "11.4", Title: "Stochastic Gradient Descent", Experiments: stochasticExperiments, Exercises: stochasticExercises},
		{Number: "11.5", Title: "Minibatch Stochastic Gradient Descent", Experiments: minibatchExperiments, Exercises: minibatchExercises},
		{Number: "11.6", Title: "Momentum", Experiments: momentumExperiments, Exercises: momentumExercises},
		{Number: "11.7", Title: "Adagrad", Experiments: adagradExperiments, Exercises: adagradExercises},
		{Number: "11.8", Title: "RMSProp", Experiments: rmspropExperiments, Exercises: rmspropExercises},
		{Number: "11.9", Title: "Adadelta", Experiments: adadeltaExperiments, Exercises: adadeltaExercises},
		{Number: "11.10", Title: "Adam", Experiments: adamExperiments, Exercises: adamExercises},
		{Number: "11.11", Title: "Learning Rate Scheduling", Experiments: schedulingExperiments, Exercises: schedulingExercises},
	}
	for _, s := range list {
		s.Source, s.Folder = source, "examples/book/internal/dive"
	}
	return list
}
