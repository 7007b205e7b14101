package bench

// Plan says what is compared and how. It decides every number of a report but
// the times.
type Plan struct {
	Workloads  []Workload
	Optimizers []Optimizer
	// Schedules are the shapes of learning rate that every optimizer is run
	// with, each as an entry of its own. If empty, the constant one.
	Schedules []Schedule

	Seed        uint64 // of the trials and of the tests in the report
	Trials      int    // settings tried for each optimizer, at least 1
	TuningSeeds int    // seeds that each trial is judged by. If zero, 1
	Seeds       int    // scoring seeds, at least 1
	Epochs      int    // budget of each run. If zero, the workload's own
}
