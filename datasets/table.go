package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Table is rows of numbers, as read by [ReadCSV].
// Rows and columns count from 0, in arguments and in errors: column c is
// Names[c]. Lines of a file, and bytes in a line, count from 1, as in an editor.
type Table struct {
	Names []string  // of the columns; nil without a header
	Cols  int       // columns
	Data  []float64 // rows × Cols
}

// check reports a table, not from [ReadCSV], whose data are not complete rows.
func (t *Table) check() error {
	if t == nil {
		return errors.New("the table is nil: want a Table")
	}
	if t.Cols < 1 || len(t.Data)%t.Cols != 0 {
		return fmt.Errorf("%d values in %d columns: want whole rows", len(t.Data), t.Cols)
	}
	return nil
}

// Rows returns the number of rows.
func (t *Table) Rows() int { return len(t.Data) / max(t.Cols, 1) }

// Standardize shifts and scales every column to mean 0 and standard deviation
// 1, x ← (x − mean)/sd, and returns mean and sd. The standard deviation is that
// of the population: the sum of squares is divided by the number of rows. The
// subtracted mean has more digits than the returned one, so columns far from 0
// with a small spread, such as times in nanoseconds, lose no digits. To scale new
// rows like those that a model was trained on, use a [Scaler].
//
// It is an error, and changes nothing, if a column is constant, if it has a
// number that is not finite, or if its standard deviation rounds to 0.
func (t *Table) Standardize() (mean, sd []float64, err error) {
	if err := t.check(); err != nil {
		return nil, nil, fmt.Errorf("datasets: Standardize: %w", err)
	}
	mean, sd = make([]float64, t.Cols), make([]float64, t.Cols)
	all, scales := make([]moments, t.Cols), make([]float64, t.Cols)
	for c := range t.Cols {
		if all[c], scales[c], err = t.moments(c); err != nil {
			return nil, nil, fmt.Errorf("datasets: Standardize: %w", err)
		}
		mean[c], sd[c] = all[c].mean/scales[c], all[c].sd/scales[c]
		if sd[c] == 0 {
			return nil, nil, fmt.Errorf("datasets: Standardize: %s has standard deviation 0: want a positive one", t.column(c))
		}
	}
	for i, v := range t.Data {
		c := i % t.Cols
		t.Data[i] = all[c].deviation(float64(v*scales[c])) / all[c].sd
	}
	return mean, sd, nil
}

// moments returns the moments of column c multiplied by scale, a power of two that
// brings the numbers to [−1, 1] without losing digits, so that no sum or square is
// too large or too small. If all numbers are equal, they are those of a constant.
func (t *Table) moments(c int) (m moments, scale float64, err error) {
	column := make([]float64, t.Rows())
	low, high := math.Inf(1), math.Inf(-1)
	for r := range column {
		v := t.Data[r*t.Cols+c]
		if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
			return m, 0, fmt.Errorf("row %d, %s is %v: want finite numbers", r, t.column(c), v)
		}
		column[r], low, high = v, min(low, v), max(high, v)
	}
	_, exponent := math.Frexp(max(-low, high))
	scale = math.Ldexp(1, min(-exponent, 1022))
	for r := range column {
		column[r] *= scale
	}
	if low < high {
		return momentsOf(column), scale, nil
	}
	if len(column) > 0 {
		m.mean = column[0]
	}
	return m, scale, nil
}

// Subset returns a table of copies of these rows, in this order; a row may occur
// more than once. It is an error if there are none, or if one is outside
// [0, Rows()).
func (t *Table) Subset(rows []int) (*Table, error) {
	err := t.check()
	if err == nil {
		err = checkRows(rows, t.Rows())
	}
	if err == nil && len(rows) == 0 {
		err = errors.New("0 rows: want 1 or more")
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: Table: Subset: %w", err)
	}
	return &Table{Names: slices.Clone(t.Names), Cols: t.Cols, Data: pick(nil, t.Data, t.Cols, rows)}, nil
}

// Dataset returns the rows as a dataset. These columns are the targets, in this
// order, and the others are the inputs, rounded to float32.
func (t *Table) Dataset(targets ...int) (*Slices, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("datasets: Table: %w", err)
	}
	for i, c := range targets {
		if c < 0 || c >= t.Cols || slices.Contains(targets[:i], c) {
			return nil, fmt.Errorf("datasets: Table: target column %d: want distinct columns in [0, %d)", c, t.Cols)
		}
	}
	if len(targets) >= t.Cols {
		return nil, fmt.Errorf("datasets: Table: %d targets of %d columns: want 1 or more columns for the inputs", len(targets), t.Cols)
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

// column returns the number of a column and, if there is a header, its name.
func (t *Table) column(c int) string {
	if c < len(t.Names) {
		return fmt.Sprintf("column %d (%s)", c, quoted(t.Names[c]))
	}
	return fmt.Sprintf("column %d", c)
}
