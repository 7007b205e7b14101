package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"descent/internal/isnil"
)

var errNilWriter = errors.New("report: the writer is nil: want an io.Writer")

// WriteText writes the report as plain text for a terminal. The only control
// characters are line feeds. Errors are those of w.
func (r *Report) WriteText(w io.Writer) error {
	if isnil.Value(w) {
		return errNilWriter
	}
	b := bufio.NewWriter(w)
	for _, s := range r.Summary() {
		paragraph(b, s)
	}
	for i := range r.Workloads {
		r.textOf(b, &r.Workloads[i])
	}
	heading(b, "Across workloads")
	for _, s := range r.acrossText() {
		paragraph(b, s)
	}
	if len(r.Across.Workloads) > 1 {
		fmt.Fprintln(b)
		r.overall().write(b)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

func (r *Report) textOf(b *bufio.Writer, w *Workload) {
	heading(b, clean(w.Name)+": "+clean(w.About))
	paragraph(b, r.what(w))
	for _, s := range r.remarks(w) {
		paragraph(b, s)
	}
	fmt.Fprintln(b)
	scores, arrivals := r.scores(w).split(5) // a terminal is narrow
	scores.write(b)
	fmt.Fprintln(b)
	arrivals.write(b)
	fmt.Fprintln(b)
	w.chosen().write(b)
	if len(w.Published) > 0 {
		fmt.Fprintln(b)
		beside, _ := w.comparisons().split(8) // without the sources
		beside.write(b)
		paragraph(b, "Source: "+strings.Join(w.sources(), "; ")+".")
	}
	fmt.Fprintln(b)
	for _, s := range w.verdicts() {
		paragraph(b, s)
	}
}

// sources returns the sources of the published results, without duplicates.
func (w *Workload) sources() (all []string) {
	for _, c := range w.Published {
		if s := clean(c.Source); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func heading(b *bufio.Writer, s string) {
	fmt.Fprintf(b, "\n%s\n%s\n", s, strings.Repeat("─", min(utf8.RuneCountInString(s), textWidth)))
}

const textWidth = 100

// paragraph writes a text, broken into lines.
func paragraph(b *bufio.Writer, s string) {
	used := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > textWidth:
			fmt.Fprint(b, "\n  ")
			used = 2
		default:
			fmt.Fprint(b, " ")
			used++
		}
		fmt.Fprint(b, word)
		used += n
	}
	fmt.Fprintln(b)
}

// write writes a table with aligned columns.
func (t table) write(b *bufio.Writer) {
	widths := make([]int, len(t.Head))
	head := make([]string, len(t.Head))
	for i, c := range t.Head {
		head[i] = c.Name
	}
	rows := append([][]string{head}, t.Rows...)
	for _, row := range rows {
		for i, s := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(s))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, s := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(s))
			if t.Head[i].Text {
				line.WriteString(s + pad)
			} else {
				line.WriteString(pad + s)
			}
		}
		fmt.Fprintln(b, strings.TrimRight(line.String(), " "))
	}
}
