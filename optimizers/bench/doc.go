// Package bench compares optimizers on real models so that the figures can be
// trusted.
//
// A [Workload] is a model on its data with a metric, a target and a budget; an
// [Optimizer] is a family of settings: rates, and what else a rule is tuned by.
// A [Plan] tunes every optimizer on every workload with the same number of
// trials, drawn quasi-randomly from the optimizer's search space and judged on
// validation data by tuning seeds; then it trains the best setting anew with
// scoring seeds, which tuning never saw and all optimizers share, and scores it
// on test data. A seed decides the initial weights and the batches, so that two
// optimizers can be compared pair by pair.
//
// A run depends on nothing but its own settings: it has the same bits alone, in
// a crowd, with any number of threads, or after an interruption. Code is a part of
// the settings by what it does: they have a hash of some steps of the rule and the
// schedule on fixed numbers, and one of the workload's first step, so that results
// of a formula that has changed since are refused. Runs that diverge are counted
// and not dropped.
//
// [Runner] runs a plan and keeps every run in a file, from which an interrupted
// plan goes on. Package workloads has models and optimizers to begin with,
// package report says what the results show, and package stats how sure one can
// be of it; examples/optbench is a command of all of them.
package bench
