package nn

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// layerInfo is a row of a summary.
type layerInfo struct {
	path, name string
	shape      []int
	params     int
}

// survey builds the network for one group of rows, layer by layer: it makes the
// parameters, finds what does not fit, and notes what [Model.Summary] shows.
func (m *Model) survey() error {
	seen := 0 // parameters that have a row in the summary
	trace := func(path string, l Layer, x *gorgonia.Node) {
		if _, composed := l.(Seq); composed {
			return
		}
		info := layerInfo{path: path, name: describe(l), shape: lanes.RowShape(x)}
		for ; seen < len(m.params); seen++ {
			info.params += len(m.params[seen].value)
		}
		m.layers = append(m.layers, info)
	}
	want := spec{purpose: train, rows: lanes.Lanes}
	if m.cfg.Loss == nil {
		want.purpose = predict
	}
	if m.cfg.Vocabulary > 0 {
		want.inputs = tokens
	}
	p, err := m.build(m.engine, want, trace)
	if err != nil {
		return err
	}
	if m.cfg.Loss != nil && len(p.trained) == 0 {
		return errors.New("the network has no parameters to train")
	}
	m.output, m.exact, m.sealed = p.output, p.exact, true
	return nil
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
	for _, l := range m.layers {
		n := ""
		if l.params > 0 {
			n = group(l.params)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.path, l.name, shapeString(l.shape), n)
	}
	frozen := 0
	for _, p := range m.params {
		if p.frozen {
			frozen += len(p.value)
		}
	}
	fmt.Fprintf(w, "\ttotal\t\t%s", group(m.NumParams()))
	if frozen > 0 {
		fmt.Fprintf(w, " (%s frozen)", group(frozen))
	}
	fmt.Fprintln(w)
	w.Flush() // a strings.Builder takes everything
	return trimLines(b.String())
}

// trimLines removes the padding at the ends of lines.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

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
