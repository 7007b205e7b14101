package cli

import (
	"context"
	"fmt"
	"io"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/internal/terminal"
)

// Fashion returns Fashion-MNIST from a directory, or from everywhere if it is
// empty, or the sample of it if it is "sample".
func Fashion(ctx context.Context, dir string, stderr io.Writer) (train, test *datasets.Images, err error) {
	if dir == "sample" {
		return sample.FashionMNIST()
	}
	options, done := FashionOptions(dir, stderr)
	defer done()
	var read [2]*datasets.Images
	err = Wait(ctx, func() (err error) {
		read[0], read[1], err = datasets.FashionMNIST(ctx, options)
		return err
	}, FashionFiles(dir)...)
	if err != nil {
		return nil, nil, err
	}
	return read[0], read[1], nil
}

// FashionOptions are those for [datasets.FashionMNIST] that look in a
// directory, or everywhere if it is empty, with the sample to fall back on, and
// that show notices and the progress of a download. The caller calls done
// when the data was read, or could not be.
func FashionOptions(dir string, stderr io.Writer) (o datasets.FashionOptions, done func()) {
	var bar *terminal.Progress
	file, begun := "", int64(0)
	o = datasets.FashionOptions{
		Dir:      dir,
		Fallback: sample.FashionMNIST,
		Notice: func(line string) {
			bar.Done()
			fmt.Fprintln(stderr, line)
		},
		Progress: func(p datasets.Progress) {
			if p.File != file {
				bar.Done()
				file, begun = p.File, 0
				bar = terminal.NewProgress(stderr, p.Total, p.File, "bytes")
			}
			bar.Add(p.Done - begun)
			begun = p.Done
		},
	}
	return o, func() { bar.Done() }
}
