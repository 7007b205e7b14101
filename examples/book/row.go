package main

import (
	"fmt"
	"math"
	"strconv"
)

// kind says how a printed number is checked.
type kind string

const (
	exact   kind = "exact"   // does not depend on chance
	band    kind = "band"    // must be within the range of many seeds
	erratum kind = "erratum" // the document is wrong
	info    kind = "info"    // shown but not checked
)

// row is a row of the table of printed numbers, ours and verdicts.
type row struct {
	ID       string  `json:"id"`
	Section  string  `json:"section"`
	Quantity string  `json:"quantity"`
	Printed  numbers `json:"printed"`
	Ours     numbers `json:"ours"`
	Kind     kind    `json:"kind"`
	OK       bool    `json:"ok"`
	Note     string  `json:"note"`

	decimals int // of the printed numbers; negative for all17 or some
}

// numbers is a list of numbers. In JSON a single number has no brackets, and an
// empty list or a non-finite number is null.
type numbers []float64

// MarshalJSON implements [encoding/json.Marshaler].
func (n numbers) MarshalJSON() ([]byte, error) {
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
	some  = -2 // seven digits
)

// num returns its arguments.
func num(v ...float64) numbers { return v }

func (p *page) add(decimals int, quantity string, printed, ours numbers, k kind, ok bool, note string) {
	p.rows = append(p.rows, row{
		ID: p.experiment.id, Section: p.experiment.section, Quantity: quantity,
		Printed: printed, Ours: ours, Kind: k, OK: ok, Note: note, decimals: decimals,
	})
}

// exact checks numbers printed in full, to a relative 1e-12; zero to 1e-12.
func (p *page) exact(quantity string, printed, ours numbers) {
	p.exactTo(1e-12, quantity, printed, ours)
}

// exactTo is exact with another tolerance, for limits and approximations.
func (p *page) exactTo(tol float64, quantity string, printed, ours numbers) {
	ok, worst := len(printed) == len(ours), 0.0
	for i := range min(len(printed), len(ours)) {
		size := math.Abs(printed[i])
		if size == 0 {
			size = 1
		}
		worst = max(worst, math.Abs(printed[i]-ours[i])/size) // NaN stays
	}
	note := fmt.Sprintf("relative difference %.1g", worst)
	if tol > 1e-12 {
		note += fmt.Sprintf(", tolerance %.1g", tol)
	}
	p.add(all17, quantity, printed, ours, exact, ok && worst <= tol, note)
}

// within checks numbers that depend on chance against a law. part is the relative
// tolerance.
func (p *page) within(part float64, quantity string, law, ours numbers) {
	ok := len(law) == len(ours)
	for i := range min(len(law), len(ours)) {
		ok = ok && math.Abs(ours[i]-law[i]) <= part*math.Abs(law[i])
	}
	p.add(some, quantity, law, ours, band, ok, fmt.Sprintf("within %g %%", 100*part))
}

// rounded checks numbers printed with the given decimals: ours must be equal when
// rounded.
func (p *page) rounded(decimals int, quantity string, printed, ours numbers) {
	ok := len(printed) == len(ours)
	for i := range min(len(printed), len(ours)) {
		a, b := fmt.Sprintf("%.*f", decimals, printed[i]), fmt.Sprintf("%.*f", decimals, ours[i])
		ok = ok && (a == b || a == "-"+b || "-"+a == b) // a zero has no sign
	}
	note := fmt.Sprintf("to %d decimals", decimals)
	if decimals == 1 {
		note = "to 1 decimal"
	}
	p.add(decimals, quantity, printed, ours, exact, ok, note)
}

// band checks a number that depends on chance: it must lie within four standard
// deviations of our mean over seeds, plus half a unit of its last decimal.
func (p *page) band(quantity string, decimals int, printed float64, ours []float64) {
	m, sd := moments(ours)
	ok := math.Abs(printed-m) <= 4*sd+.5*math.Pow(10, -float64(decimals))
	p.add(decimals, quantity, num(printed), num(m), band, ok, fmt.Sprintf("%d seeds, standard deviation %.2g: range %.4g to %.4g", len(ours), sd, m-4*sd, m+4*sd))
}

// erratum shows an error of a document. Ours is the right value, and ok reports
// whether the computation confirms the note.
func (p *page) erratum(quantity string, printed, ours numbers, ok bool, note string) {
	p.add(some, quantity, printed, ours, erratum, ok, note)
}

// info shows a number that is not checked.
func (p *page) info(quantity string, printed, ours numbers, note string) {
	p.add(some, quantity, printed, ours, info, true, note)
}

// moments returns the mean and the standard deviation of a sample.
func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(max(len(v)-1, 1))
	}
	return mean, math.Sqrt(sd)
}
