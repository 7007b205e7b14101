// Package rundir keeps the files of a run in a directory:
//
//	run.json        settings, environment, fingerprints of the data
//	metrics.jsonl   a line for each logged update and each epoch
//	step-….safetensors, best.safetensors: checkpoints
//	lock            held while a process is using the directory
//
// An interrupted or killed run resumes from its newest intact checkpoint and ends
// with the same files as an uninterrupted run, except for the timings.
package rundir
