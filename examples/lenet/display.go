package main

import (
	"fmt"
	"io"

	"descent/internal/cli"
	"descent/trainer"
)

// display shows a run to people: a progress bar on a terminal, and a line for
// each epoch.
type display struct{ cli.Display }

// newDisplay returns a display on stdout, or on stderr if the report goes to
// stdout.
func newDisplay(o options, stdout, stderr io.Writer) *display {
	return &display{cli.Display{Command: "lenet", Quiet: o.quiet, Out: cli.ForPeople(o.report, stdout, stderr), Err: stderr}}
}

// begin prints the data, the model and the settings.
func (d *display) begin(r *report) {
	from := ""
	if r.dataPath != "" {
		from = ", " + r.dataPath
	}
	d.Printf("%s (%s%s): %d training and %d test images", r.Dataset, r.DatasetSource, from, r.TrainExamples, r.TestExamples)
	d.Printf("%s, %d parameters; batch %d, seed %d, threads %d", r.Model, r.Parameters, r.Batch, r.Seed, r.Threads)
	d.Printf("%s; learning rate %s", r.Optimizer, r.Schedule)
}

// hook shows the progress of each epoch over the given number of images.
func (d *display) hook(images, batch int) trainer.Hook {
	return d.Hook(images, batch, 1, "images", func(s *trainer.State) error {
		e := newEpoch(s.Record)
		d.Printf("epoch %2d/%d: train loss %.4f, accuracy %.4f; test loss %.4f, accuracy %.4f; %.2f s, %.0f images/s",
			e.Epoch, s.Epochs, e.TrainLoss, e.TrainAccuracy, e.TestLoss, e.TestAccuracy, e.Seconds, e.ExamplesPerSecond)
		return nil
	})
}

// end prints the result.
func (d *display) end(o options, r *report) {
	if d.Quiet && o.report == "-" {
		return
	}
	fmt.Fprintf(d.Out, "test accuracy %.4f (%s) after %d epochs, best %.2f s/epoch\n", r.last().TestAccuracy, r.DatasetSource, r.Epochs, r.MinSecondsPerEpoch)
}
