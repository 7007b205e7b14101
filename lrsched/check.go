package lrsched

import "fmt"

// Check reports what is wrong with a schedule for a run of so many updates:
// what [Validate] reports, a run without updates, and a ramp that the run does
// not get to the end of: the Steps of a [Warmup], the Up of a [Trapezoid] or
// the Warmup of a [Noam], by themselves or anywhere within the combinators of
// this package.
//
// The length of the run is that of the part's own count: ByEpoch{Updates: 100,
// Then: Warmup{Steps: 5, …}} needs a run of more than 400 updates, which is in
// its fifth epoch at least. Parts that the run never comes to are not looked
// at.
func Check(s Schedule, updates int) error {
	if err := Validate(s); err != nil {
		return err
	}
	if updates < 1 {
		return fmt.Errorf("lrsched: a run of %d updates: want at least one", updates)
	}
	return checkRamps(s, updates)
}

// ramped is a schedule that begins with a ramp.
type ramped interface {
	ramp() (field string, length int) // field is "Type: Field"
}

// composed is a schedule made of others.
type composed interface {
	// parts are the schedules that a run of so many updates comes to.
	parts(updates int) []part
}

// part is a schedule within another one.
type part struct {
	field   string // "Type: Field"
	s       Schedule
	updates int // the length of the run in what s counts
}

func checkRamps(s Schedule, updates int) error {
	if r, ok := s.(ramped); ok {
		if field, length := r.ramp(); length > updates {
			return fmt.Errorf("lrsched: %s = %d: want at most %d, the length of the run", field, length, updates)
		}
	}
	if c, ok := s.(composed); ok {
		for _, p := range c.parts(updates) {
			if err := checkRamps(p.s, p.updates); err != nil {
				return fmt.Errorf("lrsched: %s: %w", p.field, err)
			}
		}
	}
	return nil
}
