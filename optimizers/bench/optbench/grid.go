package optbench

import (
	"bufio"
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

	"descent/internal/cli"
	"descent/internal/prefix"
	"descent/internal/terminal"
	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// grid runs a grid and writes its report.
func (c Command) grid(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := c.parse(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		return o.printList(stdout)
	}
	plan, err := o.build()
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
	done := o.openData(stderr)
	defer done()
	runner.Start = func(cost bench.Estimate) error {
		done()
		return o.announce(ctx, show, runner, cost)
	}
	var results *bench.Results
	err = cli.Wait(ctx, func() (err error) {
		results, err = runner.Run(ctx)
		return err
	}, o.inputs()...)
	show.end()
	if errors.Is(err, errNotStarted) {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: interrupted after %s: %w; rerun the same command to resume", o.Name, show.state(), context.Canceled)
	}
	if err != nil {
		return o.failure(err)
	}
	if shard.Count > 1 {
		if len(results.Records) == 0 {
			show.printf("part %d of %d has nothing to run: there are too few workloads, optimizers and studies", shard.Index+1, shard.Count)
		}
		show.printf("part %d of %d is done: %s; when all parts are, join them with %s merge", shard.Index+1, shard.Count, runner.File, o.Name)
		return nil
	}
	return write(ctx, o.Name, results, report.Options{Against: o.against}, o.out, o.report, o.quiet, stdout, stderr)
}

// failure is an error of the command.
func (c Command) failure(err error) error { return prefix.Error(c.Name, err) }

// openData prepares the data of the workloads.
func (o *options) openData(stderr io.Writer) (done func()) {
	if o.Data == nil {
		return func() {}
	}
	return o.Data(o.data, stderr)
}

var errNotStarted = errors.New("not started")

// announce describes the grid and its cost, and on a terminal asks whether to start.
func (o *options) announce(ctx context.Context, show *display, r bench.Runner, cost bench.Estimate) error {
	if o.quiet {
		return nil
	}
	show.begin(r, cost)
	if o.yes || cost.Runs == 0 || !terminal.Interactive(show.out) || !terminal.Interactive(os.Stdin) {
		return nil
	}
	fmt.Fprint(show.out, "start? [Y/n] ")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case a := <-answer:
		if a != "" && a != "y" && a != "yes" {
			return fmt.Errorf("%s: %w", o.Name, errNotStarted)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: %w: %w", o.Name, errNotStarted, context.Cause(ctx))
	}
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
