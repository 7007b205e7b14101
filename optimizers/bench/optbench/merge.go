package optbench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

const aboutMerge = `
Merge joins results into results.jsonl in a directory and writes the report: the
parts of a grid, or grids with other workloads, optimizers, studies or seeds. A name is a results file, or a directory, which
stands for all results files in it.

	merge -out all part1 part2 part3 part4`

// resultsIn returns a results file, or all results files in a directory.
func resultsIn(name string) ([]string, error) {
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return []string{name}, err
	}
	files, err := filepath.Glob(filepath.Join(name, "results*.jsonl"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no results*.jsonl in this directory: want a results file or a directory with results files", name)
	}
	return files, err
}

// inputs returns the results files except dst, whose records are kept.
func inputs(files []string, dst string) (all []cli.File) {
	old, _ := os.Stat(dst)
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && !os.SameFile(info, old) {
			all = append(all, cli.File{Path: name, Input: true})
		}
	}
	return all
}

// mergeCommand joins results files.
func mergeCommand(ctx context.Context, name string, args []string, stdout, stderr io.Writer) error {
	name += " merge"
	f := cli.Flags(name, aboutMerge, stderr)
	out := f.String("out", "bench-out", "`DIR` for results.jsonl, summary.csv and report.html")
	file := f.String("report", "", "write the results as JSON to a `FILE`, or - for standard output")
	quiet := f.Bool("quiet", false, "print only the summary")
	names, err := cli.ParseNames(f, args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return cli.Usagef("%s: no names: want the results files to join", name)
	}
	var files []string
	for _, n := range names {
		of, err := resultsIn(n)
		if err != nil {
			return prefix.Error(name, err)
		}
		files = append(files, of...)
	}
	dst := filepath.Join(*out, resultsName(bench.Shard{}))
	inputs := inputs(files, dst)
	check := append(inputs, outputs(*out, resultsName(bench.Shard{}), summaryName, pageName)...)
	if err := cli.CheckFiles(f, append(check, cli.File{Flag: "report", Path: *file})...); err != nil {
		return err
	}
	var notices []string
	err = cli.Wait(ctx, func() (err error) {
		notices, err = bench.Merge(dst, files...)
		return err
	}, inputs...)
	for _, n := range notices {
		fmt.Fprintln(stderr, n)
	}
	if err != nil {
		return prefix.Error(name, err)
	}
	results, _, err := bench.ReadResults(dst)
	if err != nil {
		return prefix.Error(name, err)
	}
	return write(ctx, name, results, report.Options{}, *out, *file, *quiet, stdout, stderr)
}
