package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"descent/examples/internal/cli"
	"descent/internal/prefix"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
	"descent/optimizers/bench/workloads"
)

// runCommand runs a grid and writes its report.
func runCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		return o.printList(stdout)
	}
	data, done := cli.FashionOptions(o.data, stderr)
	fashion := &workloads.Fashion{Options: data, Sample: o.data == "sample"}
	plan, err := o.build(fashion)
	if err != nil {
		return err
	}
	shard, err := parseShard(o.shard, os.LookupEnv)
	if err != nil {
		return err
	}
	if err := o.checkFiles(shard); err != nil {
		return err
	}
	show := newDisplay(o, stdout, stderr)
	runner := bench.Runner{
		Plan: plan, File: filepath.Join(o.out, resultsName(shard)), Jobs: o.jobs, Shard: shard, Commit: commit(ctx),
		Progress: show.progress, Notice: func(line string) { fmt.Fprintln(stderr, line) },
	}
	show.begin(plan, runner)
	var results *bench.Results
	err = cli.Wait(ctx, func() (err error) {
		results, err = runner.Run(ctx)
		return err
	}, cli.FashionFiles(o.data)...)
	done()
	show.end()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("optbench: interrupted after %s: %w; rerun the same command to resume", show.state(), context.Canceled)
	}
	if err != nil {
		return prefix.Error("optbench", err)
	}
	if shard.Count > 1 {
		if len(results.Records) == 0 {
			show.printf("part %d of %d has nothing to run: there are too few workloads and optimizers", shard.Index+1, shard.Count)
		}
		show.printf("part %d of %d is done: %s; when all parts are, join them with optbench merge", shard.Index+1, shard.Count, runner.File)
		return nil
	}
	return write(ctx, results, report.Options{}, o.out, o.report, o.quiet, stdout, stderr)
}

// resultsName returns the name of the results file.
func resultsName(s bench.Shard) string {
	if s.Count > 1 {
		return fmt.Sprintf("results-%d-of-%d.jsonl", s.Index+1, s.Count)
	}
	return "results.jsonl"
}

// commit returns the commit that the program was built from, if known. The build
// records it, except under go run; then commit asks git about the source.
func commit(ctx context.Context) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		revision, modified := "", ""
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = "-dirty"
			}
		}
		if revision != "" {
			return revision + modified
		}
	}
	program, err := os.Executable()
	_, file, _, ok := runtime.Caller(0)
	if err != nil || !ok || filepath.Base(filepath.Dir(program)) != "exe" || !filepath.IsAbs(file) {
		return "" // the source may have changed since the program was built
	}
	text, err := exec.CommandContext(ctx, "git", "-C", filepath.Dir(file), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
