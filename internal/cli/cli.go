// Package cli is shared by the example commands: exit statuses, flags that
// choose from a list, and result files.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"descent/internal/prefix"
	"descent/internal/terminal"
)

// The exit statuses of a command.
const (
	statusDone     = 0
	statusFailed   = 1
	statusUsage    = 2
	statusSignaled = 128 // plus the number of the signal, as shells report it
)

// Command runs a command with the arguments after its name. When the context is
// canceled, it returns early with an error that wraps the context's.
type Command func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// Main runs a command, prints its error and returns the exit status: 0 for
// success, 1 for failure, 2 for wrong usage, 130 for an interrupt and 143 for
// SIGTERM. An interrupt (Ctrl-C) or SIGTERM cancels the context; a second one
// kills the process. Output that cannot be written is a failure, except for a pipe
// closed by its reader, which ends the process quietly, by SIGPIPE.
func Main(run Command) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(signaled{s})
		case <-ctx.Done():
		}
	}()
	return execute(ctx, run, os.Args, os.Stdout, os.Stderr)
}

// signaled is the cause of the end of a context.
type signaled struct{ os.Signal }

func (s signaled) Error() string { return s.String() }

// Unwrap returns context.Canceled: some packages return the cause of a context's end.
func (signaled) Unwrap() error { return context.Canceled }

func execute(ctx context.Context, run Command, args []string, out, errs *os.File) int {
	stdout, stderr := terminal.NewOutput(ctx, out), terminal.NewOutput(ctx, errs)
	err := run(ctx, args[1:], stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		err = nil
	}
	if failed := stdout.Close(); failed != nil && !errors.Is(err, failed) {
		name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
		err = errors.Join(err, fmt.Errorf("%s: standard output: %w", name, failed))
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(stderr, cut(strings.TrimSuffix(line, "\n"), longLine))
		}
	}
	code := status(err, context.Cause(ctx))
	if stderr.Close() != nil && code == statusDone {
		code = statusFailed // there is nowhere to print it
	}
	return code
}

// status returns the exit status for an error and the cause of the context's end.
func status(err, cause error) int {
	var usage *UsageError
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &usage):
		return statusUsage
	case errors.Is(err, context.Canceled):
		signal := syscall.SIGINT
		if s, ok := cause.(signaled); ok && s.Signal == syscall.SIGTERM {
			signal = syscall.SIGTERM
		}
		return statusSignaled + int(signal)
	}
	return statusFailed
}

// UsageError reports wrong usage of a command.
type UsageError struct{ message string }

func (e *UsageError) Error() string { return e.message }

// Usagef returns a [UsageError] with a message like that of fmt.Sprintf. An
// error among args loses its package's prefix, as the message begins with the
// command's name; a very long message is shortened.
func Usagef(format string, args ...any) error {
	for i, a := range args {
		if err, ok := a.(error); ok {
			args[i] = prefix.Strip(err)
		}
	}
	return &UsageError{cut(fmt.Sprintf(format, args...), longLine)}
}

// Flags returns a flag set whose help begins with the given text.
func Flags(name, about string, stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintf(stderr, "%s\n\nFlags:\n", strings.TrimSpace(about))
		f.PrintDefaults()
	}
	return f
}

// Parse parses the arguments of a command that takes only flags.
func Parse(f *flag.FlagSet, args []string) error {
	names, err := ParseNames(f, args)
	if err == nil && len(names) > 0 {
		return Usagef("%s: %q: want only flags (-h lists them)", f.Name(), names[0])
	}
	return err
}

// ParseNames parses the arguments of a command that also takes names, before,
// between and after its flags.
func ParseNames(f *flag.FlagSet, args []string) (names []string, err error) {
	// The flag package prints an error above the whole help. Main prints the
	// error alone, which is easier to find.
	out, usage := f.Output(), f.Usage
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	for err = f.Parse(args); err == nil && f.NArg() > 0; err = f.Parse(args) {
		names, args = append(names, f.Arg(0)), f.Args()[1:]
	}
	f.SetOutput(out)
	f.Usage = usage
	switch {
	case errors.Is(err, flag.ErrHelp):
		f.Usage()
		return nil, err
	case err != nil:
		return nil, Usagef("%s: %v (-h lists the flags)", f.Name(), err)
	}
	return names, nil
}

// Given reports whether a flag is set in the arguments.
func Given(f *flag.FlagSet, name string) bool {
	given := false
	f.Visit(func(g *flag.Flag) { given = given || g.Name == name })
	return given
}

// Choice is a flag whose value must be in a list.
type Choice struct {
	Value string
	Among []string
}

// String returns the value.
func (c *Choice) String() string { return c.Value }

// Set sets the value, or returns an error that lists the valid ones.
func (c *Choice) Set(s string) error {
	if !slices.Contains(c.Among, s) {
		return fmt.Errorf("want one of %s", strings.Join(c.Among, ", "))
	}
	c.Value = s
	return nil
}

// Parsed returns the function of a flag whose value a package parses. The error lacks
// the package's prefix, as the message begins with the command's name.
func Parsed[T any](to *T, parse func(string) (T, error)) func(string) error {
	return func(text string) (err error) {
		if *to, err = parse(text); err != nil {
			return errors.New(prefix.Strip(err))
		}
		return nil
	}
}
