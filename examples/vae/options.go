package main

import (
	"io"
	"math"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/cli"
)

const about = `
Vae trains the variational autoencoder of DeepOBS on Fashion-MNIST. It draws garments
that the model invents, a plane of its latent space, and the codes of the test images.

	go run ./examples/vae                  three epochs; finds or downloads the data
	go run ./examples/vae -data sample     on the embedded sample
	go run ./examples/vae -epochs 20 -out pictures -save vae.safetensors -report report.json

The same -seed gives the same weights and pictures with any number of threads.`

// options are the flags of the command.
type options struct {
	epochs, batch int
	images        int
	lr            float64
	seed          uint64
	data          string
	threads       int
	out           string
	save          string
	report        string
	quiet         bool
}

// defaultEpochs returns the epochs for data of a source.
func defaultEpochs(s datasets.Source) int {
	if s == datasets.SourceSample {
		return 15
	}
	return 3
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := cli.Flags("vae", about, stderr)
	f.IntVar(&o.epochs, "epochs", 0, "passes over the training images (default: 3, or 15 on the sample)")
	f.IntVar(&o.batch, "batch", 64, "images per minibatch")
	f.IntVar(&o.images, "images", 0, "train on the first `N` images, and test on a sixth of that number (default: all)")
	f.Float64Var(&o.lr, "lr", 1e-3, "initial learning `rate` of Adam, which falls along a cosine to a hundredth")
	f.Uint64Var(&o.seed, "seed", 1, "`seed` of the initial weights, the order of the images, and the invented garments")
	f.StringVar(&o.data, "data", "", "`DIR` with the four Fashion-MNIST files, or \"sample\" for the embedded sample (default: find or download the data)")
	f.IntVar(&o.threads, "threads", 0, "number of threads (default: all processors)")
	f.StringVar(&o.out, "out", "vae-out", "`DIR` for garments.png, plane.png and codes.svg")
	f.StringVar(&o.save, "save", "", "save the trained model, weights and description, to a `FILE` in safetensors format")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the result")
	if err := cli.Parse(f, args); err != nil {
		return o, err
	}
	switch {
	case o.epochs < 0 || cli.Given(f, "epochs") && o.epochs == 0 || o.epochs > 1e6:
		return o, cli.Usagef("vae: -epochs %d: want 1 to 1000000", o.epochs)
	case o.images < 0 || cli.Given(f, "images") && o.images == 0:
		return o, cli.Usagef("vae: -images %d: want 1 or more", o.images)
	case o.batch < 1:
		return o, cli.Usagef("vae: -batch %d: want 1 or more", o.batch)
	case !(o.lr >= 0 && o.lr <= math.MaxFloat32):
		return o, cli.Usagef("vae: -lr %v: want 0 or more, finite", o.lr)
	case o.threads < 0 || o.threads > lanes.MaxThreads:
		return o, cli.Usagef("vae: -threads %d: want 0 (all processors) to %d", o.threads, lanes.MaxThreads)
	case o.save == "-":
		return o, cli.Usagef("vae: -save -: want a file")
	case o.out == "":
		return o, cli.Usagef("vae: -out \"\": want a directory")
	}
	files := append(cli.FashionFiles(o.data), cli.File{Flag: "save", Path: o.save}, cli.File{Flag: "report", Path: o.report})
	for _, name := range []string{garmentsName, planeName, codesName} {
		files = append(files, cli.File{Path: o.path(name), MakeDir: true})
	}
	return o, cli.CheckFiles(f, files...)
}
