package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// CSV says how a table of numbers is written.
type CSV struct {
	Comma   rune // between fields; if zero, ','; '\t' for TSV
	Comment rune // lines that begin with it are left out; if zero, none are
	Header  bool // the first line names the columns
}

// Table is rows of numbers, as read by [ReadCSV].
type Table struct {
	Names []string  // of the columns; nil without a header
	Cols  int       // columns
	Data  []float64 // rows × Cols
}

// ReadCSV reads a table of numbers to its end: quoted fields, spaces around
// numbers, empty lines and a byte order mark are allowed.
//
// It is an error, which names line and column (both from 1), if a row has
// another number of fields than the first, or if a field is not a finite
// number; and if there are no rows at all.
func ReadCSV(r io.Reader, format CSV) (*Table, error) {
	t, err := readCSV(r, format)
	if err != nil {
		return nil, fmt.Errorf("datasets: CSV: %w", err)
	}
	return t, nil
}

// ReadCSVFile is [ReadCSV] of a file.
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
	br := bufio.NewReader(r)
	if mark, _ := br.Peek(3); string(mark) == "\ufeff" {
		_, _ = br.Discard(3)
	}
	c := csv.NewReader(br)
	c.ReuseRecord = true
	c.FieldsPerRecord = -1 // counted here, for a message in our words
	c.TrimLeadingSpace = format.Comma != ' ' && format.Comma != '\t'
	c.Comment = format.Comment
	if format.Comma != 0 {
		c.Comma = format.Comma
	}
	t := &Table{}
	for {
		record, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := c.FieldPos(0)
		switch {
		case t.Cols == 0:
			t.Cols = len(record)
			if format.Header {
				t.Names = trimmed(record)
				continue
			}
		case len(record) != t.Cols:
			return nil, fmt.Errorf("line %d has %d columns: want %d, as in the first line", line, len(record), t.Cols)
		}
		for i, field := range record {
			v, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				line, _ := c.FieldPos(i)
				return nil, fmt.Errorf("line %d, column %d: %q: want a finite number%s", line, i+1, field, headerHint(t, format))
			}
			t.Data = append(t.Data, v)
		}
	}
	if len(t.Data) == 0 {
		return nil, errors.New("0 rows: want at least 1")
	}
	return t, nil
}

// headerHint guesses at the likeliest mistake in a first line.
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

// csvError says where encoding/csv stumbled in the words of this package.
func csvError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d, byte %d: %w", p.Line, p.Column, p.Err)
	}
	return err
}

// check reports a table, not of [ReadCSV], whose data are not whole rows.
func (t *Table) check() error {
	if t.Cols < 1 || len(t.Data)%t.Cols != 0 {
		return fmt.Errorf("%d values in %d columns: want whole rows", len(t.Data), t.Cols)
	}
	return nil
}

// Rows is the number of rows.
func (t *Table) Rows() int { return len(t.Data) / max(t.Cols, 1) }

// Standardize shifts and scales every column to mean 0 and standard deviation
// 1, that of the population (the sum of squares divided by the rows). It
// returns what it took away, rounded to float64: x ← (x − mean)/sd.
//
// The numbers are taken to be exact, and the mean that is subtracted has more
// digits than the one returned: columns far from 0 with a small spread, such as
// times in nanoseconds, come out right. Numbers that differ in their last digit
// alone are scaled like any others; those that became equal when they were
// read make a constant column.
//
// It is an error, and nothing is changed, if a column is constant, if it has a
// number that is not finite, or if its standard deviation is so small
// that it rounds to 0.
func (t *Table) Standardize() (mean, sd []float64, err error) {
	if err := t.check(); err != nil {
		return nil, nil, fmt.Errorf("datasets: Standardize: %w", err)
	}
	mean, sd = make([]float64, t.Cols), make([]float64, t.Cols)
	all, scales := make([]moments, t.Cols), make([]float64, t.Cols)
	column := make([]float64, t.Rows())
	for c := range t.Cols {
		low, high := math.Inf(1), math.Inf(-1)
		for r := range column {
			v := t.Data[r*t.Cols+c]
			if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
				return nil, nil, fmt.Errorf("datasets: Standardize: row %d, column %d is %v: want finite numbers", r, c, v)
			}
			column[r], low, high = v, min(low, v), max(high, v)
		}
		// A power of two, which costs no digit, brings the numbers to [−1, 1],
		// so that no sum and no square is too large or too small.
		_, exponent := math.Frexp(max(-low, high))
		scale := math.Ldexp(1, min(-exponent, 1022))
		for r := range column {
			column[r] *= scale
		}
		if low < high {
			all[c] = momentsOf(column)
		}
		scales[c], mean[c], sd[c] = scale, all[c].mean/scale, all[c].sd/scale
		if sd[c] == 0 {
			return nil, nil, fmt.Errorf("datasets: Standardize: column %d has standard deviation 0: want a positive one", c)
		}
	}
	for i, v := range t.Data {
		c := i % t.Cols
		t.Data[i] = all[c].deviation(float64(v*scales[c])) / all[c].sd
	}
	return mean, sd, nil
}

// Dataset makes a dataset of the rows: these columns (from 0) are the
// targets, in this order, and the other ones the inputs, rounded to float32.
func (t *Table) Dataset(targets ...int) (*Slices, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("datasets: Table: %w", err)
	}
	for i, c := range targets {
		if c < 0 || c >= t.Cols || slices.Contains(targets[:i], c) {
			return nil, fmt.Errorf("datasets: Table: target column %d: want different ones in [0, %d)", c, t.Cols)
		}
	}
	if len(targets) >= t.Cols {
		return nil, fmt.Errorf("datasets: Table: %d targets of %d columns: want at least one column for the inputs", len(targets), t.Cols)
	}
	a := Arrays{Shape: []int{t.Cols - len(targets)}}
	for row := range slices.Chunk(t.Data, t.Cols) {
		for c, v := range row {
			if !slices.Contains(targets, c) {
				a.Inputs = append(a.Inputs, float32(v))
			}
		}
		for _, c := range targets {
			a.Targets = append(a.Targets, float32(row[c]))
		}
	}
	return FromSlices(a)
}
