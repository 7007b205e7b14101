package caught

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

var table, nowhere = []int{1}, (*struct{ x, y int })(nil)

func TestError(t *testing.T) {
	failure := errors.New("failure")
	var missing map[string]int
	for _, c := range []struct {
		f          func() error
		what, name string
		want       string
	}{
		{func() error { return failure }, "hook", "plot", "failure"},
		{func() error { panic("text") }, "", "", "panic: text (caught_test.go:"},
		{func() error { panic(failure) }, "Model.Step", "", "Model.Step: panic: failure (caught_test.go:"},
		{func() error { panic(nil) }, "hook", "plot", `hook "plot": panic: panic called with nil`},
		{func() error { table[len(table)]++; return nil }, "", "", "panic: runtime error: index out of range [1] with length 1 (caught_test.go:"},
		{func() error { nowhere.y++; return nil }, "", "", "panic: runtime error: invalid memory address or nil pointer dereference (caught_test.go:"},
		{func() error { missing["x"]++; return nil }, "", "", "panic: assignment to entry in nil map (caught_test.go:"},
		{func() error { panic(&Panic{"elsewhere", "x.go:1"}) }, "metric", "own", `metric "own": panic: elsewhere (x.go:1)`},
	} {
		err := func() (err error) {
			defer Error(&err, c.what, c.name)
			return c.f()
		}()
		assert.ErrorContains(t, err, c.want)
		assert.Equal(t, c.want == "failure", errors.Is(err, failure))
	}
	assert.Equal(t, "unknown place", place())
}

// If one panic follows another, the later one counts.
func TestLatest(t *testing.T) {
	var err error
	func() {
		defer Error(&err, "", "")
		defer func() { panic("second") }()
		panic("first")
	}()
	assert.ErrorContains(t, err, "panic: second (caught_test.go:")
}

// Without a panic, no memory is allocated.
func TestNoAllocation(t *testing.T) {
	name := "own"
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		var err error
		func() { defer Error(&err, "metric", name) }()
	}))
}
