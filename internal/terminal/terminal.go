// Package terminal shows the progress of a command on terminals. It writes nothing to
// pipes and files.
//
// It follows two conventions: TERM=dumb is a terminal that cannot move its cursor, and
// any value of NO_COLOR turns colors off (no-color.org). They affect only the display.
// Descent uses no other environment variable as a setting.
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

// Color reports whether w is a terminal that may show colors.
func Color(w io.Writer) bool {
	return Interactive(w) && os.Getenv("NO_COLOR") == ""
}
