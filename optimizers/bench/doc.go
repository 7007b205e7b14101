// Package bench is a benchmark of optimizers on real models.
//
// A [Workload] is a model and its data, with a metric, a target and a budget. A
// [Contender] is an optimizer with its search space: the learning rate and
// other fields to tune. A [Plan] runs some studies. A study is everything that a user
// of an optimizer would do. It draws trials quasi-randomly from the search space, runs
// them with tuning seeds, ends the worse half early, and judges the others on validation
// data. The best trial is then trained again with scoring seeds, which tuning does not
// use and all contenders share, and measured on test data. A seed determines the
// initial weights and the batches, so contenders are compared in pairs, study by
// study. Each study has its own trials and seeds, so conclusions over studies hold
// for the optimizers and not only for the settings that one search found.
//
// A run is a function of its [RunKey]: it has the same bits alone, in parallel with
// other runs, with any number of threads, and after an interruption. The key identifies
// code by its behavior. It contains a hash of some steps of the rule and the schedule
// on fixed numbers, and a hash of the workload's first step, so that results of
// changed code are rejected. Diverged runs are counted, not dropped.
//
// [Runner] runs a plan and saves every run in a file. An interrupted plan resumes from
// the file, and a larger plan adds its runs to it. [Runner.Verify] repeats runs
// and compares their bits. Package workloads has models and contenders to start with,
// package report presents the results, package stats has the statistics, and package
// optbench is the complete command as a library. The command examples/optbench uses
// all of them.
package bench
