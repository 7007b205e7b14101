package cli

import (
	"fmt"
	"io"

	"descent/datasets"
	"descent/datasets/sample"
	"descent/internal/terminal"
)

// FashionOptions are those for [datasets.FashionMNIST] that look in a
// directory, or everywhere if it is empty, with the sample to fall back on, and
// that show notices and the progress of a download. The caller calls done
// when the data was read, or could not be.
func FashionOptions(dir string, stderr io.Writer) (o datasets.Options, done func()) {
	var bar *terminal.Progress
	file, begun := "", int64(0)
	o = datasets.Options{
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
