package nn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// note adds a line to the summary for a layer of the first graph, unless it only
// contains others. Its parameters are those since the last line. It notes the place
// of every layer.
func (m *runner) note(path string, l Layer, x *gorgonia.Node) {
	m.places = append(m.places, place{path, lanes.RowShape(x), l})
	if _, composed := l.(Seq); composed {
		return
	}
	n := ""
	if own := count(m.params[m.noted:]); own > 0 {
		n = group(own)
	}
	m.noted = len(m.params)
	m.layers += fmt.Sprintf("%s\t%s\t%s\t%s\n", path, describe(l), shapeString(lanes.RowShape(x)), n)
}

// Summary returns a table of the layers: the path with which their parameters'
// names begin, the shape of their output for one row, and the number of their
// parameters. It waits for a call under way.
func (m *Model) Summary() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\tLayer\tOutput\tParameters\n\tinput\t%s\t\n%s", shapeString(m.cfg.Input), m.layers)
	fmt.Fprintf(w, "\ttotal\t\t%s", group(m.NumParams()))
	if frozen := slices.DeleteFunc(m.Params(), func(p param) bool { return !*p.Frozen }); len(frozen) > 0 {
		fmt.Fprintf(w, " (%s frozen)", group(count(frozen)))
	}
	fmt.Fprintln(w)
	w.Flush() // a strings.Builder takes everything
	return padding.ReplaceAllString(b.String(), "")
}

var padding = regexp.MustCompile(`(?m) +$`)

// shapeString writes [6, 14, 14] as 6×14×14.
func shapeString(shape []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "×"), "[]")
}

// group writes 61706 as 61,706.
func group(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
