package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/internal/rng"
	"descent/nn"
)

// corpus is a text to train and to test on.
type corpus struct {
	name        string
	vocabulary  datasets.Vocabulary
	train, test *datasets.Text
	size        [2]int // characters to train and to test on
	writer      *writer
}

// readCorpus reads the text. Its last tenth is for testing.
func readCorpus(ctx context.Context, o options) (*corpus, error) {
	c := &corpus{name: "the King James Bible, from Genesis to Judges (embedded)"}
	text, err := sample.Bible()
	if o.data != "" {
		c.name = o.data
		err = cli.Wait(ctx, func() error {
			all, err := os.ReadFile(o.data)
			text = string(all)
			return err
		}, cli.File{Path: o.data})
	}
	if err != nil {
		return nil, prefix.Error("gpt", err)
	}
	if c.vocabulary = datasets.Bytes(); !o.bytes {
		if c.vocabulary, err = datasets.Characters(text); err != nil {
			return nil, o.textError(err)
		}
	}
	if c.writer, err = newWriter(o, c.vocabulary); err != nil {
		return nil, err
	}
	cut := len(text) - len(text)/10
	for !o.bytes && cut < len(text) && !utf8.RuneStart(text[cut]) {
		cut--
	}
	for i, part := range []string{text[:cut], text[cut:]} {
		config := datasets.TextConfig{Vocabulary: c.vocabulary, Length: o.length}
		if o.rnn {
			config.Streams = o.batch
		}
		t, err := datasets.NewText(part, config)
		if err != nil {
			return nil, o.textError(fmt.Errorf("the part to %s on: %w", []string{"train", "test"}[i], err))
		}
		if c.size[i] = len(part); !o.bytes {
			c.size[i] = utf8.RuneCountInString(part)
		}
		if i == 0 {
			c.train = t
		} else {
			c.test = t
		}
	}
	if n := c.train.Len(); o.batch > n {
		return nil, cli.Usagef("gpt: -batch %d: want 1 to %d, the number of rows of %d characters to train on", o.batch, n, o.length)
	}
	return c, nil
}

// textError is the error of a text that cannot be used.
func (o options) textError(err error) error {
	name := "the embedded text"
	if o.data != "" {
		name = "-data " + o.data
	}
	if strings.Contains(err.Error(), "UTF-8") {
		err = fmt.Errorf("%w, as with -bytes", err)
	}
	return cli.Usagef("gpt: %s: %v", name, strings.ReplaceAll(strings.ReplaceAll(err.Error(), "datasets: Text: ", ""), "datasets: Characters: ", ""))
}

// writer continues a prompt.
type writer struct {
	vocabulary  datasets.Vocabulary
	prompt      []int32
	text        string // of the prompt, as it is printed
	characters  int
	temperature float64
	random      func() *rand.Rand
}

// newWriter returns a writer for a model with a vocabulary.
func newWriter(o options, v datasets.Vocabulary) (*writer, error) {
	if len(v) == 0 {
		return nil, prefix.Error("gpt", errors.New("the file does not have the model's vocabulary: want a file from -save"), "-load "+o.load)
	}
	w := &writer{vocabulary: v, text: o.prompt, characters: o.characters, temperature: o.temperature, random: func() *rand.Rand { return rng.New(o.seed, "text") }}
	var err error
	if o.prompt == "" {
		w.prompt = []int32{int32(max(slices.Index(v, "\n"), 0))}
	} else if w.prompt, err = v.Encode(o.prompt); err != nil {
		return nil, cli.Usagef("gpt: -prompt %q: %v", o.prompt, strings.TrimPrefix(err.Error(), "datasets: Encode: "))
	}
	return w, nil
}

// write prints the prompt and what follows, as it comes.
func (w *writer) write(ctx context.Context, m *nn.Model, out io.Writer) error {
	if _, err := io.WriteString(out, w.text); err != nil {
		return err
	}
	context, random := slices.Clone(w.prompt), w.random()
	var logits []float32
	for range w.characters {
		err := ctx.Err()
		if err == nil {
			logits, err = m.PredictNext(logits, context)
		}
		if err != nil {
			return prefix.Error("gpt", err)
		}
		context = append(context, w.draw(logits, random))
		text, err := w.vocabulary.Decode(context[len(context)-1:])
		if err == nil {
			_, err = io.WriteString(out, text)
		}
		if err != nil {
			return prefix.Error("gpt", err)
		}
	}
	_, err := io.WriteString(out, "\n")
	return err
}

// draw returns token i with a probability in proportion to e^(logits[i]/temperature),
// and the likeliest at temperature 0.
func (w *writer) draw(logits []float32, random *rand.Rand) int32 {
	best := 0
	for i, v := range logits {
		if v > logits[best] {
			best = i
		}
	}
	if w.temperature == 0 {
		return int32(best)
	}
	total, weights := 0., make([]float64, len(logits))
	for i, v := range logits {
		weights[i] = math.Exp(float64(v-logits[best]) / w.temperature)
		total += weights[i]
	}
	at := random.Float64() * total
	for i, v := range weights {
		if at -= v; at < 0 {
			return int32(i)
		}
	}
	return int32(best)
}
