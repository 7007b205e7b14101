package cli

import (
	"fmt"
	"io"

	"descent/internal/terminal"
	"descent/trainer"
	"descent/trainer/rundir"
)

// Display shows the progress of a training run.
type Display struct {
	Command string // its name, for warnings
	Quiet   bool   // print only results and warnings
	Out     io.Writer
	Err     io.Writer // for warnings
}

// Printf prints a line, unless Quiet is set.
func (d *Display) Printf(format string, args ...any) {
	if !d.Quiet {
		fmt.Fprintf(d.Out, format+"\n", args...)
	}
}

// Hook returns a hook that shows a progress bar for each epoch, on a terminal, and then
// calls epochEnd. Each of an epoch's rows counts as the given number of units.
func (d *Display) Hook(rows, batch, each int, unit string, epochEnd func(*trainer.State) error) trainer.Hook {
	var bar *terminal.Progress
	return trainer.Hook{
		Name: "display",
		EpochStart: func(s *trainer.State) error {
			if !d.Quiet {
				bar = terminal.NewProgress(d.Out, int64(rows*each), fmt.Sprintf("epoch %d/%d", s.Epoch, s.Epochs), unit)
				bar.Add(int64(batch * each * (s.Step - (s.Epoch-1)*(s.Steps/s.Epochs)))) // of a resumed run
			}
			return nil
		},
		StepEnd: func(s *trainer.State) error {
			bar.Add(int64(s.Rows * each))
			return nil
		},
		EpochEnd: func(s *trainer.State) error {
			bar.Done()
			return epochEnd(s)
		},
		FitEnd: func(*trainer.State) error {
			bar.Done()
			return nil
		},
	}
}

// Continue makes a trainer resume the run in a directory and keep its files there.
func (d *Display) Continue(run *rundir.Run, t *trainer.Trainer) {
	if err := run.Damaged(); err != nil {
		fmt.Fprintf(d.Err, "%s: %v\n", d.Command, err)
	}
	t.Resume = run.Checkpoint()
	t.Hooks = append(t.Hooks, run.Hooks()...)
	if c := t.Resume; c != nil {
		d.Printf("resuming after update %d, in epoch %d", c.Step(), c.Epoch())
	}
}

// Rerun returns advice after an interrupted run, given its directory, or "" without one,
// and whether -resume was set.
func Rerun(run string, resume bool) string {
	switch {
	case run == "":
		return "nothing was saved: rerun with the same flags to start over"
	case resume:
		return "rerun with the same flags to continue"
	}
	return "rerun with the same flags and -resume to continue"
}
