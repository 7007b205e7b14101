package fuzzing

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// recorder counts failures.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }

var sink []byte

func TestBounded(t *testing.T) {
	for length, fails := range map[int]int{1 << 20: 0, 1 << 10: 1} {
		var r recorder
		Bounded(&r, length, 2, 1000, func() { sink = make([]byte, 1<<20) })
		assert.Equal(t, fails, r.failures)
	}
	assert.GreaterOrEqual(t, Allocated(func() { sink = make([]byte, 1<<20) }), uint64(1<<20))
}

func TestError(t *testing.T) {
	var r recorder
	Error(&r, nil, "datasets: ")
	Error(&r, errors.New(`datasets: CSV: "\x00": want a finite number`), "datasets: CSV: ")
	assert.Zero(t, r.failures)
	for _, text := range []string{
		"CSV: 0 rows: want 1 or more", "nn: load: none", "datasets: safetensors: 1 byte: want 8",
		"datasets: ", "datasets: a\nb", "datasets: \x1b[31m", "datasets: \xff", "datasets: " + strings.Repeat("x", 5000),
	} {
		var r recorder
		Error(&r, errors.New(text), "datasets: ")
		assert.Equal(t, 1, r.failures, text)
	}
}
