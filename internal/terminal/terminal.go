// Package terminal shows the progress of a command to a person, and nothing
// to a pipe or a file.
//
// It follows two conventions about displays: TERM=dumb is a terminal that
// cannot move its cursor, and NO_COLOR, set to anything, asks for no colour
// (no-color.org). They change how things look and nothing else; Descent reads
// no other environment variable as a setting.
package terminal

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8/cwriter"
)

// Interactive reports whether w is a terminal that can redraw a line.
func Interactive(w io.Writer) bool {
	f := screen(w)
	return f != nil && cwriter.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// Color reports whether w is a terminal that may be written to in colour.
func Color(w io.Writer) bool {
	return Interactive(w) && os.Getenv("NO_COLOR") == ""
}
