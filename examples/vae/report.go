package main

import (
	"fmt"
	"io"

	"descent/datasets"
	"descent/examples/internal/cli"
	"descent/internal/terminal"
	"descent/nn"
	"descent/trainer"
)

// report is what -report writes.
type report struct {
	Model         string          `json:"model"`
	Dataset       string          `json:"dataset"`
	DatasetSource datasets.Source `json:"dataset_source"`
	TrainExamples int             `json:"train_examples"`
	TestExamples  int             `json:"test_examples"`
	Parameters    int             `json:"parameters"`
	Optimizer     string          `json:"optimizer"`
	Schedule      string          `json:"schedule"`
	Batch         int             `json:"batch"`
	Seed          uint64          `json:"seed"`
	Threads       int             `json:"threads"`
	Epochs        int             `json:"epochs"`
	History       []epoch         `json:"history"`
	PeakRSSBytes  int64           `json:"peak_rss_bytes"`
	WeightsSHA256 string          `json:"weights_sha256"`
}

// epoch is one epoch of the history. Seconds is the training time.
type epoch struct {
	Epoch             int     `json:"epoch"`
	TrainLoss         float64 `json:"train_loss"`
	TestLoss          float64 `json:"test_loss"`
	LearningRate      float64 `json:"learning_rate"`
	Seconds           float64 `json:"seconds"`
	ExamplesPerSecond float64 `json:"examples_per_second"`
}

func newEpoch(r *trainer.Record) epoch {
	return epoch{r.Epoch, r.Train.Loss, r.Test.Loss, r.LearningRate, r.Seconds, r.ExamplesPerSecond}
}

func newReport(o options, m *nn.Model, source datasets.Source, train, test int) *report {
	return &report{
		Model: "VAE", Dataset: "Fashion-MNIST", DatasetSource: source, TrainExamples: train, TestExamples: test,
		Parameters: m.NumParams(), Optimizer: "adam", Schedule: fmt.Sprintf("cosine %g to %g", o.lr, o.lr/100),
		Batch: o.batch, Seed: o.seed, Threads: m.Threads(), Epochs: o.epochs,
	}
}

// finish adds the history, the peak memory and the fingerprint.
func (r *report) finish(h *trainer.History, m *nn.Model) {
	for i := range h.Epochs {
		r.History = append(r.History, newEpoch(&h.Epochs[i]))
	}
	r.PeakRSSBytes, r.WeightsSHA256 = cli.PeakRSS(), m.Fingerprint()
}

// display shows a run to people: a progress bar on a terminal, and a line for each
// epoch.
type display struct {
	quiet bool
	out   io.Writer
	bar   *terminal.Progress
}

// printf prints a line, except with -quiet.
func (d *display) printf(format string, args ...any) {
	if !d.quiet {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

// begin prints the data, the model and the settings.
func (d *display) begin(r *report) {
	d.printf("%s (%s): %d training and %d test images", r.Dataset, r.DatasetSource, r.TrainExamples, r.TestExamples)
	d.printf("%s, codes of %d numbers, %d parameters; batch %d, seed %d, threads %d", r.Model, units, r.Parameters, r.Batch, r.Seed, r.Threads)
	d.printf("%s; learning rate %s", r.Optimizer, r.Schedule)
}

// hook shows the progress of each epoch over the given number of images.
func (d *display) hook(images int) trainer.Hook {
	return trainer.Hook{
		Name: "display",
		EpochStart: func(s *trainer.State) error {
			if !d.quiet {
				d.bar = terminal.NewProgress(d.out, int64(images), fmt.Sprintf("epoch %d/%d", s.Epoch, s.Epochs), "images")
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
			d.printf("epoch %2d/%d: train loss %.3f, test loss %.3f; %.1f s, %.0f images/s",
				e.Epoch, s.Epochs, e.TrainLoss, e.TestLoss, e.Seconds, e.ExamplesPerSecond)
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
	if !d.quiet || o.report != "-" {
		fmt.Fprintf(d.out, "test loss %.3f (%s) after %d epochs; pictures in %s\n", r.History[len(r.History)-1].TestLoss, r.DatasetSource, r.Epochs, o.out)
	}
}
