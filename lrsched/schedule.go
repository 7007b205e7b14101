// Package lrsched has learning-rate schedules: pure functions from the index
// of an update to the rate for it.
//
// The first update has index 0. A schedule keeps no state, so that a run can
// be resumed at any update; it holds its first value before its beginning and
// its last value after its end, for ever. Schedules combine: [Warmup] ramps up
// to any other one.
package lrsched

import (
	"errors"
	"fmt"
	"math"
)

// Schedule gives the learning rate of each update.
type Schedule interface {
	// At is the rate for the update with this index, from 0. Indices below 0
	// mean 0. It is a pure function, safe for concurrent use.
	At(step int) float64
}

// Validate reports what is wrong with a schedule: that it is nil, or what its
// own Validate method says, if it has one, as all schedules of this package
// do.
func Validate(s Schedule) error {
	if s == nil {
		return errors.New("lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)")
	}
	if v, ok := s.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	return nil
}

// checkRate is an error unless the rate is finite and not negative.
func checkRate(schedule, field string, rate float64) error {
	if !(rate >= 0) || math.IsInf(rate, 1) {
		return fmt.Errorf("lrsched: %s: %s = %v: want a finite rate, zero or more", schedule, field, rate)
	}
	return nil
}
