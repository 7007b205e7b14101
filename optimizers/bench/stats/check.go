package stats

import (
	"fmt"
	"math"
)

// refuse returns the error for an argument out of range.
func refuse(function, argument string, value any, want string) error {
	return fmt.Errorf("stats: %s: %s = %v: want %s", function, argument, value, want)
}

// sample rejects empty samples and non-finite observations.
func sample(function, argument string, x []float64) error {
	if len(x) == 0 {
		return refuse(function, "len("+argument+")", 0, "1 or more")
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return refuse(function, fmt.Sprintf("%s[%d]", argument, i), v, "a finite number")
		}
	}
	return nil
}

// duration rejects invalid times. +Inf is a miss.
func duration(function, argument string, v float64) error {
	if !(v > 0) {
		return refuse(function, argument, v, "more than 0, or +Inf for a miss")
	}
	return nil
}

// inside rejects values outside (0, 1).
func inside(function, argument string, v float64) error {
	if !(v > 0 && v < 1) {
		return refuse(function, argument, v, "(0, 1)")
	}
	return nil
}
