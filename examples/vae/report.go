package main

import (
	"fmt"

	"descent/datasets"
	"descent/internal/cli"
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
type display struct{ cli.Display }

// begin prints the data, the model and the settings.
func (d *display) begin(r *report) {
	d.Printf("%s (%s): %d training and %d test images", r.Dataset, r.DatasetSource, r.TrainExamples, r.TestExamples)
	d.Printf("%s, codes of %d numbers, %d parameters; batch %d, seed %d, threads %d", r.Model, units, r.Parameters, r.Batch, r.Seed, r.Threads)
	d.Printf("%s; learning rate %s", r.Optimizer, r.Schedule)
}

// hook shows the progress of each epoch over the given number of images.
func (d *display) hook(images, batch int) trainer.Hook {
	return d.Hook(images, batch, 1, "images", func(s *trainer.State) error {
		e := newEpoch(s.Record)
		d.Printf("epoch %2d/%d: train loss %.3f, test loss %.3f; %.1f s, %.0f images/s",
			e.Epoch, s.Epochs, e.TrainLoss, e.TestLoss, e.Seconds, e.ExamplesPerSecond)
		return nil
	})
}

// end prints the result.
func (d *display) end(o options, r *report) {
	if !d.Quiet || o.report != "-" {
		fmt.Fprintf(d.Out, "test loss %.3f (%s) after %d epochs; pictures in %s\n", r.History[len(r.History)-1].TestLoss, r.DatasetSource, r.Epochs, o.out)
	}
}
