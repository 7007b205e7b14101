package workloads

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
	"descent/trainer"
)

// shorter gives a workload the beginning of its text.
func shorter(n *Network) *Network {
	c := datasets.TextConfig{Length: 64}
	if n.About.Name == "char-lstm" {
		c = datasets.TextConfig{Length: 50, Streams: n.About.Batch}
	}
	n.Data = bible(30_000, c)
	return n
}

// A text is cut into parts that have no character twice.
func TestTexts(t *testing.T) {
	text, err := sample.Bible()
	require.NoError(t, err)
	assert.Len(t, text, bibleSize)
	for _, n := range []*Network{CharLSTM(), GPT()} {
		d, err := n.open(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "the King James Bible: 900000 characters to train on, 100000 to test on", d.Source)
		assert.Equal(t, bibleVocabulary, d.Vocabulary)
		if n.About.Name == "char-lstm" {
			assert.Same(t, d.Validation, d.someOfValidation, "a part of it would break its order")
		}
		read := func(d datasets.Dataset, row int) (s string) {
			var b datasets.Batch
			require.NoError(t, d.Gather(&b, []int{row}))
			for _, token := range b.Tokens {
				s += d.(*datasets.Text).Vocabulary()[token]
			}
			return s
		}
		for begin, part := range map[int]datasets.Dataset{0: d.Train, 900_000: d.Test, 750_000: d.Validation} {
			first := read(part, 0)
			assert.Equal(t, text[begin:begin+len(first)], first)
		}
		assert.Equal(t, read(d.Train, 0), read(d.Fit, 0))
		length := d.Train.InputShape()[0]
		for size, part := range map[int]datasets.Dataset{900_000: d.Train, 750_000: d.Fit, 150_000: d.Validation, 100_000: d.Test} {
			assert.InDelta(t, size, part.Len()*length, 50*50)
		}
	}
}

// A run that carries its state is what the trainer does, to the last bit.
func TestCarriedAsTrainer(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes minutes in an emulator")
	}
	n := shorter(CharLSTM())
	r := at(optimizers.DefaultAdam(), .005, bench.Test)
	c, err := n.Run(t.Context(), r)
	require.NoError(t, err)

	model, err := nn.NewModel(n.Layers, nn.Config{Input: []int{50}, Vocabulary: bibleVocabulary, Loss: n.Loss, Seed: modelSeed(1), Threads: 2})
	require.NoError(t, err)
	defer model.Close()
	fit := trainer.Trainer{
		Model: model, Rule: r.Rule, Schedule: lrsched.Constant(.005), Epochs: r.Epochs, BatchSize: 50, Order: trainer.GivenOrder,
	}
	history, err := fit.Fit(t.Context(), n.data.Train, n.data.Test)
	require.NoError(t, err)
	last, point := history.Epochs[1], c.Points[len(c.Points)-1]
	assert.Equal(t, last.Test.Loss, point.Metric)
	assert.Less(t, point.Metric, c.Points[0].Metric-.5)
}
