package lanes

import (
	"errors"
	"fmt"
	"slices"

	"descent/internal/graph"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// few is the state of a [Builder] for few rows. Some activations have a twin, from which
// they are converted to lanes on demand: an operation that has a form for few rows reads
// the twins of its inputs instead, and makes that of its result. Thus the layout of a
// network changes where it pays, and no other code needs to know.
//
// The twin consists of blocks, [n, ⌈C/16⌉, ..., 16], where sixteen channels lie side by
// side: the groups of these lanes are rows, and the channels of a group are blocks of a
// row's channels. The blocks have their own builder, for the same graph.
type few struct {
	b       *Builder // of lanes
	blocks  *Builder // of blocks
	twins   map[*gorgonia.Node]twin
	pending map[*gorgonia.Node]func() error // allocates what a conversion to lanes needs
}

// twin is another form of an activation in lanes.
type twin struct {
	node  *gorgonia.Node // blocks or, if plain, rows [n, C, ...]
	row   []int          // [C, ...]
	plain bool
}

// newFew returns nil for a graph that has no form for few rows.
func newFew(b *Builder) *few {
	if b.dtype != tensor.Float32 || b.rows > Lanes || !kernel.HasFew(b.engine.cfg.ISA) {
		return nil
	}
	blocks := *b
	blocks.rows, blocks.active, blocks.blocks = b.rows*Lanes, b.rows*Lanes, true
	blocks.Ops = Ops{&blocks}
	f := &few{b: b, blocks: &blocks, twins: map[*gorgonia.Node]twin{}, pending: map[*gorgonia.Node]func() error{}}
	if f.whole() && b.engine.Threads() == 1 {
		return nil
	}
	return f
}

// whole reports whether the rows are more than half a group. Lanes are then as fast,
// except with threads, which share the convolution of a row but not that of a group.
func (f *few) whole() bool { return 2*f.b.rows > Lanes }

// begin begins a run for a batch of active rows.
func (f *few) begin(active int) {
	if f != nil {
		f.blocks.active = active * Lanes
	}
}

// addFew adds the operation for few rows, on the twins of its inputs. It returns nil if
// there is no such form or it does not pay.
//
// A [Op.Channelwise] operation is used as it is, on blocks. For others, the function few
// makes the form, given a site in lanes and the twin of the first input, of which
// [Pass.Rows] counts sixteen for each row. It returns the body and the shape of a row, or
// a body without Forward if it does not pay. Further inputs in lanes must have blocks of
// the same shape.
func (o Op[C]) addFew(s Site, settings C) (n *gorgonia.Node, err error) {
	if len(s.in) == 0 || s.in[0] == nil {
		return nil, nil
	}
	x, ok := s.b.few.twins[s.in[0]]
	if !ok && !o.enters {
		return nil, nil
	}
	if !ok { // what rows will be
		x = twin{row: RowShape(s.in[0]), plain: true}
	}
	at := s
	at.b, at.in = s.b.few.blocks, slices.Clone(s.in)
	var row []int
	blocks := func(i int) bool {
		t, ok := s.b.few.twins[s.in[i]]
		at.in[i] = t.node
		return ok && !t.plain && slices.Equal(t.row, RowShape(s.in[i])) && t.row[0] == x.row[0]
	}
	switch {
	case o.few != nil:
		for _, i := range s.there[1:] {
			if o.Inputs[i].Kind == InLanes && !blocks(i) {
				return nil, nil
			}
		}
		var body Body[float32]
		body, row, err = o.few(s, settings, x)
		if err != nil || body.Forward == nil {
			return nil, err
		}
		if x.node == nil {
			if x, err = s.b.few.rows(s.in[0]); err != nil {
				return nil, err
			}
		}
		at.in[0] = x.node
		n, err = add(at, func(Site, C) (Body[float32], error) { return body, nil }, settings)
	case o.Channelwise && len(s.there) == len(s.in):
		for i := range s.in {
			if !blocks(i) {
				return nil, nil
			}
		}
		if n, err = add(at, o.F32, settings); err == nil {
			row = append(row, x.row[0])
			row = append(row, RowShape(n)[1:]...)
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.b.few.lanes(twin{node: n, row: row})
}

// lanes adds the conversion of blocks to lanes. It needs no memory unless it is
// computed.
func (f *few) lanes(t twin) (*gorgonia.Node, error) {
	shape, area := f.b.lanesShape(t.row...), size(t.row[1:])
	var out *tensor.Dense
	var y []float32
	o := graph.NewOp("blocks to lanes", gorgonia.Nodes{t.node}, f.b.dtype, shape, func(v []gorgonia.Value) (gorgonia.Value, error) {
		kernel.BlocksToLanes(f.b.engine.cfg.ISA, t.row[0], area, f.b.active, y, graph.DataOf[float32](v[0]))
		return out, nil
	})
	n, err := gorgonia.ApplyOp(o, t.node)
	if err != nil {
		return nil, err
	}
	f.twins[n] = t
	f.pending[n] = func() error {
		if err := f.b.memory.Take(4, shape...); err != nil {
			return fmt.Errorf("blocks to lanes: %w", err)
		}
		out, y = graph.NewDense[float32](shape...)
		return nil
	}
	return n, nil
}

// allocate gives memory to the conversions that the targets depend on.
func (f *few) allocate(targets gorgonia.Nodes) error {
	if f == nil || len(f.pending) == 0 {
		return nil
	}
	e, err := graph.Below(targets...)
	for _, n := range e.Order() {
		if need, ok := f.pending[n]; ok {
			err = errors.Join(err, need())
		}
	}
	return err
}

// twin returns the twin of an activation in lanes, if it has one.
func (f *few) twin(x *gorgonia.Node) (t twin, ok bool) {
	if f != nil {
		t, ok = f.twins[x]
	}
	return t, ok
}

// rows returns the twin of an activation that has none yet: rows, converted from
// lanes.
func (f *few) rows(x *gorgonia.Node) (twin, error) {
	rows, err := lanesToFew.Add(f.b, struct{}{}, x)
	if err == nil {
		f.fromRows(x, rows, nil)
	}
	return f.twins[x], err
}

// fromRows notes that rows are the twin of lanes, unless making these failed.
func (f *few) fromRows(lanes, rows *gorgonia.Node, err error) {
	if f != nil && err == nil {
		f.twins[lanes] = twin{rows, slices.Clone(rows.Shape()[1:]), true}
	}
}

var (
	lanesToFew   = Op[struct{}]{Name: "lanes to few rows", Inputs: []Input{{Name: "input"}}, F32: newLanesToFew}
	pixelsToRows = Op[struct{}]{Name: "pixels to numbers", Inputs: []Input{{Name: "rows", Kind: Data}}, F32: newPixelsToRows}
	blocksToRows = Op[twin]{Name: "blocks to rows", Inputs: []Input{{Name: "input", Kind: Whole}}, F32: newBlocksToRows}
)

func newLanesToFew(s Site, _ struct{}) (Body[float32], error) {
	k, row := set[float32](s), s.Row(0)
	return Body[float32]{Shape: append([]int{s.b.rows}, row...), Forward: func(p *Pass[float32]) error {
		lanesToRows(k, size(row), p.Rows(), p.Out, p.In[0])
		return nil
	}}, nil
}

func newPixelsToRows(s Site, _ struct{}) (Body[float32], error) {
	each := size(s.Shape(0)[1:])
	var numbers [256]float32
	for i := range numbers {
		numbers[i] = float32(i) / 255
	}
	return Body[float32]{Shape: s.Shape(0), Forward: func(p *Pass[float32]) error {
		n := p.Rows() / Lanes * each
		y := p.Out[:n]
		for i, v := range p.Bytes(0)[:n] {
			y[i] = numbers[v]
		}
		return nil
	}}, nil
}

func newBlocksToRows(s Site, t twin) (Body[float32], error) {
	each, area := size(t.row), size(t.row[1:])
	return Body[float32]{Shape: append([]int{s.b.rows / Lanes}, t.row...), Forward: func(p *Pass[float32]) error {
		rows := p.Rows() / Lanes
		if t.plain {
			copy(p.Out[:rows*each], p.In[0])
			return nil
		}
		stride := kernel.Blocks(t.row[0]) * area * Lanes
		for r := range rows {
			kernel.BlocksToRows(p.Out[r*each:], p.In[0][r*stride:], t.row[0], area)
		}
		return nil
	}}, nil
}

// shape returns that of blocks for rows of a shape, in a site of lanes.
func (f *few) shape(row ...int) []int {
	s := append([]int{f.b.rows, kernel.Blocks(row[0])}, row[1:]...)
	return append(s, Lanes)
}

// channels returns how many channels the twin has memory for.
func (t twin) channels() int {
	if t.plain {
		return t.row[0]
	}
	return kernel.Blocks(t.row[0]) * Lanes
}
