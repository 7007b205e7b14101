package page

import (
	"fmt"
	"math"
	"strconv"
)

// Kind says what a row is, and how it is judged.
type Kind string

const (
	Exact      Kind = "exact"       // a printed number that does not depend on chance
	InBand     Kind = "band"        // a printed number within our band, which excludes the alternatives
	CannotTell Kind = "cannot tell" // a printed number within our band, which does not exclude them
	Wrong      Kind = "erratum"     // the document is wrong
	Answer     Kind = "answer"      // of an exercise, or to a question of the text
	Checked    Kind = "check"       // two computations of ours against each other
	Shown      Kind = "info"        // shown but not judged
)

// Row is a row of the tables.
type Row struct {
	ID       string  `json:"id"`
	Section  string  `json:"section"`
	Quantity string  `json:"quantity"`
	Printed  Numbers `json:"printed"`            // by the document
	Expected Numbers `json:"expected,omitempty"` // of a check or an answer: by theory, or by another computation
	Ours     Numbers `json:"ours"`
	Kind     Kind    `json:"kind"`
	OK       bool    `json:"ok"` // false if it disagrees
	Note     string  `json:"note"`
	Slip     *Slip   `json:"slip,omitempty"` // of an erratum

	decimals int // of the printed numbers, or a negative format
}

// Numbers is a list of numbers. In JSON a single number has no brackets, and an
// empty list or a non-finite number is null.
type Numbers []float64

// MarshalJSON implements [encoding/json.Marshaler].
func (n Numbers) MarshalJSON() ([]byte, error) {
	text := make([]byte, 0, 16*len(n))
	one := func(v float64) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			text = append(text, "null"...)
			return
		}
		text = strconv.AppendFloat(text, v, 'g', -1, 64)
	}
	switch len(n) {
	case 0:
		return []byte("null"), nil
	case 1:
		one(n[0])
		return text, nil
	}
	text = append(text, '[')
	for i, v := range n {
		if i > 0 {
			text = append(text, ',')
		}
		one(v)
	}
	return append(text, ']'), nil
}

// How to show numbers without a fixed number of decimals.
const (
	all17 = -1 // all digits
	some  = -2 // six digits
	words = -3 // yes for 1 and no for 0
)

// Num returns its arguments.
func Num(v ...float64) Numbers { return v }

func (p *Page) add(r Row) {
	r.ID, r.Section = p.ID, p.Section()
	p.Rows = append(p.Rows, r)
}

// Exact judges numbers printed in full, to a relative 1e-12, or an absolute 1e-12 for
// zero.
func (p *Page) Exact(quantity string, printed, ours Numbers) {
	p.ExactTo(1e-12, quantity, printed, ours)
}

// ExactTo is Exact with another tolerance, for numbers printed with fewer digits.
func (p *Page) ExactTo(tol float64, quantity string, printed, ours Numbers) {
	ok, note := near(tol, printed, ours)
	p.add(Row{Quantity: quantity, Printed: printed, Ours: ours, Kind: Exact, OK: ok, Note: note, decimals: all17})
}

// Rounded judges numbers printed with the given decimals: ours must be equal when
// rounded.
func (p *Page) Rounded(decimals int, quantity string, printed, ours Numbers) {
	ok, note := equalRounded(decimals, printed, ours)
	p.add(Row{Quantity: quantity, Printed: printed, Ours: ours, Kind: Exact, OK: ok, Note: note, decimals: decimals})
}

// Info shows numbers that are not judged.
func (p *Page) Info(quantity string, printed, ours Numbers, note string) {
	p.add(Row{Quantity: quantity, Printed: printed, Ours: ours, Kind: Shown, OK: true, Note: note, decimals: some})
}

// near reports whether numbers are equal to a relative tolerance. The note has the
// largest difference.
func near(tol float64, want, got Numbers) (ok bool, note string) {
	ok, worst := len(want) == len(got), 0.0
	for i := range min(len(want), len(got)) {
		size := math.Abs(want[i])
		if size == 0 {
			size = 1
		}
		worst = max(worst, math.Abs(want[i]-got[i])/size) // NaN stays
	}
	note = fmt.Sprintf("relative difference %.1g", worst)
	if tol > 1e-12 {
		note += fmt.Sprintf(", tolerance %.1g", tol)
	}
	return ok && worst <= tol, note
}

// equalRounded reports whether numbers are equal to the given decimals.
func equalRounded(decimals int, want, got Numbers) (ok bool, note string) {
	ok = len(want) == len(got)
	for i := range min(len(want), len(got)) {
		a, b := fmt.Sprintf("%.*f", decimals, want[i]), fmt.Sprintf("%.*f", decimals, got[i])
		ok = ok && (a == b || a == "-"+b || "-"+a == b) // a zero has no sign
	}
	if decimals == 1 {
		return ok, "to 1 decimal"
	}
	return ok, fmt.Sprintf("to %d decimals", decimals)
}

// Moments returns the mean and the standard deviation of a sample.
func Moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(max(len(v)-1, 1))
	}
	return mean, math.Sqrt(sd)
}
