// Package fuzzing implements the checks of every fuzz test of a parser of untrusted
// bytes: that memory stays in proportion to the input, and that an error can be
// shown to a person.
package fuzzing

import (
	"errors"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"descent/internal/prefix"
)

// Allocated returns the bytes that f allocates, freed or not. Allocations of other
// goroutines count too.
func Allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Bounded calls f, once or twice. It fails the test if f allocates more than
// constant bytes and perByte for each byte of an input of the given length.
//
// It first takes a fast measurement, without the small objects of the last spans.
// Only a result near the bound is measured exactly.
func Bounded(t testing.TB, length, perByte, constant int, f func()) {
	t.Helper()
	most := uint64(constant) + uint64(perByte)*uint64(length)
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	before := sample[0].Value.Uint64()
	f()
	metrics.Read(sample)
	if sample[0].Value.Uint64()-before <= most/2 {
		return
	}
	if got := Allocated(f); got > most {
		t.Errorf("%d bytes allocated for an input of %d: want %d or fewer", got, length, most)
	}
}

// maxMessage is more than any message needs, with a name and a shape of 1,024
// bytes each.
const maxMessage = 5000

// Error fails the test if an error does not begin with the prefix, has a second
// one, or is not a printable line of reasonable length. It does nothing if err is
// nil.
func Error(t testing.TB, err error, with string) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	rest, ok := strings.CutPrefix(text, with)
	switch {
	case !ok:
		t.Errorf("%q: want an error that begins with %q", text, with)
	case prefix.Strip(errors.New(rest)) != rest:
		t.Errorf("%q: want one prefix", text)
	case strings.TrimSpace(rest) == "":
		t.Errorf("%q: want a message", text)
	case len(text) > maxMessage:
		t.Errorf("%.100q…: %d bytes: want %d or fewer", text, len(text), maxMessage)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		t.Errorf("%q: want one printable line", text)
	}
}
