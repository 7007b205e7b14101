// Gpt trains a small language model on a text, character by character, and prints text
// of its own as it learns.
//
//	go run ./examples/gpt
//
// The model is a transformer and the text the beginning of the King James Bible, which
// is embedded. See -h for the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"descent/datasets"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/internal/terminal"
	"descent/lrsched"
	"descent/nn"
	"descent/nn/modelfile"
	"descent/optimizers"
	"descent/trainer"
)

func main() { os.Exit(cli.Main(run)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.load != "" {
		return o.write(ctx, stdout)
	}
	show := &display{cli.Display{Command: "gpt", Quiet: o.quiet, Out: cli.ForPeople(o.report, stdout, stderr), Err: stderr}, o}
	c, err := readCorpus(ctx, o)
	if err != nil {
		return err
	}
	model, err := nn.NewModel(o.network(c.vocabulary), nn.Config{
		Input: []int{o.length}, Vocabulary: len(c.vocabulary), Loss: nn.SoftmaxCrossEntropy{}, Seed: o.seed, Threads: o.threads, ISA: o.isa,
	})
	if err != nil {
		return cli.Usagef("gpt: %v", err)
	}
	defer terminal.Wait(ctx, func() error { // an abandoned Save still holds the model
		model.Close()
		return nil
	})
	updates := o.epochs * c.train.Batches(o.batch)
	r := newReport(o, c, model)
	show.begin(r)
	t := trainer.Trainer{
		Model: model, Rule: optimizers.DefaultAdamW(), Clip: optimizers.Clip{GlobalNorm: 1}, Schedule: o.schedule(updates),
		Epochs: o.epochs, BatchSize: o.batch, Seed: o.seed, Hooks: []trainer.Hook{show.hook(c, model, r)},
	}
	if o.rnn {
		t.Order = trainer.GivenOrder
	}
	kept, err := openRun(ctx, o, show, c, &t)
	if err != nil {
		return err
	}
	history, err := t.Fit(ctx, c.train, c.test)
	if kept != nil {
		err = errors.Join(err, kept.Close())
	}
	if err != nil {
		if errors.Is(err, context.Canceled) && history != nil {
			return fmt.Errorf("gpt: interrupted after %d updates: %w; %s", history.Steps, ctx.Err(), cli.Rerun(o.run, o.resume))
		}
		return prefix.Error("gpt", err)
	}
	r.finish(history, model)
	err = cli.WriteFiles(ctx, "gpt", show.Printf,
		cli.Result{What: "model", Path: o.save, Write: func(path string) error {
			return modelfile.Save(path, model, modelfile.Info{Tokens: c.vocabulary})
		}},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	show.end(r) // print the result even if a file cannot be written
	return err
}

// network returns the model of the flags.
func (o options) network(v datasets.Vocabulary) nn.Layer {
	if o.rnn {
		return nn.CharLSTM(nn.CharLSTMConfig{Vocabulary: len(v), Width: o.width, Layers: o.layers, Dropout: o.dropout, Carry: o.batch})
	}
	return nn.GPT(nn.GPTConfig{Vocabulary: len(v), Length: o.length, Layers: o.layers, Width: o.width, Heads: o.heads, Dropout: o.dropout})
}

// schedule falls along a cosine to a tenth of the rate, after a warm-up of 100 updates,
// or of a tenth of a shorter run.
func (o options) schedule(updates int) lrsched.Schedule {
	warmup := min(100, updates/10)
	return lrsched.Warmup{Steps: warmup, Then: lrsched.Cosine{Base: o.lr, Final: o.lr / 10, From: warmup, To: max(updates, warmup+1)}}
}

// write prints text of a model that was saved.
func (o options) write(ctx context.Context, stdout io.Writer) error {
	var model *nn.Model
	var info modelfile.Info
	err := cli.Wait(ctx, func() (err error) {
		model, info, err = modelfile.Load(o.load, nn.Config{Threads: o.threads, ISA: o.isa})
		return err
	}, cli.File{Path: o.load})
	if err != nil {
		return prefix.Error("gpt", err, "-load")
	}
	defer model.Close()
	w, err := newWriter(o, info.Tokens)
	if err != nil {
		return err
	}
	return w.write(ctx, model, stdout)
}
