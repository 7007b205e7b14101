// Package bench is a benchmark of optimizers on real models.
//
// A [Workload] is a model and its data, with a metric, a target and a budget. A
// [Contender] is an optimizer with its search space: the learning rate and
// other fields to tune. A [Plan] tunes every contender on every workload with
// the same number of trials. The trials are drawn quasi-randomly from the search
// space, run with tuning seeds and judged on validation data. The best trial is
// then trained again with scoring seeds, which tuning does not use and all
// contenders share, and measured on test data. A seed determines the initial
// weights and the batches, so that contenders are compared in pairs.
//
// A run is a function of its [RunKey]: it has the same bits alone, beside other
// runs, with any number of threads, and after an interruption. The key identifies
// code by its behavior: it has a hash of some steps of the rule and the schedule
// on fixed numbers, and a hash of the workload's first step, so that results of
// code that has changed are rejected. Diverged runs are counted, not dropped.
//
// [Runner] runs a plan and saves every run in a file, from which an interrupted
// plan resumes. Package workloads has models and contenders to start with,
// package report presents the results, and package stats has the statistics.
// The command examples/optbench uses all of them.
package bench
