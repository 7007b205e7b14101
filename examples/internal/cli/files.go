package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"descent/internal/atomicfile"
)

// CheckWritable returns an error if a file cannot be made at a path, so that a
// command says so before its work and not after. An empty path and "-" pass.
func CheckWritable(flag, path string) error {
	if path == "" || path == "-" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return Usagef("-%s %s: is a directory: want a file", flag, path)
	} else if err == nil && !info.Mode().IsRegular() {
		return nil // a device or a pipe
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".writable-*")
	if err != nil {
		return fmt.Errorf("-%s %s: %w", flag, path, err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// ForPeople is where a command writes what is not its report: stdout, or stderr
// if the report, whose path this is, goes to stdout.
func ForPeople(report string, stdout, stderr io.Writer) io.Writer {
	if report == "-" {
		return stderr
	}
	return stdout
}

// WriteReport writes v as JSON to a file, whole or not at all, or to stdout if
// the path is "-".
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
