package datasets

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/twosum"
)

// Scaler shifts and scales the columns of tables:
//
//	x ← (x − mean)/sd
//
// Fit it to the training rows, and apply it to these and all other rows, so that a
// model sees new rows on the same scale and learns nothing about the rows it is
// tested on. It is a plain value that JSON can hold. For the description of a model
// ([descent/nn/modelfile.Normalization]), use Mean and SD of the input columns.
type Scaler struct {
	Mean []float64 // of each column, finite
	SD   []float64 // of each column, finite, more than 0: the standard deviation, or 1

	// Rest is the rounding error of Mean: mean = Mean + Rest. It matters for
	// columns far from 0 with a small spread, such as times in nanoseconds. If nil,
	// it is 0.
	Rest []float64
}

// FitScaler returns the scaler that gives every column of t mean 0 and standard
// deviation 1, as [Table.Standardize] does. The standard deviation is that of the
// population: the sum of squares is divided by the number of rows. SD is 1 for a
// constant column, which becomes 0, and for a column whose standard deviation rounds
// to 0.
//
// It is an error if t has no rows, or a number that is not finite. FitScaler does not
// change t.
func FitScaler(t *Table) (*Scaler, error) {
	err := t.check()
	if err == nil && len(t.Data) == 0 {
		err = errors.New("0 rows: want 1 or more")
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: FitScaler: %w", err)
	}
	s := &Scaler{make([]float64, t.Cols), make([]float64, t.Cols), make([]float64, t.Cols)}
	for c := range t.Cols {
		m, scale, err := t.moments(c)
		if err != nil {
			return nil, fmt.Errorf("datasets: FitScaler: %w", err)
		}
		s.Mean[c], s.Rest[c], s.SD[c] = m.mean/scale, m.rest/scale, m.sd/scale
		if s.SD[c] == 0 {
			s.SD[c] = 1
		}
	}
	return s, nil
}

// Apply scales all columns of t, which must have as many as the scaler. It is an
// error, and changes nothing, if a number is not finite or does not stay finite.
func (s *Scaler) Apply(t *Table) error {
	if err := s.check(t); err != nil {
		return fmt.Errorf("datasets: Scaler: %w", err)
	}
	out := make([]float64, len(t.Data))
	for i, x := range t.Data {
		c := i % t.Cols
		hi, lo := twosum.Sum(x, -s.Mean[c])
		out[i] = (hi + (lo - s.rest(c))) / s.SD[c]
		if v := out[i]; v-v != 0 {
			return fmt.Errorf("datasets: Scaler: row %d, %s is %v and becomes %v: want finite numbers", i/t.Cols, t.column(c), x, v)
		}
	}
	copy(t.Data, out)
	return nil
}

// Undo returns the number that Apply scales to v in column c: v · sd + mean. It
// converts, for example, a model's prediction to a price. It is NaN if the scaler
// has no such column.
func (s *Scaler) Undo(c int, v float64) float64 {
	if c < 0 || c >= len(s.Mean) || c >= len(s.SD) {
		return math.NaN()
	}
	return float64(v*s.SD[c]) + s.rest(c) + s.Mean[c]
}

// rest returns Rest[c], or 0.
func (s *Scaler) rest(c int) float64 {
	if c < len(s.Rest) {
		return s.Rest[c]
	}
	return 0
}

// check reports a scaler that has fields out of range or does not fit t.
func (s *Scaler) check(t *Table) error {
	if err := t.check(); err != nil {
		return err
	}
	if n := len(s.Mean); n != t.Cols || n != len(s.SD) || len(s.Rest) != 0 && len(s.Rest) != n {
		return fmt.Errorf("%d means, %d standard deviations and %d rests for %d columns: want one of each for each column",
			len(s.Mean), len(s.SD), len(s.Rest), t.Cols)
	}
	for c := range t.Cols {
		if v := s.Mean[c]; v-v != 0 {
			return badElement("Mean", c, v, "a finite number")
		}
		if v := s.rest(c); v-v != 0 {
			return badElement("Rest", c, v, "a finite number")
		}
		if v := s.SD[c]; !(v > 0) || v-v != 0 {
			return badElement("SD", c, v, "a finite number above 0")
		}
	}
	return nil
}
