package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"descent/autograd"
	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// layerInfo is a row of a summary.
type layerInfo struct {
	path, name string
	shape      []int
	params     int
}

// survey adds the network to a graph of one group, layer by layer and
// differentiated: it makes the parameters, finds what does not fit, and notes
// what [Model.Summary] shows.
func (m *Model) survey() error {
	graphs.Lock()
	defer graphs.Unlock()
	b, err := m.newBuilder(m.engine, lanes.Lanes)
	if err != nil {
		return err
	}
	seen := 0 // parameters that have a row in the summary
	s := &Scope{Builder: b, model: m, graph: &building{training: true, declared: map[string]bool{}}}
	s.graph.trace = func(path string, l Layer, x *gorgonia.Node) {
		if _, composed := l.(Seq); composed {
			return
		}
		info := layerInfo{path: path, name: describe(l), shape: lanes.RowShape(x)}
		for ; seen < len(m.params); seen++ {
			info.params += len(m.params[seen].value)
		}
		m.layers = append(m.layers, info)
	}
	x, err := (&program{}).addInput(b, m.cfg.Input)
	if err != nil {
		return err
	}
	y, err := s.apply(m.net, x)
	if err != nil {
		return err
	}
	m.output = lanes.RowShape(y)
	if m.cfg.Loss != nil {
		loss, err := m.addLoss(s, y)
		if err != nil {
			return err
		}
		if len(s.graph.wrt) == 0 {
			return fmt.Errorf("the network has no parameters to train")
		}
		if _, err := autograd.Grad(loss, s.graph.wrt...); err != nil {
			return err
		}
	}
	m.sealed = true
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
