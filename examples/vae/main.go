// Vae trains the variational autoencoder of DeepOBS on Fashion-MNIST and draws what it
// has learned: garments that it invents, and a plane of its latent space.
//
//	go run ./examples/vae
//
// It looks for the data on the machine, then downloads it. Offline, it trains on an
// embedded sample. See -h for the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"descent/examples/internal/cli"
	"descent/internal/prefix"
	"descent/internal/terminal"
	"descent/lrsched"
	"descent/nn"
	"descent/nn/modelfile"
	"descent/optimizers"
	"descent/trainer"
)

func main() { os.Exit(cli.Main(run)) }

// units is the size of a code.
const units = 8

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	show := &display{quiet: o.quiet, out: cli.ForPeople(o.report, stdout, stderr)}
	train, test, err := cli.Fashion(ctx, o.data, stderr)
	if err != nil {
		return prefix.Error("vae", err)
	}
	if o.batch > train.Len() {
		return cli.Usagef("vae: -batch %d: want 1 to %d, the number of training images", o.batch, train.Len())
	}
	if o.epochs == 0 {
		o.epochs = defaultEpochs(train.Source)
	}
	model, err := nn.NewModel(nn.VAE(units), nn.Config{Input: train.InputShape(), Loss: nn.Reconstruction{}, Seed: o.seed, Threads: o.threads})
	if err != nil {
		return prefix.Error("vae", err)
	}
	defer terminal.Wait(ctx, func() error { // an abandoned Save still holds the model
		model.Close()
		return nil
	})
	r := newReport(o, model, train, test)
	show.begin(r)
	updates := o.epochs * train.Batches(o.batch)
	t := trainer.Trainer{
		Model: model, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Cosine{Base: o.lr, Final: o.lr / 100, To: max(updates, 2)},
		Epochs: o.epochs, BatchSize: o.batch, Seed: o.seed, Hooks: []trainer.Hook{show.hook(train.Len())},
	}
	history, err := t.Fit(ctx, train, test)
	if err != nil {
		if errors.Is(err, context.Canceled) && history != nil {
			return fmt.Errorf("vae: interrupted after %d updates, in epoch %d of %d: %w; nothing was saved: rerun with the same flags to start over",
				history.Steps, len(history.Epochs)+1, o.epochs, ctx.Err())
		}
		return prefix.Error("vae", err)
	}
	r.finish(history, model)
	space, err := newSpace(model, test)
	if err != nil {
		return prefix.Error("vae", err)
	}
	defer space.decoder.Close()
	err = cli.WriteFiles(ctx, "vae", show.printf,
		cli.Result{What: "invented garments", Path: o.path(garmentsName), Write: func(path string) error { return space.garments(path, o.seed) }},
		cli.Result{What: "plane of latent space", Path: o.path(planeName), Write: space.plane},
		cli.Result{What: "codes of the test images", Path: o.path(codesName), Write: space.codes},
		cli.Result{What: "weights", Path: o.save, Write: func(path string) error { return modelfile.Save(path, model, modelfile.Info{}) }},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	show.end(o, r) // print the result even if a file cannot be written
	return err
}

// The pictures in the directory of -out.
const (
	garmentsName = "garments.png"
	planeName    = "plane.png"
	codesName    = "codes.svg"
)

func (o options) path(name string) string { return filepath.Join(o.out, name) }
