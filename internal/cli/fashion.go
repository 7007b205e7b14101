package cli

import (
	"context"
	"fmt"
	"io"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/internal/terminal"
)

// Fashion returns Fashion-MNIST from a directory, or the embedded sample if dir
// is "sample". If dir is empty, it looks in all known places.
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

// FashionOptions returns options for [datasets.FashionMNIST] that look in a
// directory, or in all known places if it is empty, and fall back on the
// embedded sample. They print notices and show the progress of a download. The
// caller must call done after reading the data, even if that failed.
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
