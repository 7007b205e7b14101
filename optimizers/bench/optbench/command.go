// Package optbench is the benchmark's command as a library. It gives a program with its
// own workloads and optimizers all flags, presets, parts of a grid, and the report:
//
//	func main() {
//		os.Exit(optbench.Main([]bench.Workload{myWorkload{}}, append(workloads.Optimizers(), mine)))
//	}
package optbench

import (
	"context"
	"io"

	"descent/internal/cli"
	"descent/optimizers/bench"
)

// Command is a command that compares optimizers. Workloads and Optimizers must be set.
type Command struct {
	Name  string // if empty, the program's name
	About string // the help text before the flags; if empty, a general text

	Workloads  []bench.Workload
	Optimizers []bench.Contender
	// Presets are named defaults of the flags. The first is used without -preset. If
	// empty, the default is all optimizers on all workloads, with 8 trials in each of
	// 8 studies.
	Presets []Preset

	// Data, if not nil, is called with the value of -data before the workloads are
	// opened; done is called after that. If nil, there is no flag -data.
	Data func(dir string, stderr io.Writer) (done func())
	// Files, if not nil, returns the files that -data names. The command does not
	// overwrite them.
	Files func(dir string) []string
}

// Preset has defaults for the flags of a grid.
type Preset struct {
	Name, About string

	Workloads  string // as for -workloads
	Optimizers string
	Schedules  string

	Studies     int // if zero, as many as a test needs
	Trials      int // if zero, 8
	TuningSeeds int // if zero, 1
	Seeds       int // if zero, 1
	Epochs      int // if zero, the workload's budget

	Fixed []bench.Contender // replace the optimizers with the same names
}

// Main runs a command with the workloads, the optimizers and the arguments of the
// program. It returns the exit status: 0 for success, 1 for failure, 2 for wrong usage
// and 130 for an interrupt.
func Main(workloads []bench.Workload, optimizers []bench.Contender) int {
	return Command{Workloads: workloads, Optimizers: optimizers}.Main()
}

// Main runs the command with the arguments of the program and returns the exit status.
func (c Command) Main() int { return cli.Main(c.Run) }

// Run runs the command with the arguments after its name. Errors in the arguments
// result in exit status 2. When the context is canceled, it returns early with an error
// that wraps the context's.
func (c Command) Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := c.complete()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		switch args[0] {
		case "report":
			return reportCommand(ctx, c.Name, args[1:], stdout, stderr)
		case "merge":
			return mergeCommand(ctx, c.Name, args[1:], stdout, stderr)
		case "verify":
			return c.verify(ctx, args[1:], stdout, stderr)
		}
	}
	return c.grid(ctx, args, stdout, stderr)
}
