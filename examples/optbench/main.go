// Optbench compares optimizers on real models and tells real differences from
// noise.
//
//	go run ./examples/optbench
//
// In each of several studies, every optimizer is tuned on every workload with the same
// number of trials, and then scored with seeds held out from tuning. The verdicts are
// over studies. Every finished run is saved: after an interruption, the same command
// resumes. See -h for the flags, and package optimizers/bench for the protocol.
package main

import (
	"io"
	"os"

	"descent/internal/cli"
	"descent/optimizers/bench/optbench"
	"descent/optimizers/bench/workloads"
)

func main() { os.Exit(command().Main()) }

const about = `
Optbench compares optimizers on real models and tells real differences from noise.
It writes results.jsonl, summary.csv and report.html to a directory. After an
interruption, the same command resumes. Given more optimizers, workloads, studies or
seeds, it adds their runs.

	go run ./examples/optbench                    four optimizers, in less than three minutes
	go run ./examples/optbench -workloads lenet,airfoil -optimizers sgd,momentum,adam -studies 8 -trials 8
	go run ./examples/optbench -optimizers sgd:lr=0.1,slow=sgd:lr=0.001   fixed settings, no tuning
	go run ./examples/optbench -preset deepobs -seeds 3 -epochs 1         DeepOBS's baselines
	go run ./examples/optbench -shard 1/4         one of four parts of the grid
	go run ./examples/optbench merge -out all part1 part2 part3 part4
	go run ./examples/optbench report -no-timings bench-out
	go run ./examples/optbench verify -runs 10    repeats ten runs of bench-out
	go run ./examples/optbench -list

An optimizer is NAME or NAME:FIELD=VALUE:…, where lr=0.1 fixes a field of the
search space, lr=0.01..1 changes its range, and eps=1e-6 sets another field of the
rule. ENTRY=NAME:… renames it.`

func command() optbench.Command {
	fashion := &workloads.Fashion{}
	return optbench.Command{
		Name: "optbench", About: about,
		Workloads: workloads.All(fashion), Optimizers: workloads.Optimizers(), Presets: presets,
		Data: func(dir string, stderr io.Writer) (done func()) {
			fashion.Options, done = cli.FashionOptions(dir, stderr)
			fashion.Sample = dir == "sample"
			return done
		},
		Files: func(dir string) (files []string) {
			for _, f := range cli.FashionFiles(dir) {
				files = append(files, f.Path)
			}
			return files
		},
	}
}
