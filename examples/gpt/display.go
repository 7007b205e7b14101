package main

import (
	"context"
	"fmt"
	"strings"

	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/nn"
	"descent/trainer"
	"descent/trainer/checkpoint"
	"descent/trainer/rundir"
)

// display shows a run: a progress bar on a terminal, and for each epoch a line and the
// text that the model generates.
type display struct {
	cli.Display
	o options
}

// begin prints the text, the model and the settings.
func (d *display) begin(r *report) {
	d.Printf("%s: %d characters to train on and %d to test on, %d different ones", r.Text, r.TrainCharacters, r.TestCharacters, r.Vocabulary)
	d.Printf("%s: %d parameters; batch %d of %d characters, seed %d, threads %d", r.Model, r.Parameters, r.Batch, r.Length, r.Seed, r.Threads)
	d.Printf("%s; learning rate %g to %g", r.Optimizer, r.LearningRate, r.LearningRate/10)
}

// hook shows the progress of each epoch, and generates text after it.
func (d *display) hook(c *corpus, m *nn.Model, r *report) trainer.Hook {
	return d.Hook(c.train.Len(), d.o.batch, d.o.length, "characters", func(s *trainer.State) error {
		e := r.epoch(s.Record)
		d.Printf("epoch %2d/%d: train loss %.4f, test loss %.4f; %.2f s, %.0f characters/s", e.Epoch, s.Epochs, e.TrainLoss, e.TestLoss, e.Seconds, e.CharactersPerSecond)
		if d.Quiet && d.o.report == "" {
			return nil
		}
		var text strings.Builder
		if err := c.writer.write(context.Background(), m, &text); err != nil {
			return err
		}
		r.written[e.Epoch] = text.String()
		d.Printf("\n%s", text.String())
		return nil
	})
}

// end prints the result.
func (d *display) end(r *report) {
	if d.Quiet && d.o.report == "-" {
		return
	}
	last := r.History[len(r.History)-1]
	fmt.Fprintf(d.Out, "test loss %.4f nats a character after %d epochs, best %.2f s/epoch\n", last.TestLoss, r.Epochs, r.MinSecondsPerEpoch)
}

// openRun opens the directory of -run, if it is given, for the trainer.
func openRun(ctx context.Context, o options, show *display, c *corpus, t *trainer.Trainer) (*rundir.Run, error) {
	if o.run == "" {
		return nil, nil
	}
	d, err := rundir.Open(ctx, o.run, rundir.Options{
		Settings: map[string]any{
			"model": o.name(), "epochs": o.epochs, "batch": o.batch, "length": o.length, "dropout": o.dropout, "lr": o.lr,
			"bytes": o.bytes, "seed": o.seed, "threads": o.threads, "isa": o.isa.String(),
		},
		Vary: []string{"threads", "isa"}, Train: c.train, Test: c.test, Resume: o.resume,
		Keeper: checkpoint.Keeper{EverySteps: 100, EveryEpochs: 1},
	})
	if err != nil {
		return nil, prefix.Error("gpt", err, "-run")
	}
	show.Continue(d, t)
	return d, nil
}
