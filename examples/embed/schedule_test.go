package main

import (
	"descent/lrsched"
	"testing"
)

func TestRepeat(t *testing.T) {
	s := Repeat{Every: 4, Then: lrsched.Linear{Base: 4, Final: 0, To: 4}}
	for step, want := range []float64{4, 3, 2, 1, 4, 3, 2, 1, 4} {
		if got := s.At(step); got != want {
			t.Errorf("At(%d) = %v, want %v", step, got, want)
		}
	}
	warm := lrsched.Warmup{Steps: 10, Then: lrsched.Constant(.1)}
	for _, c := range []struct {
		s    lrsched.Schedule
		want string
	}{
		{Repeat{Every: 10, Then: warm}, ""},
		{Repeat{Every: 9, Then: warm}, "lrsched: Repeat: Then: Warmup: Steps = 10: want at most 9, the length of the run"},
		{lrsched.Shift{By: -95, Then: Repeat{Every: 10, Then: warm}}, "lrsched: Shift: Then: Repeat: Then: Warmup: Steps = 10: want at most 5, the length of the run"},
		{lrsched.Scale{By: 1, Then: Repeat{Every: 9}}, "lrsched: Scale: Then: Repeat: Then is nil: want a Schedule"},
		{Repeat{Then: warm}, "lrsched: Repeat: Every = 0: want 1 or more"},
		{Repeat{Every: 1, Then: lrsched.Constant(-1)}, "lrsched: Repeat: Then: Constant = -1: want 0 or more"},
	} {
		got := ""
		if err := lrsched.Check(c.s, 100); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("Check(%+v) = %q, want %q", c.s, got, c.want)
		}
	}
}
