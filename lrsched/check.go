package lrsched

import (
	"errors"
	"fmt"
	"math"

	"descent/internal/caught"
	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Combinator is implemented by a schedule made of others, so that [Validate]
// and [Check] check those too.
type Combinator interface {
	Schedule
	// Parts returns all schedules within, for a run of the given length.
	Parts(updates int) []Part
}

// Part is a schedule within a [Combinator].
type Part struct {
	Field    string // the field that holds it, for errors: "Warmup: Then"
	Schedule Schedule
	Updates  int // length of the run in Schedule's own units; 0 or less if the run does not reach it
}

// Ramped is implemented by a schedule that begins with a ramp, so that [Check]
// reports a run that ends within it.
type Ramped interface {
	Schedule
	// Ramp returns the length of the ramp, and the field that sets it, for
	// errors: "Warmup: Steps".
	Ramp() (field string, updates int)
}

// Validate returns an error if a schedule is nil, if a field is out of range, if its
// Validate method, if any, returns an error, or if a part of a [Combinator] is
// invalid. At is defined only for valid schedules. A panic in a schedule from outside
// this package is an error.
func Validate(s Schedule) (err error) {
	defer caught.Error(&err, "lrsched: Validate", "")
	return validate(s)
}

func validate(s Schedule) error {
	if isnil.Value(s) {
		return errors.New("lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)")
	}
	var err error
	switch v := s.(type) {
	case interface{ Validate() error }:
		err = v.Validate()
	case interface{ validate() error }: // one of this package
		err = v.validate()
	}
	if err != nil {
		return prefix.Error("lrsched", err)
	}
	return eachPart(s, math.MaxInt, func(p Part) error { return validate(p.Schedule) })
}

// Check returns an error if a schedule does not suit a run of the given number of
// updates: for any error of [Validate], for a run without updates, and for a run that
// ends within a ramp, that of a [Warmup], a [Trapezoid], a [Noam] or any other
// [Ramped] schedule, by itself or anywhere within a [Combinator].
//
// The length of the run is measured in the part's own units: ByEpoch{Updates: 100,
// Then: Warmup{Steps: 5, …}} needs a run of more than 400 updates, which reaches its
// fifth epoch. Ramps of parts that the run does not reach are ignored.
func Check(s Schedule, updates int) (err error) {
	defer caught.Error(&err, "lrsched: Check", "")
	if err := validate(s); err != nil {
		return err
	}
	if updates < 1 {
		return fmt.Errorf("lrsched: updates = %d: want 1 or more", updates)
	}
	return checkRamps(s, updates)
}

func checkRamps(s Schedule, updates int) error {
	if r, ok := s.(Ramped); ok {
		if field, length := r.Ramp(); length > updates {
			return fmt.Errorf("lrsched: %s = %d: want at most %d, the length of the run", field, length, updates)
		}
	}
	return eachPart(s, updates, func(p Part) error {
		if p.Updates < 1 {
			return nil
		}
		return checkRamps(p.Schedule, p.Updates)
	})
}

// eachPart returns the first error of the parts of a schedule.
func eachPart(s Schedule, updates int, check func(Part) error) error {
	if c, ok := s.(Combinator); ok {
		for _, p := range c.Parts(updates) {
			if isnil.Value(p.Schedule) {
				return fmt.Errorf("lrsched: %s is nil: want a Schedule", p.Field)
			}
			if err := check(p); err != nil {
				return prefix.Error("lrsched", err, p.Field)
			}
		}
	}
	return nil
}

// checker checks the fields of a schedule one after another and keeps the
// first error.
type checker struct {
	path string
	err  error
}

func check(schedule string) *checker { return &checker{path: schedule + ": "} }

// that requires a condition of a field, described by want.
func (c *checker) that(ok bool, field string, value any, want string) *checker {
	if c.err == nil && !ok {
		c.err = fmt.Errorf("lrsched: %s%s = %v: want %s", c.path, field, value, want)
	}
	return c
}

func (c *checker) finite(field string, v float64) *checker {
	return c.that(v-v == 0, field, v, "a finite number")
}

// rate requires a rate, or another number, to be 0 or more.
func (c *checker) rate(field string, v float64) *checker {
	return c.finite(field, v).that(v >= 0, field, v, "0 or more")
}

func (c *checker) positive(field string, v float64) *checker {
	return c.finite(field, v).that(v > 0, field, v, "more than 0")
}

// factor requires a factor that does not make a rate larger.
func (c *checker) factor(field string, v float64) *checker {
	return c.that(v > 0 && v <= 1, field, v, "(0, 1]")
}

func (c *checker) count(field string, n, minimum int) *checker {
	return c.that(n >= minimum, field, n, fmt.Sprintf("%d or more", minimum))
}

// span requires 0 ≤ from < to.
func (c *checker) span(from, to int) *checker {
	return c.count("From", from, 0).that(to > from, "To", to, fmt.Sprintf("more than From, %d", from))
}
