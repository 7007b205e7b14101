// Package caught turns panics in the code of others, such as a user's layer, metric or
// hook, into errors.
package caught

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Panic is the error for a panic. It wraps nothing, even if the value is an error:
// panicking with one is not returning it.
type Panic struct {
	Value any
	Place string // that panicked, as in "metric.go:12"
}

// Error returns one line, however long the value is.
func (p *Panic) Error() string {
	const most = 200
	text := strings.Join(strings.Fields(fmt.Sprint(p.Value)), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return fmt.Sprintf("panic: %s (%s)", text, p.Place)
}

// Error sets *err if the function that defers it panics. The error begins with what
// panicked and its name in quotes, each unless it is empty:
//
//	defer caught.Error(&err, "metric", m.Name) // metric "own": panic: no such label (own.go:12)
func Error(err *error, what, name string) {
	r := recover()
	if r == nil {
		return
	}
	*err = New(r)
	if name != "" {
		what = fmt.Sprintf("%s %q", what, name)
	}
	if what != "" {
		*err = fmt.Errorf("%s: %w", what, *err)
	}
}

// New returns the error for a recovered value. If the value is a *Panic already, passed
// on by another goroutine, New returns it.
func New(recovered any) *Panic {
	if p, ok := recovered.(*Panic); ok {
		return p
	}
	return &Panic{recovered, place()}
}

// place returns the innermost line of the latest panic that is not in the runtime.
func place() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for panicked := false; ; {
		f, more := frames.Next()
		own := strings.HasPrefix(f.Function, "runtime.") || strings.HasPrefix(f.Function, "internal/runtime/")
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case panicked && !own:
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		case !more:
			return "unknown place"
		}
	}
}
