package main

import (
	"math"

	"descent/internal/cli"
	"descent/nn"
	"descent/trainer"
)

// report is what -report writes. Losses are in nats a character.
type report struct {
	Model           string  `json:"model"`
	Text            string  `json:"text"`
	TrainCharacters int     `json:"train_characters"`
	TestCharacters  int     `json:"test_characters"`
	Vocabulary      int     `json:"vocabulary"`
	Parameters      int     `json:"parameters"`
	Optimizer       string  `json:"optimizer"`
	LearningRate    float64 `json:"learning_rate"`
	Batch           int     `json:"batch"`
	Length          int     `json:"length"`
	Seed            uint64  `json:"seed"`
	Threads         int     `json:"threads"`
	Epochs          int     `json:"epochs"`
	History         []epoch `json:"history"`

	MinSecondsPerEpoch float64 `json:"min_seconds_per_epoch"`
	PeakRSSBytes       int64   `json:"peak_rss_bytes"`
	WeightsSHA256      string  `json:"weights_sha256"`

	written map[int]string // by epoch
}

// epoch is one epoch of the history. Seconds is the training time, without evaluation
// and writing.
type epoch struct {
	Epoch               int     `json:"epoch"`
	TrainLoss           float64 `json:"train_loss"`
	TestLoss            float64 `json:"test_loss"`
	LearningRate        float64 `json:"learning_rate"`
	Seconds             float64 `json:"seconds"`
	CharactersPerSecond float64 `json:"characters_per_second"`
	Text                string  `json:"text,omitempty"` // that the model wrote
}

func newReport(o options, c *corpus, m *nn.Model) *report {
	return &report{
		Model: o.name(), Text: c.name, TrainCharacters: c.size[0], TestCharacters: c.size[1], Vocabulary: len(c.vocabulary),
		Parameters: m.NumParams(), Optimizer: "AdamW", LearningRate: o.lr, Batch: o.batch, Length: o.length, Seed: o.seed,
		Threads: m.Threads(), Epochs: o.epochs, written: map[int]string{},
	}
}

func (r *report) epoch(record *trainer.Record) epoch {
	return epoch{
		Epoch: record.Epoch, TrainLoss: record.Train.Loss, TestLoss: record.Test.Loss, LearningRate: record.LearningRate,
		Seconds: record.Seconds, CharactersPerSecond: record.ExamplesPerSecond * float64(r.Length), Text: r.written[record.Epoch],
	}
}

// finish adds the history, the peak memory and the fingerprint.
func (r *report) finish(h *trainer.History, m *nn.Model) {
	r.MinSecondsPerEpoch = math.Inf(1)
	for i := range h.Epochs {
		r.History = append(r.History, r.epoch(&h.Epochs[i]))
		r.MinSecondsPerEpoch = min(r.MinSecondsPerEpoch, h.Epochs[i].Seconds)
	}
	r.PeakRSSBytes, r.WeightsSHA256 = cli.PeakRSS(), m.Fingerprint()
}
