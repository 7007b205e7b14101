// Package workloads has workloads and contenders for package bench: real models
// on real data, two functions, and the update rules with their search spaces.
//
// Use [Network] to make a workload from a network of package nn, and [Function] to make
// one from a function with a noisy gradient, as the workloads here do.
//
// All runs of a workload are measured at the same updates: before the first
// update, at five updates in the first epoch, and after every epoch.
package workloads
