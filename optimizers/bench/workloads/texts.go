package workloads

import (
	"context"
	"fmt"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/nn"
	"descent/optimizers/bench"
)

const (
	bibleSize       = 1_000_000 // characters of sample.Bible
	bibleVocabulary = 62        // that differ
)

// CharLSTM returns "char-lstm", the network of DeepOBS's test problem tolstoi_char_rnn
// (Schneider, Balles and Hennig 2019) on another text, that of [sample.Bible]: an
// embedding of 128 numbers, two LSTMs of 128 with a dropout of 0.2, and a dense layer, as
// in [nn.CharLSTM]. A batch is 50 rows of 50 characters. Each row continues that of the
// batch before, with its state but not its gradients; the state is zero at the start of
// an epoch. The order of the rows is therefore the text's, whatever the seed.
//
// The metric is the loss on the last 100,000 of a million characters. Validation data is
// the last sixth of the others.
func CharLSTM() *Network {
	const batch, length = 50, 50
	return &Network{
		About: bench.Info{
			Name: "char-lstm", About: "two LSTMs that predict the next character of a text, with a carried state", Version: "1",
			Metric: "nats per character", Target: 1.45, Epochs: 3, Batch: batch,
		},
		Layers: nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: bibleVocabulary, Dropout: .2, Carry: batch}), Loss: nn.SoftmaxCrossEntropy{},
		Data: bible(bibleSize, datasets.TextConfig{Length: length, Streams: batch}),
	}
}

// GPT returns "gpt", a small transformer on the text of [sample.Bible]: [nn.GPT] with two
// blocks of width 64 with two heads, without dropout. A batch is 32 rows of 64 characters,
// without earlier context. No character is an input twice in an epoch.
//
// The metric is the loss on the last 100,000 of a million characters. Validation data is
// the last sixth of the others.
func GPT() *Network {
	const length = 64
	return &Network{
		About: bench.Info{
			Name: "gpt", About: "a transformer of two blocks that predicts the next character of a text", Version: "1",
			Metric: "nats per character", Target: 1.55, Epochs: 3, Batch: 32,
		},
		Layers: nn.GPT(nn.GPTConfig{Vocabulary: bibleVocabulary, Length: length, Layers: 2, Width: 64, Heads: 2}), Loss: nn.SoftmaxCrossEntropy{},
		Data: bible(bibleSize, datasets.TextConfig{Length: length}),
	}
}

// bible returns the first characters of the text, with the last tenth for testing.
func bible(size int, c datasets.TextConfig) func(context.Context) (Data, error) {
	return func(context.Context) (d Data, err error) {
		text, err := sample.Bible()
		if err != nil {
			return d, err
		}
		if c.Vocabulary, err = datasets.Characters(text); err != nil {
			return d, err
		}
		train := size - size/10
		fit := train - train/6
		d.Source = fmt.Sprintf("the King James Bible: %d characters to train on, %d to test on", train, size/10)
		d.Vocabulary = len(c.Vocabulary)
		for _, part := range []struct {
			to   *datasets.Dataset
			text string
		}{{&d.Train, text[:train]}, {&d.Test, text[train:size]}, {&d.Fit, text[:fit]}, {&d.Validation, text[fit:train]}} {
			if *part.to, err = datasets.NewText(part.text, c); err != nil {
				return Data{}, err
			}
		}
		return d, nil
	}
}
