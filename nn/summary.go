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

// layerInfo is a row of a summary.
type layerInfo struct {
	path, name string
	shape      []int
	params     int // of the model, up to this layer's last
}

// note adds a row for a layer that the first graph has, unless it only holds
// others.
func (m *runner) note(path string, l Layer, x *gorgonia.Node) {
	if _, composed := l.(Seq); !composed {
		m.layers = append(m.layers, layerInfo{path, describe(l), lanes.RowShape(x), len(m.params)})
	}
}

// Summary returns a table of the layers: the path that begins their
// parameters' names, the shape of their output for one row, and the number of
// their parameters. It waits for a call under way.
func (m *Model) Summary() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\tLayer\tOutput\tParameters\n")
	fmt.Fprintf(w, "\tinput\t%s\t\n", shapeString(m.cfg.Input))
	first := 0
	for _, l := range m.layers {
		n := ""
		if own := m.params[first:l.params]; len(own) > 0 {
			n = group(count(own))
		}
		first = l.params
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.path, l.name, shapeString(l.shape), n)
	}
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
