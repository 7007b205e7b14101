package main

import (
	"descent/optimizers/bench/optbench"
	"descent/optimizers/bench/workloads"
)

// presets lists the default first. Six studies are the fewest that can find any
// difference at 5 %. Eight find a difference of twice its standard deviation four times
// out of five.
var presets = []optbench.Preset{
	{
		Name: "quick", About: "four optimizers on four workloads, in less than three minutes on two cores",
		Workloads: "quadratic,airfoil,softmax,mlp", Optimizers: "sgd,momentum,rmsprop,adam", Schedules: "constant",
		Studies: 8, Trials: 4, TuningSeeds: 1, Seeds: 1,
	},
	{
		Name: "standard", About: "eight optimizers with two schedules on six workloads, in some hours",
		Workloads:  "rosenbrock-noisy,quadratic,airfoil,softmax,mlp,lenet",
		Optimizers: "sgd,momentum,nesterov,rmsprop,adam,adamw,lion,muon", Schedules: "constant,cosine",
		Studies: 10, Trials: 16, TuningSeeds: 1, Seeds: 2,
	},
	{
		Name: "deepobs", About: "three problems of DeepOBS with its tuned settings for sgd, momentum and adam, in days",
		Workloads: "quadratic-deep,fmnist-2c2d,fmnist-vae", Optimizers: "sgd,momentum,adam", Schedules: "constant",
		Studies: 1, Trials: 8, TuningSeeds: 1, Seeds: 10, Fixed: workloads.DeepOBS(),
	},
}
