// Measure runs the benchmarks and writes the results to docs/performance.md and
// docs/performance.svg. Run it in the root of the repository, on a quiet machine:
//
//	go run ./docs/measure
//
// It replaces the text between the comments <!-- name --> and <!-- /name -->. The
// names are machine, pytorch, models, updates, operations, steps (with the figure) and profile;
// -only selects some of them. It takes about an hour and a half, most of it for PyTorch;
// see -count, -benchtime, -rounds, -seconds and -models.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"descent/internal/atomicfile"
	"descent/internal/terminal"
)

const (
	document = "docs/performance.md"
	picture  = "docs/performance.svg"
)

// options are the flags.
type options struct {
	count     int
	benchtime string
	rounds    int
	python    string
	models    string
	seconds   float64
}

// section is a part of the document, made from the output of commands.
type section struct {
	name string
	make func(o options) (string, error)
}

var sections = []section{
	{"machine", machine},
	{"pytorch", pytorch},
	{"models", models},
	{"updates", updates},
	{"operations", operations},
	{"steps", steps},
	{"profile", profile},
}

// stderr is for progress, help and errors.
var stderr = terminal.NewOutput(context.Background(), os.Stderr)

func main() {
	code := measure(os.Args[1:])
	if stderr.Close() != nil && code == 0 {
		code = 1
	}
	os.Exit(code)
}

// measure runs the command and returns its exit status.
func measure(args []string) int {
	var o options
	f := flag.NewFlagSet("measure", flag.ContinueOnError)
	f.SetOutput(stderr)
	only := f.String("only", "", "comma-separated `NAMES` of the parts to measure (default: all)")
	f.IntVar(&o.count, "count", 5, "runs per benchmark; the best counts")
	f.StringVar(&o.benchtime, "benchtime", "100ms", "`TIME` per run")
	f.IntVar(&o.rounds, "rounds", 5, "rounds of the comparisons with PyTorch")
	f.Float64Var(&o.seconds, "seconds", 3, "`SECONDS` for a model's steps in each round")
	f.StringVar(&o.models, "models", "", "comma-separated `NAMES` of the models, or the rules, to compare (default: all)")
	f.StringVar(&o.python, "python", "/usr/bin/python3", "a Python `PROGRAM` with torch")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if f.NArg() > 0 {
		fmt.Fprintf(stderr, "measure: %q: want only flags\n", f.Arg(0))
		return 2
	}
	if err := write(o, *only); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// write measures the selected parts, and replaces each as soon as it is measured.
func write(o options, only string) error {
	names := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, n := range names {
		if !slices.ContainsFunc(sections, func(s section) bool { return s.name == n }) {
			return fmt.Errorf("measure: -only %.100s: want one of machine, pytorch, models, updates, operations, steps, profile", n)
		}
	}
	if err := errors.Join(atomicfile.Check(document), atomicfile.Check(picture)); err != nil {
		return fmt.Errorf("measure: %w (run it in the root of the repository)", err)
	}
	for _, s := range sections {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		text, err := s.make(o)
		if err != nil {
			return fmt.Errorf("measure: %s: %w", s.name, err)
		}
		old, err := os.ReadFile(document)
		if err != nil {
			return fmt.Errorf("measure: %w (run it in the root of the repository)", err)
		}
		replaced, err := replace(string(old), s.name, text)
		if err != nil {
			return err
		}
		err = atomicfile.Write(document, func(w io.Writer) error {
			_, err := io.WriteString(w, replaced)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replace replaces the text between the comments with a name.
func replace(document, name, text string) (string, error) {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, ok := strings.Cut(document, begin)
	if ok {
		if _, after, ok := strings.Cut(rest, end); ok {
			return before + begin + strings.TrimRight(text, "\n") + "\n" + end + after, nil
		}
	}
	return "", fmt.Errorf("measure: the document has no %s… %s", strings.TrimSpace(begin), end)
}

// run runs a command and returns its output. It prints the command and its
// standard error.
func run(name string, args ...string) (string, error) {
	fmt.Fprintln(stderr, "+", name, strings.Join(args, " "))
	c := exec.Command(name, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, stderr
	err := c.Run()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out.String())
	}
	return out.String(), err
}

// bench runs benchmarks of a package.
func (o options) bench(pkg, pattern string) (results, error) {
	out, err := run("go", "test", pkg, "-run", "^$", "-bench", pattern, "-benchtime", o.benchtime, "-count", strconv.Itoa(o.count), "-timeout", "60m")
	if err != nil {
		return nil, err
	}
	return parse(out)
}
