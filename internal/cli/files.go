package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"descent/internal/atomicfile"
	"descent/internal/prefix"
)

// ForPeople returns the writer for everything except the report: stdout, or stderr
// if the report's path is "-".
func ForPeople(report string, stdout, stderr io.Writer) io.Writer {
	if report == "-" {
		return stderr
	}
	return stdout
}

// Result is a file that a command writes when it finishes.
type Result struct {
	What  string // as printed: "weights", "figure"
	Path  string // if empty, nothing is written
	Write func(path string) error
}

// WriteFiles writes the results and reports each one by printf. It continues after
// a failure. Its error begins with the command's name.
func WriteFiles(ctx context.Context, command string, printf func(format string, args ...any), results ...Result) error {
	var failed []error
	for _, r := range results {
		if r.Path == "" {
			continue
		}
		if err := Wait(ctx, func() error { return r.Write(r.Path) }, File{Path: r.Path}); err != nil {
			failed = append(failed, prefix.Error(command, err))
		} else if r.Path != "-" {
			printf("%s written to %s", r.What, r.Path)
		}
	}
	return errors.Join(failed...)
}

// WriteReport atomically writes v as JSON to a file, or to stdout if the path is
// "-".
func WriteReport(path string, stdout io.Writer, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	write := func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	}
	if path == "-" {
		err = write(stdout)
	} else {
		err = atomicfile.Write(path, write)
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
