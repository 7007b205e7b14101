//go:build !linux && !darwin

// Package fulldisk makes the disk full, for tests.
package fulldisk

import (
	"errors"
	"testing"
)

// Error is what writes fail with.
var Error = errors.New("no limit of files")

// Test skips a test: this system has no limit that a process could set and lift.
func Test(t *testing.T, _ func()) { t.Skip(Error) }

// At is for the others.
func At(testing.TB, int, func()) {}
