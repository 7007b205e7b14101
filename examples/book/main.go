// Book repeats the experiments of the documents that Descent follows and checks
// every printed number against the computed one.
//
//	go run ./examples/book
//
// The documents are the optimization chapter of Dive into Deep Learning (11, and
// 000 for a newer version of its section on gradient descent), a lecture page on
// variants of gradient descent (002) and a course notebook on gradient-descent
// optimizations (003). See -h for the flags.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"descent/examples/book/internal/dive"
	"descent/examples/book/internal/page"
	"descent/internal/atomicfile"
	"descent/internal/cli"
	"descent/internal/prefix"
)

func main() { os.Exit(cli.Main(run)) }

const about = `
Book repeats the experiments of the documents that Descent follows: the optimization
chapter of Dive into Deep Learning (11 and 000), a lecture page (002) and a course
notebook (003). It redraws their figures and writes a page that checks every printed
number against ours and has sliders that run the library in the browser.

	go run ./examples/book                      everything, into book-out; less than five minutes
	go run ./examples/book -quick               without LeNet; less than a minute
	go run ./examples/book -list                list the experiments
	go run ./examples/book 11.6 003.rosenbrock  selected experiments

The exit status is 1 if a number disagrees.`

type options struct {
	page.Settings
	out    string
	list   bool
	quick  bool
	static bool
	report string
	quiet  bool
}

// index returns the path of the page.
func (o options) index() string { return filepath.Join(o.out, "index.html") }

func parse(args []string, stderr io.Writer) (options, []page.Experiment, error) {
	var o options
	f := cli.Flags("book", about, stderr)
	f.StringVar(&o.out, "out", "book-out", "`DIR` for the figures and index.html")
	f.BoolVar(&o.list, "list", false, "list the experiments, then exit")
	f.BoolVar(&o.quick, "quick", false, "skip the experiments that train LeNet")
	f.BoolVar(&o.static, "static", false, "write a smaller page, without sliders and scripts")
	f.IntVar(&o.Epochs, "epochs", 10, "epochs of LeNet; its printed numbers are checked against stored runs of the book's 40 epochs")
	f.StringVar(&o.Data, "data", "", "`DIR` with the four Fashion-MNIST files, or \"sample\" for the embedded sample (default: find or download the data)")
	f.StringVar(&o.report, "report", "", "write the table as JSON to a `FILE`, or - for standard output")
	f.BoolVar(&o.quiet, "quiet", false, "print only the result")
	names, err := cli.ParseNames(f, args)
	if err != nil {
		return o, nil, err
	}
	if o.Epochs < 1 || o.Epochs > 1000 {
		return o, nil, cli.Usagef("book: -epochs %d: want [1, 1000]", o.Epochs)
	}
	if o.out == "" {
		return o, nil, cli.Usagef("book: -out \"\": want a directory")
	}
	chosen, err := choose(names)
	if err != nil {
		return o, nil, cli.Usagef("book: %v", err)
	}
	if o.quick {
		chosen = slices.DeleteFunc(chosen, func(e page.Experiment) bool { return e.LeNet })
	}
	if len(chosen) == 0 {
		return o, nil, cli.Usagef("book: -quick %s: trains LeNet, which -quick skips", strings.Join(names, " "))
	}
	if o.list {
		return o, chosen, nil
	}
	files := append(cli.FashionFiles(o.Data), cli.File{Flag: "report", Path: o.report}, cli.File{Flag: "out", Path: o.index(), MakeDir: true})
	if filepath.Ext(o.report) == ".svg" {
		// A figure could have that name.
		files = append(files, cli.File{Flag: "out", Path: filepath.Join(o.out, filepath.Base(o.report)), MakeDir: true})
	}
	return o, chosen, cli.CheckFiles(f, files...)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, chosen, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		list(stdout, chosen)
		return nil
	}
	show := cli.ForPeople(o.report, stdout, stderr)
	if slices.ContainsFunc(chosen, func(e page.Experiment) bool { return e.LeNet }) {
		// Report problems with the data before minutes of other work.
		if err := dive.CheckData(&page.Page{Settings: o.Settings, Ctx: ctx, Notice: stderr}); err != nil {
			return prefix.Error("book", err)
		}
	}
	module := func() page.Module { return page.Module{} }
	if !o.static && slices.ContainsFunc(chosen, func(e page.Experiment) bool { return e.Controls != "" }) {
		module = startModule(ctx, stderr)
	}
	var pages []*page.Page
	begin := time.Now()
	for i, e := range chosen {
		p := &page.Page{Experiment: e, Settings: o.Settings, Ctx: ctx, Notice: stderr}
		start := time.Now()
		if err := p.Compute(); err != nil {
			err = prefix.Error("book", err, e.ID)
			if ctx.Err() != nil {
				err = errors.Join(err, interrupted(ctx, o, pages, chosen[i:]))
			}
			return err
		}
		if !o.quiet {
			fmt.Fprintf(show, "%-28s %s; %.1f s\n", e.ID, p.Summary(), time.Since(start).Seconds())
		}
		pages = append(pages, p)
	}
	if err := writeAll(ctx, o, page.Document{Pages: pages, Quick: o.quick, Module: module()}); err != nil {
		return fmt.Errorf("book: %w", err)
	}
	rows := page.Rows(pages)
	if o.report != "" {
		if err := cli.Wait(ctx, func() error { return cli.WriteReport(o.report, stdout, rows) }, cli.File{Path: o.report}); err != nil {
			return fmt.Errorf("book: %w", err)
		}
	}
	return result(show, o, rows, time.Since(begin))
}

// writeAll writes the figures and the page.
func writeAll(ctx context.Context, o options, d page.Document) error {
	if err := page.WriteFigures(o.out, d.Pages); err != nil {
		return err
	}
	return cli.Wait(ctx, func() error { return atomicfile.Write(o.index(), d.Write) }, cli.File{Path: o.index()})
}

// interrupted writes the page of the finished experiments. It returns an error
// that says how to run the others.
func interrupted(ctx context.Context, o options, done []*page.Page, rest []page.Experiment) error {
	if len(done) == 0 {
		return nil
	}
	if err := writeAll(ctx, o, page.Document{Pages: done, Quick: o.quick}); err != nil {
		return fmt.Errorf("book: %w", err)
	}
	return fmt.Errorf("book: %s has the %d finished experiments; to run the others: -out OTHER %s", o.index(), len(done), strings.Join(shortNames(rest), " "))
}

// result prints the counts. It returns an error if a number disagrees.
func result(show io.Writer, o options, rows []page.Row, took time.Duration) error {
	for _, r := range rows {
		if !r.OK {
			fmt.Fprintf(show, "%s: %s: printed or expected %v, ours %v: %s\n", r.ID, r.Quantity, append(r.Printed, r.Expected...), r.Ours, r.Note)
		}
	}
	t := page.Count(rows)
	fmt.Fprintf(show, "%s; %s after %.0f s\n", t, o.index(), took.Seconds())
	if t.Failed > 0 {
		return errors.New("book: some numbers disagree")
	}
	return nil
}
