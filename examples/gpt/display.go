package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"descent/internal/prefix"
	"descent/internal/terminal"
	"descent/nn"
	"descent/trainer"
	"descent/trainer/checkpoint"
	"descent/trainer/rundir"
)

// display shows a run to people: a progress bar on a terminal, and for each epoch a
// line and what the model writes.
type display struct {
	o   options
	out io.Writer
	err io.Writer // for warnings
	bar *terminal.Progress
}

// printf prints a line, except with -quiet.
func (d *display) printf(format string, args ...any) {
	if !d.o.quiet {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

// begin prints the text, the model and the settings.
func (d *display) begin(r *report) {
	d.printf("%s: %d characters to train on and %d to test on, %d different ones", r.Text, r.TrainCharacters, r.TestCharacters, r.Vocabulary)
	d.printf("%s: %d parameters; batch %d of %d characters, seed %d, threads %d", r.Model, r.Parameters, r.Batch, r.Length, r.Seed, r.Threads)
	d.printf("%s; learning rate %g to %g", r.Optimizer, r.LearningRate, r.LearningRate/10)
}

// hook shows the progress of each epoch, and lets the model write after it.
func (d *display) hook(c *corpus, m *nn.Model, r *report) trainer.Hook {
	batches := c.train.Batches(d.o.batch)
	return trainer.Hook{
		Name: "display",
		EpochStart: func(s *trainer.State) error {
			if !d.o.quiet {
				d.bar = terminal.NewProgress(d.out, int64(batches*d.o.batch*d.o.length), fmt.Sprintf("epoch %d/%d", s.Epoch, s.Epochs), "characters")
				d.bar.Add(int64(d.o.batch * d.o.length * (s.Step - (s.Epoch-1)*batches))) // of a run that continues
			}
			return nil
		},
		StepEnd: func(s *trainer.State) error {
			d.bar.Add(int64(s.Rows * d.o.length))
			return nil
		},
		EpochEnd: func(s *trainer.State) error {
			d.bar.Done()
			e := r.epoch(s.Record)
			d.printf("epoch %2d/%d: train loss %.4f, test loss %.4f; %.2f s, %.0f characters/s", e.Epoch, s.Epochs, e.TrainLoss, e.TestLoss, e.Seconds, e.CharactersPerSecond)
			if d.o.quiet && d.o.report == "" {
				return nil
			}
			var text strings.Builder
			if err := c.writer.write(context.Background(), m, &text); err != nil {
				return err
			}
			r.written[e.Epoch] = text.String()
			d.printf("\n%s", text.String())
			return nil
		},
		FitEnd: func(*trainer.State) error {
			d.bar.Done()
			return nil
		},
	}
}

// end prints the result.
func (d *display) end(r *report) {
	if d.o.quiet && d.o.report == "-" {
		return
	}
	last := r.History[len(r.History)-1]
	fmt.Fprintf(d.out, "test loss %.4f nats a character after %d epochs, best %.2f s/epoch\n", last.TestLoss, r.Epochs, r.MinSecondsPerEpoch)
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
	if err := d.Damaged(); err != nil {
		fmt.Fprintf(show.err, "gpt: %v\n", err)
	}
	t.Resume = d.Checkpoint()
	t.Hooks = append(t.Hooks, d.Hooks()...)
	if c := t.Resume; c != nil {
		show.printf("continues after update %d, in epoch %d", c.Step(), c.Epoch())
	}
	return d, nil
}

// interrupted says how to go on after a run that was interrupted.
func (o options) interrupted(ctx context.Context, h *trainer.History) error {
	advice := "nothing was saved: rerun with the same flags to start over"
	if o.run != "" {
		advice = "rerun with the same flags to continue"
		if !o.resume {
			advice = "rerun with the same flags and -resume to continue"
		}
	}
	return fmt.Errorf("gpt: interrupted after %d updates: %w; %s", h.Steps, ctx.Err(), advice)
}
