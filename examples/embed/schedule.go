package main

import (
	"descent/lrsched"
	"fmt"
)

// Repeat begins another schedule again every so many updates: warm restarts of
// any schedule.
//
// With n = Every, s = Then and t the index of the update:
//
//	η(t) = s(t mod n)
type Repeat struct {
	Every int              // n, updates; 1 or more
	Then  lrsched.Schedule // s
}

// At is the rate of the update.
func (r Repeat) At(step int) float64 { return r.Then.At(max(step, 0) % r.Every) }

// Validate reports a field out of range; lrsched.Validate looks at Then too.
func (r Repeat) Validate() error {
	if r.Every < 1 {
		return fmt.Errorf("Repeat: Every = %d: want 1 or more", r.Every)
	}
	return nil
}

// Parts returns Then, which no run asks for more than Every updates. With it
// lrsched.Check sees that a warmup within Then is too long for its turn.
func (r Repeat) Parts(updates int) []lrsched.Part {
	return []lrsched.Part{{Field: "Repeat: Then", Schedule: r.Then, Updates: min(updates, r.Every)}}
}
