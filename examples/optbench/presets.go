package main

import (
	"descent/optimizers/bench"
	"descent/optimizers/bench/workloads"
)

// preset is what the flags of a grid are if they are not given.
type preset struct {
	name, about string

	workloads   string
	optimizers  string
	schedules   string
	trials      int
	tuningSeeds int
	seeds       int
	epochs      int // zero is the workload's own budget

	// fixed are optimizers that stand in for those of the same name.
	fixed []bench.Optimizer
}

// presets begin with the default. Eight seeds are as few as can separate one of
// six pairs at 5 % after Holm's correction; the 16 entries of standard have 120
// pairs, which takes thirteen.
var presets = []preset{
	{
		name: "quick", about: "four optimizers on four workloads, in less than three minutes on two cores",
		workloads: "quadratic,airfoil,softmax,mlp", optimizers: "sgd,momentum,rmsprop,adam", schedules: "constant",
		trials: 8, tuningSeeds: 1, seeds: 8,
	},
	{
		name: "standard", about: "eight optimizers with two schedules on six workloads, about an hour",
		workloads:  "rosenbrock-noisy,quadratic,airfoil,softmax,mlp,lenet",
		optimizers: "sgd,momentum,nesterov,rmsprop,adam,adamw,lion,muon", schedules: "constant,cosine",
		trials: 16, tuningSeeds: 2, seeds: 16,
	},
	{
		name: "deepobs", about: "fmnist-2c2d with the settings that DeepOBS found for sgd, momentum and adam, half a day",
		workloads: "fmnist-2c2d", optimizers: "sgd,momentum,adam", schedules: "constant",
		trials: 8, tuningSeeds: 1, seeds: 10, fixed: workloads.DeepOBS(),
	},
}

func presetNames() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}
