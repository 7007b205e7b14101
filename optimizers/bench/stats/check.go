package stats

import (
	"fmt"
	"math"
)

// refuse is the error of an argument out of range.
func refuse(function, argument string, value any, want string) error {
	return fmt.Errorf("stats: %s: %s = %v: want %s", function, argument, value, want)
}

// sample refuses no observations and those that are not finite.
func sample(function, argument string, x []float64) error {
	if len(x) == 0 {
		return refuse(function, "len("+argument+")", 0, "at least 1")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return refuse(function, fmt.Sprintf("%s[%d]", argument, i), v, "a finite number")
		}
	}
	return nil
}

// duration refuses what is no time that a run took: +Inf is a run that missed.
func duration(function, argument string, v float64) error {
	if !(v > 0) {
		return refuse(function, argument, v, "more than 0, or +Inf for a miss")
	}
	return nil
}

// inside refuses what is not strictly between 0 and 1.
func inside(function, argument string, v float64) error {
	if !(v > 0 && v < 1) {
		return refuse(function, argument, v, "(0, 1)")
	}
	return nil
}
