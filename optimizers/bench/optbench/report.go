package optbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"descent/internal/atomicfile"
	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

const aboutReport = `
Report rewrites summary.csv and report.html from a results file, or from
results.jsonl in a directory, and prints the summary.

	report bench-out
	report -no-timings -out again bench-out/results.jsonl`

// reportCommand writes the report of a results file.
func reportCommand(ctx context.Context, name string, args []string, stdout, stderr io.Writer) error {
	command := name
	name += " report"
	f := cli.Flags(name, aboutReport, stderr)
	against := f.String("against", "", "compare every entry with this `ENTRY` only, instead of all pairs")
	out := f.String("out", "", "`DIR` for summary.csv and report.html (default: the directory of the results)")
	noTimings := f.Bool("no-timings", false, "omit all measured times, so that reports can be compared")
	file := f.String("report", "", "write the results as JSON to a `FILE`, or - for standard output")
	quiet := f.Bool("quiet", false, "print only the summary")
	names, err := cli.ParseNames(f, args)
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return cli.Usagef(name+": %d names: want one results file or its directory", len(names))
	}
	path := resultsPath(names[0])
	if parts, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "results-*-of-*.jsonl")); len(parts) > 0 && !exists(path) {
		return fmt.Errorf("%s: %s has only parts of results: join them with %s merge %s", name, filepath.Dir(path), command, strings.Join(parts, " "))
	}
	input := cli.File{Path: path, Input: true}
	var results *bench.Results
	var notices []string
	err = cli.Wait(ctx, func() (err error) {
		results, notices, err = bench.ReadResults(path)
		return err
	}, input)
	if err != nil {
		return prefix.Error(name, err)
	}
	for _, n := range notices {
		fmt.Fprintln(stderr, n)
	}
	if *out == "" {
		*out = filepath.Dir(path)
	}
	files := append(outputs(*out, summaryName, pageName), input, cli.File{Flag: "report", Path: *file})
	if err := cli.CheckFiles(f, files...); err != nil {
		return err
	}
	return write(ctx, name, results, report.Options{NoTimings: *noTimings, Against: *against}, *out, *file, *quiet, stdout, stderr)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// resultsPath returns a results file, or the one in a directory.
func resultsPath(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, resultsName(bench.Shard{}))
	}
	return name
}

// The names of the report's files.
const (
	summaryName = "summary.csv"
	pageName    = "report.html"
)

// outputs returns files in the directory given by -out.
func outputs(dir string, names ...string) (all []cli.File) {
	if dir == "" {
		return []cli.File{{Flag: "out"}}
	}
	for _, name := range names {
		all = append(all, cli.File{Flag: "out", Path: filepath.Join(dir, name), MakeDir: true})
	}
	return all
}

// write writes summary.csv, report.html and the JSON, and prints the summary.
func write(ctx context.Context, name string, results *bench.Results, o report.Options, dir, file string, quiet bool, stdout, stderr io.Writer) error {
	r, err := report.Analyze(results, o)
	if err != nil {
		return prefix.Error(name, err)
	}
	out := cli.ForPeople(file, stdout, stderr)
	var failed []error
	var written []string
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{summaryName, r.WriteCSV}, {pageName, r.WriteHTML},
	} {
		path := filepath.Join(dir, f.name)
		if err := cli.Wait(ctx, func() error { return atomicfile.Write(path, f.write) }, cli.File{Path: path}); err != nil {
			failed = append(failed, err)
		} else {
			written = append(written, path)
		}
	}
	if file != "" {
		if err := cli.Wait(ctx, func() error { return cli.WriteReport(file, stdout, r) }, cli.File{Path: file}); err != nil {
			failed = append(failed, err)
		}
	}
	// The text comes last, so that the files are written even if the reader of a pipe, such as head, exits early.
	if err := r.WriteText(out); err != nil {
		failed = append(failed, err)
	}
	if !quiet && len(written) > 0 {
		fmt.Fprintf(out, "\nwritten: %s\n", strings.Join(written, ", "))
	}
	if err := errors.Join(failed...); err != nil {
		return prefix.Error(name, err)
	}
	return nil
}
