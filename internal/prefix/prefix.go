// Package prefix gives an error one prefix: that of the package whose function
// the user called, however many packages the error came through.
package prefix

import "strings"

// packages lists the packages whose names are prefixes of errors.
var packages = []string{
	"autograd", "bench", "checkpoint", "datasets", "kernel", "lanes", "lrsched", "minimize", "modelfile", "nn", "onnx", "optimizers", "pytorch", "report", "rundir",
	"safetensors", "sample", "serve", "solver", "stats", "trainer", "weights", "workloads",
}

// Error returns err as an error of package pkg, at the place that path leads to:
//
//	pkg: path[0]: path[1]: what err says, without its own prefix
//
// The result wraps err, and is nil if err is nil.
func Error(pkg string, err error, path ...string) error {
	if err == nil {
		return nil
	}
	return &prefixed{strings.Join(append(append([]string{pkg}, path...), Strip(err)), ": "), err}
}

// Strip returns the text of err without the package names at its beginning.
func Strip(err error) string { return strip(err.Error()) }

func strip(text string) string {
	for _, p := range packages {
		if rest, ok := strings.CutPrefix(text, p+": "); ok {
			return strip(rest)
		}
	}
	return text
}

type prefixed struct {
	text string
	err  error
}

func (e *prefixed) Error() string { return e.text }
func (e *prefixed) Unwrap() error { return e.err }
