package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"descent/examples/internal/cli"
	"descent/internal/atomicfile"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

const aboutReport = `
Optbench report draws summary.csv and report.html anew from a file of results, or
from results.jsonl of a directory, and prints the summary.

	go run ./examples/optbench report bench-out
	go run ./examples/optbench report -no-timings -out again bench-out/results.jsonl`

// reportCommand draws a report from a file.
func reportCommand(args []string, stdout, stderr io.Writer) error {
	f := cli.Flags("optbench report", aboutReport, stderr)
	out := f.String("out", "", "`DIR` for summary.csv and report.html (default: that of the results)")
	noTimings := f.Bool("no-timings", false, "leave out all that is measured in seconds, so that reports can be compared")
	file := f.String("report", "", "write the results as JSON to a `FILE`, or - for standard output")
	quiet := f.Bool("quiet", false, "print the summary only")
	names, err := cli.ParseNames(f, args)
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return cli.Usagef("optbench report: %d names: want one file of results, or its directory", len(names))
	}
	if err := cli.CheckWritable("report", *file); err != nil {
		return err
	}
	path := resultsPath(names[0])
	if parts, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "results-*-of-*.jsonl")); len(parts) > 0 && !exists(path) {
		return fmt.Errorf("optbench report: %s has parts of results only: want them joined, by optbench merge %s", filepath.Dir(path), strings.Join(parts, " "))
	}
	results, notices, err := bench.ReadResults(path)
	if err != nil {
		return fmt.Errorf("optbench report: %w", err)
	}
	for _, n := range notices {
		fmt.Fprintln(stderr, n)
	}
	if *out == "" {
		*out = filepath.Dir(path)
	}
	if err := os.MkdirAll(*out, 0o777); err != nil {
		return fmt.Errorf("optbench report: -out: %w", err)
	}
	return write(results, report.Options{NoTimings: *noTimings}, *out, *file, *quiet, stdout, stderr)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// resultsPath is a file of results, or the one in a directory.
func resultsPath(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, resultsName(bench.Shard{}))
	}
	return name
}

// write makes summary.csv, report.html and the JSON, and prints the summary.
func write(results *bench.Results, o report.Options, dir, file string, quiet bool, stdout, stderr io.Writer) error {
	r, err := report.Analyse(results, o)
	if err != nil {
		return fmt.Errorf("optbench: %w", err)
	}
	out := cli.ForPeople(file, stdout, stderr)
	var failed []error
	var written []string
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"summary.csv", r.WriteCSV}, {"report.html", r.WriteHTML},
	} {
		path := filepath.Join(dir, f.name)
		if err := atomicfile.Write(path, f.write); err != nil {
			failed = append(failed, err)
		} else {
			written = append(written, path)
		}
	}
	if file != "" {
		if err := cli.WriteReport(file, stdout, r); err != nil {
			failed = append(failed, err)
		}
	}
	// The text comes last: a pipe that is closed early, as head does, has the files all the same.
	if err := r.WriteText(out); err != nil {
		failed = append(failed, err)
	}
	if !quiet && len(written) > 0 {
		fmt.Fprintf(out, "\nwritten: %s\n", strings.Join(written, ", "))
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("optbench: %w", err)
	}
	return nil
}
