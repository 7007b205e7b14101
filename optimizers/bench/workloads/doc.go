// Package workloads has the tasks and the optimizers that package bench
// compares: real models on real data, two functions, and the update rules with
// what each is tuned by.
//
// [Network] makes a workload of any network of package nn, [Function] of any
// function with a noisy gradient: the ones here are made with them, and so may
// others be.
//
// All runs of a workload are measured at the same updates: before the first,
// at five places inside the first epoch, and after every epoch.
package workloads
