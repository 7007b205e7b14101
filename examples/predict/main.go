// Predict classifies images with a model from a file.
//
//	go run ./examples/lenet -save lenet.safetensors
//	go run ./examples/predict -model lenet.safetensors examples/predict/testdata/boot.png
//
// The file describes the model (package nn/modelfile), so the command needs no code
// for its network. See -h for the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/nn"
	"descent/nn/modelfile"
)

func main() { os.Exit(cli.Main(run)) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	var c *classifier
	err = cli.Wait(ctx, func() (err error) {
		c, err = load(o.model)
		return err
	}, cli.File{Path: o.model})
	if err != nil {
		return prefix.Error("predict", err)
	}
	defer c.model.Close()

	out := cli.ForPeople(o.report, stdout, stderr)
	if !o.quiet {
		fmt.Fprintf(out, "%s: images %v, %d classes, %d parameters\n", printable(o.model), c.shape, len(c.classes), c.model.NumParams())
	}
	r := report{Model: o.model, Input: c.shape, Classes: c.classes, Images: []classified{}}
	var failed []error
	for _, file := range o.images {
		err := c.classifyFile(ctx, file, o, func(found classified) {
			if !o.quiet || o.report != "-" {
				fmt.Fprintln(out, found)
			}
			r.Images = append(r.Images, found)
		})
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("predict: %s: interrupted after %d images: %w; no report was written: rerun with the same flags to start over",
				printable(file), len(r.Images), err)
		}
		failed = append(failed, prefix.Error("predict", err))
	}
	printf := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(out, format+"\n", args...)
		}
	}
	err = cli.WriteFiles(ctx, "predict", printf,
		cli.Result{What: "report", Path: o.report, Write: func(path string) error { return cli.WriteReport(path, stdout, r) }})
	return errors.Join(append(failed, err)...)
}

const about = `
Predict classifies images with a model saved by modelfile.Save or examples/lenet.

	go run ./examples/lenet -save lenet.safetensors
	go run ./examples/predict -model lenet.safetensors shoe.png shirt.jpg
	go run ./examples/predict -model lenet.safetensors -quiet -report - t10k-images-idx3-ubyte.gz

It reads PNG, JPEG and IDX files. An IDX file has many images and may be compressed with
gzip. Each image is converted to gray or RGB, as the model requires, and stretched to the
model's size by bilinear interpolation, with a filter that covers all pixels when an image
shrinks. Transparent pixels become white. Fashion-MNIST is light on dark; use -invert for
drawings and photographs that are dark on light.

A probability is the softmax of the model's outputs.`

// options are the flags of the command.
type options struct {
	model  string
	images []string
	top    int
	invert bool
	report string
	quiet  bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := cli.Flags("predict", about, stderr)
	f.StringVar(&o.model, "model", "", "`FILE` of the model")
	f.IntVar(&o.top, "top", 3, "number of classes to print, the most probable first")
	f.BoolVar(&o.invert, "invert", false, "invert the images, for a model of light-on-dark images")
	f.StringVar(&o.report, "report", "", "write the results as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the classes of each image")
	var err error
	if o.images, err = cli.ParseNames(f, args); err != nil {
		return o, err
	}
	switch {
	case o.model == "" && !cli.Given(f, "model"):
		return o, cli.Usagef("predict: want -model FILE and one or more images (-h lists the flags)")
	case len(o.images) == 0:
		return o, cli.Usagef("predict: want one or more images: PNG, JPEG or IDX files")
	case o.model == "-" || slices.Contains(o.images, "-"):
		return o, cli.Usagef("predict: -: want a file")
	case o.top < 1:
		return o, cli.Usagef("predict: -top %d: want 1 or more", o.top)
	}
	files := []cli.File{{Flag: "model", Path: o.model, Input: true}, {Flag: "report", Path: o.report}}
	for _, image := range o.images {
		files = append(files, cli.File{Path: image, Input: true})
	}
	return o, cli.CheckFiles(f, files...)
}

// classifier is a model for images with the names of its classes.
type classifier struct {
	model   *nn.Model
	shape   []int // channels, height, width
	classes []string
	normal  modelfile.Normalization
}

// load reads a model, which must be one for images.
func load(file string) (*classifier, error) {
	model, info, err := modelfile.Load(file, nn.Config{})
	if err != nil {
		return nil, err
	}
	c := &classifier{model, model.InputShape(), info.Classes, info.Normalization}
	outputs := model.OutputShape()
	switch {
	case len(c.shape) != 3 || c.shape[0] != 1 && c.shape[0] != 3:
		err = fmt.Errorf("%s: a model with inputs of shape %v: want images, [1 height width] or [3 height width]", file, c.shape)
	case len(outputs) != 1 || outputs[0] < 2:
		err = fmt.Errorf("%s: a model with outputs of shape %v: want one for each of two or more classes", file, outputs)
	}
	if err != nil {
		model.Close()
		return nil, err
	}
	if len(c.classes) == 0 {
		for i := range outputs[0] {
			c.classes = append(c.classes, strconv.Itoa(i))
		}
	}
	return c, nil
}

// printable returns a text, quoted if a terminal would not show it unchanged.
func printable(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
