package main

import (
	"fmt"
	"io"

	"descent/examples/internal/cli"
	"descent/internal/terminal"
	"descent/trainer"
)

// display shows a run to people: a progress bar on a terminal, and a line for
// each epoch.
type display struct {
	quiet bool
	out   io.Writer
	err   io.Writer // for warnings
	bar   *terminal.Progress
}

// newDisplay returns a display on stdout, or on stderr if the report goes to
// stdout.
func newDisplay(o options, stdout, stderr io.Writer) *display {
	return &display{quiet: o.quiet, out: cli.ForPeople(o.report, stdout, stderr), err: stderr}
}

// printf prints a line, except with -quiet.
func (d *display) printf(format string, args ...any) {
	if !d.quiet {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

// begin prints the data, the model and the settings.
func (d *display) begin(r *report) {
	from := ""
	if r.dataPath != "" {
		from = ", " + r.dataPath
	}
	d.printf("%s (%s%s): %d training and %d test images", r.Dataset, r.DatasetSource, from, r.TrainExamples, r.TestExamples)
	d.printf("%s, %d parameters; batch %d, seed %d, threads %d", r.Model, r.Parameters, r.Batch, r.Seed, r.Threads)
	d.printf("%s; learning rate %s", r.Optimizer, r.Schedule)
}

// warn prints what is not as it should be.
func (d *display) warn(err error) { fmt.Fprintf(d.err, "lenet: %v\n", err) }

// hook shows the progress of each epoch over the given number of images.
func (d *display) hook(images, batch int) trainer.Hook {
	return trainer.Hook{
		Name: "display",
		EpochStart: func(s *trainer.State) error {
			if !d.quiet {
				d.bar = terminal.NewProgress(d.out, int64(images), fmt.Sprintf("epoch %d/%d", s.Epoch, s.Epochs), "images")
				d.bar.Add(int64(batch * (s.Step - (s.Epoch-1)*(s.Steps/s.Epochs)))) // of a run that continues
			}
			return nil
		},
		StepEnd: func(s *trainer.State) error {
			d.bar.Add(int64(s.Rows))
			return nil
		},
		EpochEnd: func(s *trainer.State) error {
			d.bar.Done()
			e := newEpoch(s.Record)
			d.printf("epoch %2d/%d: train loss %.4f, accuracy %.4f; test loss %.4f, accuracy %.4f; %.2f s, %.0f images/s",
				e.Epoch, s.Epochs, e.TrainLoss, e.TrainAccuracy, e.TestLoss, e.TestAccuracy, e.Seconds, e.ExamplesPerSecond)
			return nil
		},
		FitEnd: func(*trainer.State) error {
			d.bar.Done()
			return nil
		},
	}
}

// end prints the result.
func (d *display) end(o options, r *report) {
	if d.quiet && o.report == "-" {
		return
	}
	fmt.Fprintf(d.out, "test accuracy %.4f (%s) after %d epochs, best %.2f s/epoch\n", r.last().TestAccuracy, r.DatasetSource, r.Epochs, r.MinSecondsPerEpoch)
}
