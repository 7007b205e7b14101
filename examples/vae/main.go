// Vae trains the variational autoencoder of DeepOBS on Fashion-MNIST. It draws garments
// that the model invents, and a plane of its latent space.
//
//	go run ./examples/vae
//
// It looks for the data on the machine, then downloads it. Offline, it trains on an
// embedded sample. See -h for the flags.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// units is the size of a code.
const units = 8

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	show := &display{cli.Display{Command: "vae", Quiet: o.quiet, Out: cli.ForPeople(o.report, stdout, stderr), Err: stderr}}
	train, test, err := cli.Fashion(ctx, o.data, stderr)
	if err != nil {
		return prefix.Error("vae", err)
	}
	fit, held, err := o.first(train, test)
	if err != nil {
		return err
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
	r := newReport(o, model, train.Source, fit.Len(), held.Len())
	show.begin(r)
	updates := o.epochs * fit.Batches(o.batch)
	t := trainer.Trainer{
		Model: model, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Cosine{Base: o.lr, Final: o.lr / 100, To: max(updates, 2)},
		Epochs: o.epochs, BatchSize: o.batch, Seed: o.seed, Hooks: []trainer.Hook{show.hook(fit.Len(), o.batch)},
	}
	history, err := t.Fit(ctx, fit, held)
	if err != nil {
		if errors.Is(err, context.Canceled) && history != nil {
			return fmt.Errorf("vae: interrupted after %d updates, in epoch %d of %d: %w; %s",
				history.Steps, len(history.Epochs)+1, o.epochs, ctx.Err(), cli.Rerun("", false))
		}
		return prefix.Error("vae", err)
	}
	r.finish(history, model)
	space, err := newSpace(ctx, model, held, test.Classes())
	if err != nil {
		return prefix.Error("vae", err)
	}
	defer space.decoder.Close()
	err = cli.WriteFiles(ctx, "vae", show.Printf,
		cli.Result{What: "invented garments", Path: o.path(garmentsName), Write: func(path string) error { return space.garments(path, o.seed) }},
		cli.Result{What: "plane of latent space", Path: o.path(planeName), Write: space.plane},
		cli.Result{What: "codes of the test images", Path: o.path(codesName), Write: space.codes},
		cli.Result{What: "weights", Path: o.save, Write: func(path string) error { return modelfile.Save(path, model, modelfile.Info{}) }},
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	show.end(o, r) // print the result even if a file cannot be written
	return err
}

// first returns the images that -images selects.
func (o options) first(train, test *datasets.Images) (fit, held *datasets.View, err error) {
	n := cmp.Or(o.images, train.Len())
	if n > train.Len() {
		return nil, nil, cli.Usagef("vae: -images %d: want 1 to %d, the number of training images", n, train.Len())
	}
	if o.batch > n {
		return nil, nil, cli.Usagef("vae: -batch %d: want 1 to %d, the number of training images", o.batch, n)
	}
	sixth := test.Len()
	if o.images > 0 {
		sixth = min((n+5)/6, sixth)
	}
	fit, err = subset(train, n)
	if err == nil {
		held, err = subset(test, sixth)
	}
	return fit, held, prefix.Error("vae", err)
}

// subset returns the first n rows.
func subset(d datasets.Dataset, n int) (*datasets.View, error) {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return datasets.Subset(d, rows)
}

// The pictures in the directory of -out.
const (
	garmentsName = "garments.png"
	planeName    = "plane.png"
	codesName    = "codes.svg"
)

func (o options) path(name string) string { return filepath.Join(o.out, name) }
