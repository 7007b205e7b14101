// Optbench compares optimizers on real models, and says which differences are
// more than noise.
//
//	go run ./examples/optbench
//
// Every optimizer is tuned on every workload with the same number of trials,
// and scored anew with seeds that tuning never saw. Each finished run is kept
// in a file: interrupted or killed, the same command goes on. See -h for the
// flags, and the documentation of optimizers/bench for the protocol.
package main

import (
	"context"
	"io"
	"os"

	"descent/examples/internal/cli"
)

func main() { os.Exit(cli.Main(run)) }

const about = `
Optbench compares optimizers on real models, and says which differences are more
than noise. Results, summary.csv and report.html go to a directory; interrupted or
killed, the same command goes on where it was.

	go run ./examples/optbench                    four optimizers in less than three minutes
	go run ./examples/optbench -workloads lenet,airfoil -optimizers sgd,momentum,adam -trials 8 -seeds 8
	go run ./examples/optbench -optimizers sgd:lr=0.1,slow=sgd:lr=0.001   settings fixed beforehand
	go run ./examples/optbench -preset deepobs -seeds 3 -epochs 1         DeepOBS's baselines
	go run ./examples/optbench -shard 1/4         a part of the grid, on one of four machines
	go run ./examples/optbench merge -out all part1 part2 part3 part4
	go run ./examples/optbench report -no-timings bench-out
	go run ./examples/optbench -list

An optimizer is NAME, or NAME:FIELD=VALUE:… with fields of its search space fixed
(lr=0.1) or searched elsewhere (lr=0.01..1) and other fields of its rule set
(eps=1e-6); ENTRY=NAME:… gives it a name of its own.`

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
