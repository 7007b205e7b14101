// Optbench compares optimizers on real models and tells real differences from
// noise.
//
//	go run ./examples/optbench
//
// Every optimizer is tuned on every workload with the same number of trials, and
// then scored with seeds held out from tuning. Every finished run is saved:
// after an interruption, the same command resumes. See -h for the flags, and
// package optimizers/bench for the protocol.
package main

import (
	"context"
	"io"
	"os"

	"descent/examples/internal/cli"
)

func main() { os.Exit(cli.Main(run)) }

const about = `
Optbench compares optimizers on real models and tells real differences from noise.
It writes results.jsonl, summary.csv and report.html to a directory. After an
interruption, the same command resumes.

	go run ./examples/optbench                    four optimizers, in less than three minutes
	go run ./examples/optbench -workloads lenet,airfoil -optimizers sgd,momentum,adam -trials 8 -seeds 8
	go run ./examples/optbench -optimizers sgd:lr=0.1,slow=sgd:lr=0.001   fixed settings, no tuning
	go run ./examples/optbench -preset deepobs -seeds 3 -epochs 1         DeepOBS's baselines
	go run ./examples/optbench -shard 1/4         one of four parts of the grid
	go run ./examples/optbench merge -out all part1 part2 part3 part4
	go run ./examples/optbench report -no-timings bench-out
	go run ./examples/optbench -list

An optimizer is NAME or NAME:FIELD=VALUE:…, where lr=0.1 fixes a field of the
search space, lr=0.01..1 changes its range, and eps=1e-6 sets another field of the
rule. ENTRY=NAME:… renames it.`

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "report":
			return reportCommand(ctx, args[1:], stdout, stderr)
		case "merge":
			return mergeCommand(ctx, args[1:], stdout, stderr)
		}
	}
	return runCommand(ctx, args, stdout, stderr)
}
