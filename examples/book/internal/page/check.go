package page

import (
	"fmt"
	"math"
)

// own is the kind of rows without a printed number.
func (p *Page) own() Kind {
	if len(p.Exercises) > 0 {
		return Answer
	}
	return Checked
}

// Check compares computed numbers with those of theory or of another computation of
// ours, to a relative 1e-12, or an absolute 1e-12 for zero.
func (p *Page) Check(quantity string, want, got Numbers) { p.CheckTo(1e-12, quantity, want, got) }

// CheckTo is Check with another tolerance, for limits and approximations.
func (p *Page) CheckTo(tol float64, quantity string, want, got Numbers) {
	ok, note := near(tol, want, got)
	p.add(Row{Quantity: quantity, Expected: want, Ours: got, Kind: p.own(), OK: ok, Note: note, decimals: some})
}

// CheckRounded is Check for numbers known to the given decimals.
func (p *Page) CheckRounded(decimals int, quantity string, want, got Numbers) {
	ok, note := equalRounded(decimals, want, got)
	p.add(Row{Quantity: quantity, Expected: want, Ours: got, Kind: p.own(), OK: ok, Note: note, decimals: decimals})
}

// YesNo is Check for statements: 1 for true and 0 for false.
func (p *Page) YesNo(quantity string, want, got Numbers) {
	ok, _ := near(0, want, got)
	p.add(Row{Quantity: quantity, Expected: want, Ours: got, Kind: p.own(), OK: ok, decimals: words})
}

// Within checks numbers that depend on chance against a law. part is the relative
// tolerance.
func (p *Page) Within(part float64, quantity string, law, ours Numbers) {
	ok, _ := near(part, law, ours)
	p.add(Row{Quantity: quantity, Expected: law, Ours: ours, Kind: p.own(), OK: ok, Note: fmt.Sprintf("within %g %%", 100*part), decimals: some})
}

// Expect checks the mean of many samples: it must lie within four standard errors of
// the theoretical value.
func (p *Page) Expect(quantity string, theory float64, samples []float64) {
	m, sd := Moments(samples)
	se := sd / math.Sqrt(float64(len(samples)))
	p.Holds(quantity, Num(theory), Num(m), math.Abs(m-theory) <= 4*se, fmt.Sprintf("mean of %d, standard error %.2g; tolerance: four standard errors", len(samples), se))
}

// Holds adds a statement about our numbers. ok reports whether it is true, and
// note says what it is.
func (p *Page) Holds(quantity string, expected, ours Numbers, ok bool, note string) {
	p.add(Row{Quantity: quantity, Expected: expected, Ours: ours, Kind: p.own(), OK: ok, Note: note, decimals: some})
}

// Reply adds the answer to a question of the text or of an exercise.
func (p *Page) Reply(quantity string, ours Numbers, ok bool, answer string) {
	p.add(Row{Quantity: quantity, Ours: ours, Kind: Answer, OK: ok, Note: answer, decimals: some})
}
