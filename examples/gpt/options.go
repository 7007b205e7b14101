package main

import (
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"descent/autograd/lanes"
	"descent/internal/cli"
)

const about = `
Gpt trains a small language model on a text, character by character. After each epoch
it prints text that the model generates.

	go run ./examples/gpt                              a transformer, on the embedded text
	go run ./examples/gpt -rnn                         an LSTM instead
	go run ./examples/gpt -data FILE -save model       on your text; saves the model
	go run ./examples/gpt -load model -prompt "In the" generates text without training
	go run ./examples/gpt -run DIR                     keeps checkpoints and metrics in DIR; -resume continues

The loss is in nats per character. The last tenth of the text is held out for testing.
The same -seed gives the same model and the same text with any number of threads.`

// options are the flags of the command.
type options struct {
	rnn                     bool
	epochs, batch, length   int
	layers, width, heads    int
	dropout, lr             float64
	data                    string
	bytes                   bool
	prompt                  string
	temperature             float64
	characters              int
	seed                    uint64
	threads                 int
	isa                     lanes.ISA
	save, load, run, report string
	resume, quiet           bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := cli.Flags("gpt", about, stderr)
	f.BoolVar(&o.rnn, "rnn", false, "train an LSTM, which carries its state through the text, instead of a transformer")
	f.IntVar(&o.epochs, "epochs", 0, "passes over the text (default: 3; 5 with -rnn)")
	f.IntVar(&o.batch, "batch", 0, "rows per minibatch (default: 32; 50 with -rnn)")
	f.IntVar(&o.length, "length", 0, "characters per row (default: 128; 50 with -rnn)")
	f.IntVar(&o.layers, "layers", 0, "blocks of the transformer, or LSTMs (default: 4; 2 with -rnn)")
	f.IntVar(&o.width, "width", 128, "numbers that represent a character")
	f.IntVar(&o.heads, "heads", 4, "attention heads, a divisor of -width; not with -rnn")
	f.Float64Var(&o.dropout, "dropout", 0, "`rate` of dropout, in [0, 1)")
	f.Float64Var(&o.lr, "lr", 0, "learning `rate` of AdamW (default: 0.002; 0.004 with -rnn); it falls to a tenth")
	f.StringVar(&o.data, "data", "", "`FILE` with the text, in UTF-8 (default: the embedded text)")
	f.BoolVar(&o.bytes, "bytes", false, "use the bytes of any file as characters")
	f.StringVar(&o.prompt, "prompt", "", "`TEXT` to continue (default: a new line)")
	f.Float64Var(&o.temperature, "temperature", .8, "sampling temperature: 0 for the likeliest character, 1 for the model's own probabilities")
	f.IntVar(&o.characters, "characters", 0, "characters to generate (default: 200; 1000 with -load)")
	f.Uint64Var(&o.seed, "seed", 1, "`seed` of the initial weights, the order of the rows and the generated text")
	f.IntVar(&o.threads, "threads", 0, "number of threads (default: all processors)")
	f.Func("isa", "instruction set, by `NAME`: avx512, avx2 or go (default: the best available)", cli.Parsed(&o.isa, lanes.ParseISA))
	f.StringVar(&o.save, "save", "", "save the trained model, with its characters, to a `FILE` in safetensors format")
	f.StringVar(&o.load, "load", "", "generate text with the model in `FILE`, from -save, instead of training")
	f.StringVar(&o.run, "run", "", "keep checkpoints, metrics.jsonl and run.json in `DIR`")
	f.BoolVar(&o.resume, "resume", false, "resume the run in -run DIR from its newest checkpoint, if there is one")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the result")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	given := func(name string) bool { return cli.Given(f, name) }
	if err := o.check(given); err != nil {
		return o, err
	}
	return o.filled(given), cli.CheckFiles(f, cli.File{Flag: "data", Path: o.data, Input: true}, cli.File{Flag: "load", Path: o.load, Input: true},
		cli.File{Flag: "save", Path: o.save}, cli.File{Flag: "report", Path: o.report})
}

// filled returns the options with the defaults of the flags that were not given.
func (o options) filled(given func(string) bool) options {
	choose := func(name string, to *int, transformer, rnn int) {
		if !given(name) {
			if *to = transformer; o.rnn {
				*to = rnn
			}
		}
	}
	choose("epochs", &o.epochs, 3, 5)
	choose("batch", &o.batch, 32, 50)
	choose("length", &o.length, 128, 50)
	choose("layers", &o.layers, 4, 2)
	if !given("characters") {
		if o.characters = 200; o.load != "" {
			o.characters = 1000
		}
	}
	if !given("lr") {
		if o.lr = .002; o.rnn {
			o.lr = .004
		}
	}
	return o
}

// check reports a value out of range.
func (o options) check(given func(string) bool) error {
	for _, n := range []struct {
		name        string
		value, most int
	}{
		{"epochs", o.epochs, 1e6},
		{"batch", o.batch, 1e6},
		{"length", o.length, 1e6},
		{"layers", o.layers, 1000},
		{"width", o.width, 1e5},
		{"heads", o.heads, 1e5},
		{"characters", o.characters, 1e9},
	} {
		if given(n.name) && (n.value < 1 || n.value > n.most) {
			return cli.Usagef("gpt: -%s %d: want 1 to %d", n.name, n.value, n.most)
		}
	}
	switch {
	case !o.rnn && o.width%o.heads != 0:
		return cli.Usagef("gpt: -heads %d: want a divisor of -width, %d", o.heads, o.width)
	case o.rnn && given("heads"):
		return cli.Usagef("gpt: -rnn and -heads: want one of them")
	case !(o.dropout >= 0 && o.dropout < 1):
		return cli.Usagef("gpt: -dropout %v: want [0, 1)", o.dropout)
	case given("lr") && !(o.lr > 0 && o.lr <= math.MaxFloat32):
		return cli.Usagef("gpt: -lr %v: want more than 0, finite", o.lr)
	case !(o.temperature >= 0 && o.temperature <= math.MaxFloat32):
		return cli.Usagef("gpt: -temperature %v: want 0 (the likeliest character) or more, finite", o.temperature)
	case o.threads < 0 || o.threads > lanes.MaxThreads:
		return cli.Usagef("gpt: -threads %d: want 0 (all processors) to %d", o.threads, lanes.MaxThreads)
	case !utf8.ValidString(o.prompt):
		return cli.Usagef("gpt: -prompt %q: want UTF-8", o.prompt)
	case o.resume && o.run == "":
		return cli.Usagef("gpt: -resume: want -run DIR as well")
	case o.save == "-":
		return cli.Usagef("gpt: -save -: want a file")
	}
	if o.load != "" {
		for _, name := range []string{"rnn", "epochs", "batch", "length", "layers", "width", "heads", "dropout", "lr", "data", "bytes", "save", "run", "report"} {
			if given(name) {
				return cli.Usagef("gpt: -load and -%s: want one of them", name)
			}
		}
	}
	return nil
}

// name returns the name of the model.
func (o options) name() string {
	if o.rnn {
		return fmt.Sprintf("LSTM of %d layers, width %d", o.layers, o.width)
	}
	return fmt.Sprintf("transformer of %d blocks, width %d, %d heads", o.layers, o.width, o.heads)
}
