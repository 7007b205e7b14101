package datasets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"descent/internal/isnil"
)

// CSV is the format of a table of numbers.
type CSV struct {
	Comma   rune // between fields; if zero, ','; '\t' for TSV
	Comment rune // lines that begin with it are skipped; if zero, none
	Header  bool // the first line names the columns
}

// ReadCSV reads a table of numbers to the end of r. [ReadColumns] reads categories
// and missing values too. Quoted fields, spaces around numbers, a byte order mark
// and blank lines are allowed. A line of white space is blank, even if white space
// separates the fields.
//
// It is an error, which names the line and the column, if a row does not have as
// many fields as the first, or if a field is not a finite number. It is also an error
// if there are no rows.
func ReadCSV(r io.Reader, format CSV) (*Table, error) {
	t, err := readCSV(r, format)
	if err != nil {
		return nil, fmt.Errorf("datasets: CSV: %w", err)
	}
	return t, nil
}

// ReadCSVFile calls [ReadCSV] on a file.
func ReadCSVFile(name string, format CSV) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("datasets: CSV: %w", err)
	}
	defer f.Close()
	t, err := readCSV(f, format)
	if err != nil {
		return nil, fmt.Errorf("datasets: CSV: %s: %w", name, err)
	}
	return t, nil
}

func readCSV(r io.Reader, format CSV) (*Table, error) {
	t := &Table{}
	err := eachRecord(r, format, t, func() error { return nil }, func(record []string, line func(field int) int) error {
		for i, field := range record {
			v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("line %d, %s: %s: want a finite number%s", line(i), t.column(i), quoted(field), headerHint(t, format))
			}
			t.Data = append(t.Data, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(t.Data) == 0 {
		return nil, errors.New("0 rows: want 1 or more")
	}
	return t, nil
}

// eachRecord reads records to the end of r. It sets Cols and, with a header, Names
// of t, and calls first. It then calls row for each record except the header, with a
// function that returns the line of a field.
func eachRecord(r io.Reader, format CSV, t *Table, first func() error, row func(record []string, line func(field int) int) error) error {
	if isnil.Value(r) {
		return errors.New("the reader is nil: want an io.Reader")
	}
	br := bufio.NewReader(r)
	if mark, _ := br.Peek(3); string(mark) == "\ufeff" {
		_, _ = br.Discard(3)
	}
	c := csv.NewReader(&blankLines{r: br})
	c.ReuseRecord = true
	c.FieldsPerRecord = -1 // counted here, for a message in our words
	c.TrimLeadingSpace = format.Comma != ' ' && format.Comma != '\t'
	c.Comment = format.Comment
	if format.Comma != 0 {
		c.Comma = format.Comma
	}
	line := func(field int) int {
		n, _ := c.FieldPos(field)
		return n
	}
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return csvError(err)
		}
		switch {
		case t.Cols == 0:
			t.Cols = len(record)
			if format.Header {
				t.Names = trimmed(record)
			}
			if err := first(); err != nil {
				return err
			}
			if format.Header {
				continue
			}
		case len(record) != t.Cols:
			return fmt.Errorf("line %d has %d columns: want %d, as in the first line", line(0), len(record), t.Cols)
		}
		if err := row(record, line); err != nil {
			return err
		}
	}
}

// quoted quotes text from a file or server, and truncates it if it is long.
func quoted(s string) string {
	const most = 50
	if len(s) > 2*most {
		return fmt.Sprintf("%q… (%d bytes)", s[:most], len(s))
	}
	return strconv.Quote(s)
}

// blankLines reads r and empties lines of white space, which package csv then skips.
type blankLines struct {
	r    *bufio.Reader
	line []byte // the rest of a line
	err  error  // after it
}

// Read reads lines until p is full, since calls for one at a time are slow.
func (b *blankLines) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(b.line) == 0 {
			if b.err != nil {
				return n, b.err
			}
			b.next()
		}
		m := copy(p[n:], b.line)
		b.line = b.line[m:]
		n += m
	}
	return n, nil
}

func (b *blankLines) next() {
	b.line, b.err = b.r.ReadSlice('\n')
	if b.err == bufio.ErrBufferFull {
		begin := bytes.Clone(b.line)
		b.line, b.err = b.r.ReadBytes('\n')
		b.line = append(begin, b.line...)
	}
	if len(b.line) > 0 && len(bytes.TrimSpace(b.line)) == 0 {
		b.line = []byte("\n")
	}
}

// headerHint suggests the likeliest mistake in a first line.
func headerHint(t *Table, format CSV) string {
	if len(t.Data) < t.Cols && !format.Header {
		return " (set Header if the first line names the columns)"
	}
	return ""
}

func trimmed(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.TrimSpace(f)
	}
	return out
}

// csvError rewords an error of encoding/csv.
func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d, byte %d: %w", p.Line, p.Column, p.Err)
	}
	return err
}
