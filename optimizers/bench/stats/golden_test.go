package stats

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// number reads null as +Inf.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = number(math.Inf(1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

func floats(x []number) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// golden reads the cases of one part of testdata/stats.json, written by
// testdata/stats.py.
func golden[T any](t *testing.T, part string) []T {
	t.Helper()
	return goldenOf[T](t, "stats.json", part)
}

// goldenOf reads the cases of one part of a file of testdata.
func goldenOf[T any](t *testing.T, file, part string) []T {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var parts map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &parts))
	var cases []T
	require.NoError(t, json.Unmarshal(parts[part], &cases))
	require.NotEmpty(t, cases)
	return cases
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	require.TestingT
	Helper()
}

// near compares within 1e-12, of the larger of the value and 1e-3.
func near(t tester, want, got float64, about ...any) {
	t.Helper()
	if want == got {
		return
	}
	assert.InDelta(t, want, got, 1e-12*max(math.Abs(want), 1e-3), about...)
}

func nearAll(t tester, want, got []float64, about ...any) {
	t.Helper()
	require.Len(t, got, len(want), about...)
	for i := range want {
		near(t, want[i], got[i], about...)
	}
}
