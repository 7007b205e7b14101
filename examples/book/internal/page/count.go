package page

import (
	"fmt"
	"strings"
)

// Tally counts rows by kind. A row that disagrees is only in Failed.
type Tally struct {
	Exact, InBand, CannotTell, Errata, Answers, Checks, Shown, Failed int
}

// Count counts rows.
func Count(rows []Row) (t Tally) {
	for _, r := range rows {
		switch {
		case !r.OK:
			t.Failed++
		case r.Kind == Exact:
			t.Exact++
		case r.Kind == InBand:
			t.InBand++
		case r.Kind == CannotTell:
			t.CannotTell++
		case r.Kind == Wrong:
			t.Errata++
		case r.Kind == Answer:
			t.Answers++
		case r.Kind == Checked:
			t.Checks++
		default:
			t.Shown++
		}
	}
	return t
}

// String lists the counts that are not zero.
func (t Tally) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{
		{t.Exact, "exact"},
		{t.InBand, "within band"},
		{t.CannotTell, "cannot tell"},
		{t.Errata, "errata"},
		{t.Answers, "answers"},
		{t.Checks, "own checks"},
		{t.Failed, "DISAGREE"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if len(parts) == 0 {
		return "nothing judged"
	}
	return strings.Join(parts, ", ")
}
