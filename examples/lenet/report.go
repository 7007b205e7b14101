package main

import (
	"math"

	"descent/datasets"
	"descent/internal/cli"
	"descent/internal/figure"
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

	MinSecondsPerEpoch float64 `json:"min_seconds_per_epoch"`
	PeakRSSBytes       int64   `json:"peak_rss_bytes"`
	WeightsSHA256      string  `json:"weights_sha256"`

	dataPath string
}

// epoch is one epoch of the history. Seconds is the training time, without
// evaluation.
type epoch struct {
	Epoch             int     `json:"epoch"`
	TrainLoss         float64 `json:"train_loss"`
	TrainAccuracy     float64 `json:"train_accuracy"`
	TestLoss          float64 `json:"test_loss"`
	TestAccuracy      float64 `json:"test_accuracy"`
	LearningRate      float64 `json:"learning_rate"`
	Seconds           float64 `json:"seconds"`
	ExamplesPerSecond float64 `json:"examples_per_second"`
}

func newReport(o options, schedule string, m *nn.Model, train, test *datasets.Images) *report {
	return &report{
		Model: "LeNet", Dataset: "Fashion-MNIST", DatasetSource: train.Source,
		TrainExamples: train.Len(), TestExamples: test.Len(), Parameters: m.NumParams(),
		Optimizer: o.optimizerName(), Schedule: schedule, Batch: o.batch, Seed: o.seed,
		Threads: m.Threads(), Epochs: o.epochs, dataPath: train.Path,
	}
}

// newEpoch converts a record of a trainer whose only metric is the accuracy.
func newEpoch(r *trainer.Record) epoch {
	return epoch{
		Epoch: r.Epoch, TrainLoss: r.Train.Loss, TrainAccuracy: r.Train.Metrics[0],
		TestLoss: r.Test.Loss, TestAccuracy: r.Test.Metrics[0],
		LearningRate: r.LearningRate, Seconds: r.Seconds, ExamplesPerSecond: r.ExamplesPerSecond,
	}
}

// finish adds the history, the peak memory and the fingerprint.
func (r *report) finish(h *trainer.History, m *nn.Model) {
	r.MinSecondsPerEpoch = math.Inf(1)
	for i := range h.Epochs {
		r.History = append(r.History, newEpoch(&h.Epochs[i]))
		r.MinSecondsPerEpoch = min(r.MinSecondsPerEpoch, h.Epochs[i].Seconds)
	}
	r.PeakRSSBytes = cli.PeakRSS()
	r.WeightsSHA256 = m.Fingerprint()
}

// last returns the last epoch.
func (r *report) last() epoch { return r.History[len(r.History)-1] }

// plot draws loss and accuracy against epochs.
func (r *report) plot(path string) error {
	series := func(name string, of func(epoch) float64) figure.Series {
		s := figure.Series{Name: name}
		for _, e := range r.History {
			s.X, s.Y = append(s.X, float64(e.Epoch)), append(s.Y, of(e))
		}
		return s
	}
	return figure.Write(path,
		figure.Panel{Title: "Loss", XLabel: "epoch", YLabel: "cross-entropy", Series: []figure.Series{
			series("train", func(e epoch) float64 { return e.TrainLoss }),
			series("test", func(e epoch) float64 { return e.TestLoss }),
		}},
		figure.Panel{Title: "Accuracy", XLabel: "epoch", YLabel: "fraction of images", Series: []figure.Series{
			series("train", func(e epoch) float64 { return e.TrainAccuracy }),
			series("test", func(e epoch) float64 { return e.TestAccuracy }),
		}})
}
