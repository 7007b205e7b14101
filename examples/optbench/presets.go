package main

import (
	"descent/optimizers/bench"
	"descent/optimizers/bench/workloads"
)

// preset has defaults for the flags of a grid.
type preset struct {
	name, about string

	workloads   string
	optimizers  string
	schedules   string
	trials      int
	tuningSeeds int
	seeds       int
	epochs      int // zero is the workload's own budget

	// fixed replaces the optimizers of the same names.
	fixed []bench.Contender
}

// presets lists the default first. Eight seeds are the minimum that can separate
// one of six pairs at 5 % after Holm's correction; the 120 pairs of standard's 16
// entries need 13.
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
		name: "deepobs", about: "three problems of DeepOBS with its tuned settings for sgd, momentum and adam, days",
		workloads: "quadratic-deep,fmnist-2c2d,fmnist-vae", optimizers: "sgd,momentum,adam", schedules: "constant",
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
