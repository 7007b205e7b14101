package optbench

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"descent/internal/cli"
	"descent/optimizers/bench"
)

const aboutVerify = `
Verify repeats runs of a grid, chosen at random, in another order and one at a time,
and compares them bit by bit with results.jsonl in a directory. Give it the flags of
the grid. Runs that come out differently mean that something is left over from run to
run, or that the code has changed.`

// verify repeats runs of a results file.
func (c Command) verify(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o := c.gridFlags(c.Name+" verify", aboutVerify, stderr)
	runs := o.flags.Int("runs", 10, "runs to repeat")
	choice := o.flags.Uint64("choice", 1, "`seed` of the choice of runs")
	if err := cli.Parse(o.flags, args); err != nil {
		return err
	}
	o.Name += " verify"
	if *runs < 1 {
		return cli.Usagef(o.Name+": -runs %d: want 1 or more", *runs)
	}
	if err := o.fill(); err != nil {
		return err
	}
	plan, err := o.build()
	if err != nil {
		return err
	}
	done := o.openData(stderr)
	defer done()
	var v bench.Verification
	r := bench.Runner{Plan: plan, File: filepath.Join(o.out, resultsName(bench.Shard{}))}
	err = cli.Wait(ctx, func() (err error) {
		v, err = r.Verify(ctx, *runs, *choice)
		return err
	}, o.inputs()...)
	if err != nil {
		return o.failure(err)
	}
	for _, which := range v.Differ {
		fmt.Fprintf(stdout, "differs: %s\n", which)
	}
	if n := len(v.Differ); n > 0 {
		return fmt.Errorf("%s: %d of %d runs came out differently", o.Name, n, v.Checked)
	}
	_, err = fmt.Fprintf(stdout, "%d runs came out the same, bit by bit\n", v.Checked)
	return err
}
