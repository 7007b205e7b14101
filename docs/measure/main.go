// Measure runs the benchmarks and writes their results into
// docs/performance.md and the figure beside it, at the root of the repository:
//
//	go run ./docs/measure
//
// What it replaces stands between comments <!-- name --> and <!-- /name -->.
// With -only names it measures those alone: machine, pytorch, operations, steps
// (with the figure), profile. It takes about half an hour, half of it for
// PyTorch; see -count, -benchtime and -rounds. Measure on a quiet machine.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"descent/internal/atomicfile"
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
}

// section is a part of the document, made of what commands print.
type section struct {
	name string
	make func(o options) (string, error)
}

var sections = []section{
	{"machine", machine},
	{"pytorch", pytorch},
	{"operations", operations},
	{"steps", steps},
	{"profile", profile},
}

func main() {
	log.SetFlags(0)
	var o options
	only := flag.String("only", "", "`NAMES` of the parts to measure, with commas between (default: all)")
	flag.IntVar(&o.count, "count", 5, "runs of each benchmark, of which the best counts")
	flag.StringVar(&o.benchtime, "benchtime", "100ms", "`TIME` of a run")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of the comparison with PyTorch")
	flag.StringVar(&o.python, "python", "/usr/bin/python3", "`PROGRAM`: a Python that has torch")
	flag.Parse()
	if err := write(o, *only); err != nil {
		log.Fatal(err)
	}
}

// write measures the parts that are asked for and replaces them, each when it
// is there.
func write(o options, only string) error {
	names := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, n := range names {
		if !slices.ContainsFunc(sections, func(s section) bool { return s.name == n }) {
			return fmt.Errorf("measure: -only %s: want machine, pytorch, operations, steps, profile", n)
		}
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
			return fmt.Errorf("measure: %w (run it at the root of the repository)", err)
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

// replace puts text between the comments of a name.
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

// run runs a command and returns its output. It shows the command and what it
// says on standard error.
func run(name string, args ...string) (string, error) {
	fmt.Fprintln(os.Stderr, "+", name, strings.Join(args, " "))
	c := exec.Command(name, args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, os.Stderr
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
