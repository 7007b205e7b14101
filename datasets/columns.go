package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// ColumnKind is the kind of values in a column of a CSV file.
type ColumnKind int

const (
	Number   ColumnKind = iota // a finite number
	Category                   // one of a few texts
	Ignored                    // anything; the column is not read
)

// Missing says what to do with a missing value.
type Missing int

const (
	MissingError Missing = iota // it is an error
	MissingFill                 // it becomes Column.Fill; in a [Category], the category ""
	MissingMean                 // it becomes the mean of the column's other numbers
	MissingDrop                 // its row is left out
)

// Column describes a column of a CSV file, for [ReadColumns].
type Column struct {
	Name string // in the header; without a header, for the table's names, and may be empty
	Kind ColumnKind

	// Missing says what to do with fields that, apart from white space, are empty or
	// one of Absent, such as "NA" or "?".
	Missing Missing
	Absent  []string
	Fill    float64

	// Categories are the distinct texts of a [Category]. If nil, they are those in the
	// file, sorted. A category becomes one column of 0 and 1 for each or, with Index,
	// a single column of numbers from 0. A text that is not among them is an error
	// or, with Other, one more category after them.
	Categories []string
	Index      bool
	Other      bool
}

// maxOneHot is the maximum number of categories that become columns.
const maxOneHot = 1000

// ReadColumns reads a table to the end of r, like [ReadCSV], with columns of several
// kinds. With a header, it finds columns by their names and ignores unlisted ones.
// Without one, the list describes each column, in the order of the file. The columns
// of the table have the order of the list. Their names are Column.Name or, for the
// columns of a category, names such as "color=red" and "color=other".
//
// The returned list has the Categories and means of this file filled in. Use it to
// read further files in the same way: those to test on, or to predict.
//
// It is an error, which names the line and the column, if a field must be a number
// but is neither that nor missing, or is a category that is not listed. It is also an
// error if a column is not in the header or occurs there twice, a field of the list is
// out of range, a column that needs a mean has no number, a category without Index has
// more than 1,000 texts, or there are no rows. Dropped rows are not checked further.
func ReadColumns(r io.Reader, format CSV, columns []Column) (*Table, []Column, error) {
	t, fitted, err := readColumns(r, format, columns)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: CSV: %w", err)
	}
	return t, fitted, nil
}

// ReadColumnsFile calls [ReadColumns] on a file.
func ReadColumnsFile(name string, format CSV, columns []Column) (*Table, []Column, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: CSV: %w", err)
	}
	defer f.Close()
	t, fitted, err := readColumns(f, format, columns)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: CSV: %s: %w", name, err)
	}
	return t, fitted, nil
}

func readColumns(r io.Reader, format CSV, columns []Column) (*Table, []Column, error) {
	readers, err := columnReaders(columns)
	if err != nil {
		return nil, nil, err
	}
	file, rows := &Table{}, 0
	err = eachRecord(r, format, file, func() error {
		return place(readers, file, len(columns))
	}, func(record []string, line func(int) int) error {
		for _, c := range readers {
			if c.Missing == MissingDrop && c.missing(record[c.field]) {
				return nil
			}
		}
		rows++
		for _, c := range readers {
			if err := c.add(record[c.field]); err != nil {
				return fmt.Errorf("line %d, %s: %w", line(c.field), file.column(c.field), err)
			}
		}
		return nil
	})
	if err == nil && rows == 0 {
		err = errors.New("0 rows: want 1 or more")
	}
	if err != nil {
		return nil, nil, err
	}
	t, fitted := &Table{}, slices.Clone(columns)
	for _, c := range readers {
		if err := c.fit(); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", file.column(c.field), err)
		}
	}
	next := 0
	for i := range fitted {
		if fitted[i].Kind != Ignored {
			fitted[i] = readers[next].Column
			t.Names = append(t.Names, readers[next].names()...)
			next++
		}
	}
	t.Cols = len(t.Names)
	if rows > math.MaxInt/8/t.Cols {
		return nil, nil, fmt.Errorf("%d rows of %d columns: want a product that fits in memory", rows, t.Cols)
	}
	t.Data = make([]float64, 0, rows*t.Cols)
	for row := range rows {
		for _, c := range readers {
			t.Data = c.appendTo(t.Data, row)
		}
	}
	return t, fitted, nil
}

// columnReaders reports columns with fields out of range, and returns readers for
// the columns not ignored. Their fields are the positions in the list.
func columnReaders(columns []Column) (readers []*columnReader, err error) {
	for i, c := range columns {
		name := fmt.Sprintf("columns[%d]", i)
		switch {
		case c.Kind < Number || c.Kind > Ignored:
			return nil, fmt.Errorf("%s.Kind = %d: want Number, Category or Ignored", name, c.Kind)
		case c.Missing < MissingError || c.Missing > MissingDrop:
			return nil, fmt.Errorf("%s.Missing = %d: want MissingError, MissingFill, MissingMean or MissingDrop", name, c.Missing)
		case c.Kind == Category && c.Missing == MissingMean:
			return nil, fmt.Errorf("%s.Missing = MissingMean of a Category: want another", name)
		case c.Fill-c.Fill != 0: // NaN − NaN and Inf − Inf are NaN
			return nil, fmt.Errorf("%s.Fill = %v: want a finite number", name, c.Fill)
		case c.Kind == Ignored:
			continue
		}
		reader := &columnReader{Column: c, field: i, index: map[string]int{}, known: c.Categories != nil}
		reader.Categories = slices.Clone(c.Categories)
		for j, text := range c.Categories {
			if _, ok := reader.index[text]; ok {
				return nil, fmt.Errorf("%s.Categories[%d] = %s: want distinct texts", name, j, quoted(text))
			}
			reader.index[text] = j
		}
		readers = append(readers, reader)
	}
	if len(readers) == 0 {
		return nil, fmt.Errorf("%d columns to read: want 1 or more", len(readers))
	}
	return readers, nil
}

// place finds the fields of n columns in the file, by name if it has a header.
func place(readers []*columnReader, file *Table, n int) error {
	if file.Names == nil {
		if n != file.Cols {
			return fmt.Errorf("%d columns described, but the first line has %d: want the same number", n, file.Cols)
		}
		return nil
	}
	for i, c := range readers {
		field := slices.Index(file.Names, c.Name)
		if field < 0 {
			return fmt.Errorf("the header has no column %s: want all described columns", quoted(c.Name))
		}
		if slices.Contains(file.Names[field+1:], c.Name) || slices.ContainsFunc(readers[:i], func(o *columnReader) bool { return o.Name == c.Name }) {
			return fmt.Errorf("column %s occurs twice: want distinct names", quoted(c.Name))
		}
		c.field = field
	}
	return nil
}
