package main

import (
	"descent/lrsched"
	"fmt"
)

// Repeat restarts another schedule after every Every updates: warm restarts for
// any schedule.
//
// With n = Every, s = Then and t the index of the update:
//
//	η(t) = s(t mod n)
type Repeat struct {
	Every int              // n, updates; 1 or more
	Then  lrsched.Schedule // s
}

// At returns the rate of an update.
func (r Repeat) At(step int) float64 { return r.Then.At(max(step, 0) % r.Every) }

// Validate reports a field out of range. lrsched.Validate checks Then as well.
func (r Repeat) Validate() error {
	if r.Every < 1 {
		return fmt.Errorf("Repeat: Every = %d: want 1 or more", r.Every)
	}
	return nil
}

// Parts returns Then, which runs for at most Every updates at a time. With it,
// lrsched.Check detects a warmup in Then that is longer than that.
func (r Repeat) Parts(updates int) []lrsched.Part {
	return []lrsched.Part{{Field: "Repeat: Then", Schedule: r.Then, Updates: min(updates, r.Every)}}
}
