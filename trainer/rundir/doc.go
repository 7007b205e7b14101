// Package rundir keeps what a run leaves in a directory of its own:
//
//	run.json        settings, environment, fingerprints of the data
//	metrics.jsonl   a line for each logged update and each epoch
//	step-….safetensors, best.safetensors: checkpoints
//	lock            held while a process has the directory
//
// A run that was interrupted, or killed, continues from its newest checkpoint that
// is whole, and leaves the files that it would have left without that, but for the
// seconds.
package rundir
