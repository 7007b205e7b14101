package main

import (
	"fmt"
	"math"
	"strconv"
)

// kind is how a printed number is judged.
type kind string

const (
	exact   kind = "exact"   // it does not depend on chance
	band    kind = "band"    // it lies in the band of many seeds
	erratum kind = "erratum" // the document is wrong
	info    kind = "info"    // shown, not judged
)

// row is a line of the table *printed, ours, verdict*.
type row struct {
	ID       string  `json:"id"`
	Section  string  `json:"section"`
	Quantity string  `json:"quantity"`
	Printed  numbers `json:"printed"`
	Ours     numbers `json:"ours"`
	Kind     kind    `json:"kind"`
	OK       bool    `json:"ok"`
	Note     string  `json:"note"`

	decimals int // of the printed numbers, for people; if negative, all there are
}

// numbers are one or more; in JSON one stands without brackets, and none is
// null, as is one that is not finite.
type numbers []float64

// MarshalJSON writes one number, or a list.
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

// How numbers that were not printed with a number of decimals are shown.
const (
	all17 = -1 // with all digits
	some  = -2 // with seven
)

// num is the numbers given.
func num(v ...float64) numbers { return v }

func (p *page) add(decimals int, quantity string, printed, ours numbers, k kind, ok bool, note string) {
	p.rows = append(p.rows, row{
		ID: p.experiment.id, Section: p.experiment.section, Quantity: quantity,
		Printed: printed, Ours: ours, Kind: k, OK: ok, Note: note, decimals: decimals,
	})
}

// exact judges numbers printed in full: they agree to 1e-12 of their size, and
// zero to 1e-12.
func (p *page) exact(quantity string, printed, ours numbers) {
	p.exactTo(1e-12, quantity, printed, ours)
}

// exactTo is exact for a tolerance of its own, where one of the two is a limit
// or an approximation.
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
		note += fmt.Sprintf(", at most %.1g", tol)
	}
	p.add(all17, quantity, printed, ours, exact, ok && worst <= tol, note)
}

// within judges numbers that depend on chance by a law that they follow: they
// are no further from it than so large a part.
func (p *page) within(part float64, quantity string, law, ours numbers) {
	ok := len(law) == len(ours)
	for i := range min(len(law), len(ours)) {
		ok = ok && math.Abs(ours[i]-law[i]) <= part*math.Abs(law[i])
	}
	p.add(some, quantity, law, ours, band, ok, fmt.Sprintf("to %g %%", 100*part))
}

// rounded judges numbers printed with so many decimals: ours are the same when
// rounded.
func (p *page) rounded(decimals int, quantity string, printed, ours numbers) {
	ok := len(printed) == len(ours)
	for i := range min(len(printed), len(ours)) {
		a, b := fmt.Sprintf("%.*f", decimals, printed[i]), fmt.Sprintf("%.*f", decimals, ours[i])
		ok = ok && (a == b || a == "-"+b || "-"+a == b) // a zero has no sign
	}
	note := fmt.Sprintf("to %d decimals", decimals)
	if decimals == 1 {
		note = "to one decimal"
	}
	p.add(decimals, quantity, printed, ours, exact, ok, note)
}

// band judges a number that depends on chance: it lies within four standard
// deviations of the mean of ours over seeds. Half a unit of its last decimal is
// allowed for its rounding.
func (p *page) band(quantity string, decimals int, printed float64, ours []float64) {
	m, sd := moments(ours)
	ok := math.Abs(printed-m) <= 4*sd+.5*math.Pow(10, -float64(decimals))
	p.add(decimals, quantity, num(printed), num(m), band, ok, fmt.Sprintf("%d seeds, sd %.2g: %.4g to %.4g", len(ours), sd, m-4*sd, m+4*sd))
}

// erratum shows what a document has wrong. Ours is the right value, and ok says
// that what was computed bears out the note.
func (p *page) erratum(quantity string, printed, ours numbers, ok bool, note string) {
	p.add(some, quantity, printed, ours, erratum, ok, note)
}

// info shows a number that is not judged.
func (p *page) info(quantity string, printed, ours numbers, note string) {
	p.add(some, quantity, printed, ours, info, true, note)
}

// moments are the mean and the standard deviation of a sample.
func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(max(len(v)-1, 1))
	}
	return mean, math.Sqrt(sd)
}
