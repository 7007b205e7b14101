package lanes

import (
	"fmt"

	"descent/internal/graph"
	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Lanes is the number of rows that lie side by side in an activation.
const Lanes = kernel.Lanes

// Float is the element type of activations and parameters.
type Float = graph.Float

// RowShape returns the shape of one row of a lanes node: [C, H, W] of
// [groups, C, H, W, 16], or [features]. It is empty for a node that is not one.
func RowShape(x *gorgonia.Node) []int {
	if x == nil || len(x.Shape()) < 2 {
		return nil
	}
	s := x.Shape()
	return append([]int(nil), s[1:len(s)-1]...)
}

// lanesShape returns the shape of a lanes tensor of rows of the given shape.
func (b *Builder) lanesShape(row ...int) tensor.Shape {
	s := tensor.Shape{b.Groups()}
	return append(append(s, row...), Lanes)
}

// size returns the number of values in a row of the given shape.
func size(row []int) int { return tensor.Shape(row).TotalSize() }

var fromRows = Op[struct{}]{Name: "rows to lanes", Inputs: []Input{{Name: "rows", Kind: Whole}}, F32: newFromRows[float32], F64: newFromRows[float64]}

// FromRows converts rows [n, …] to lanes [groups, …, 16], groups·16 at least n.
// Lanes beyond the active rows repeat the last row; their gradients go to it.
func (o Ops) FromRows(rows *gorgonia.Node) (*gorgonia.Node, error) {
	return fromRows.Add(o, struct{}{}, rows)
}

// rowsIn returns the shape of lanes for an input of rows.
func rowsIn(s Site) ([]int, error) {
	shape, most := s.Shape(0), s.Groups()*Lanes
	if len(shape) < 2 || shape[0] < s.b.rows || shape[0] > most {
		return nil, fmt.Errorf("rows of shape %v: want [%d to %d, ...]", s.Shape(0), s.b.rows, most)
	}
	return s.InLanes(shape[1:]...), nil
}

func newFromRows[T Float](s Site, _ struct{}) (Body[T], error) {
	shape, err := rowsIn(s)
	if err != nil {
		return Body[T]{}, err
	}
	k, features := set[T](s), size(s.Shape(0)[1:])
	return Body[T]{
		Shape: shape,
		Forward: EachGroup(func(g Group[T]) {
			k.RowsToLanes(features, g.Index*Lanes, g.Pass().Rows()-1, g.Out(), g.In(0))
		}),
		// dx [n, …] from dy [groups, …, 16].
		Backward: func(p *Pass[T]) error {
			dx, last := p.Grad[0], p.Rows()-1
			clear(dx)
			for first := 0; first <= last; first += Lanes {
				k.LanesToRows(features, first, min(Lanes, last+1-first), dx, group(p.OutGrad, first/Lanes, features))
			}
			addRepeats(dx[last*features:(last+1)*features], p.OutGrad, last)
			return nil
		},
	}, nil
}

// addRepeats adds to the last active row's gradient what the lanes beyond it,
// which repeat it, have.
func addRepeats[T Float](row, dy []T, last int) {
	features := len(row)
	for r := last + 1; r < len(dy)/features; r++ {
		d := group(dy, r/Lanes, features)
		for f := range row {
			row[f] += d[f*Lanes+r%Lanes]
		}
	}
}

var fromPixels = Op[struct{}]{Name: "pixels to lanes", Inputs: []Input{{Name: "rows", Kind: Data}}, F32: newFromPixels[float32], F64: newFromPixels[float64]}

// FromPixels converts bytes [n, …] to lanes [groups, …, 16] of values byte/255.
func (o Ops) FromPixels(rows *gorgonia.Node) (*gorgonia.Node, error) {
	return fromPixels.Add(o, struct{}{}, rows)
}

func newFromPixels[T Float](s Site, _ struct{}) (Body[T], error) {
	if s.in[0].Dtype() != tensor.Uint8 {
		return Body[T]{}, fmt.Errorf("%v: want rows of uint8", s.in[0])
	}
	shape, err := rowsIn(s)
	k, features := set[T](s), size(s.Shape(0)[1:])
	return Body[T]{
		Shape: shape,
		Forward: EachGroup(func(g Group[T]) {
			k.PixelsToLanes(features, g.Index*Lanes, g.Pass().Rows()-1, g.Out(), g.Pass().Bytes(0))
		}),
	}, err
}

var toRows = Op[int]{Name: "lanes to rows", Inputs: []Input{{Name: "input"}}, F32: newToRows[float32], F64: newToRows[float64]}

// ToRows converts lanes [groups, …, 16] to rows [n, …], n at most groups·16.
func (o Ops) ToRows(x *gorgonia.Node, n int) (*gorgonia.Node, error) {
	o.b.exact = true
	return toRows.Add(o, n, x)
}

func newToRows[T Float](s Site, n int) (Body[T], error) {
	if most := s.Groups() * Lanes; n < 1 || n > most {
		return Body[T]{}, fmt.Errorf("%d rows: want 1 to %d", n, most)
	}
	k, features := set[T](s), size(s.Row(0))
	return Body[T]{
		Shape: append([]int{n}, s.Row(0)...),
		Forward: func(p *Pass[T]) error {
			for first := 0; first < n; first += Lanes {
				k.LanesToRows(features, first, min(Lanes, n-first), p.Out, group(p.In[0], first/Lanes, features))
			}
			return nil
		},
		// dx [groups, …, 16] from dy [n, …]: lanes beyond n have no gradient.
		Backward: EachGroup(func(g Group[T]) {
			d, first := g.Grad(0), g.Index*Lanes
			if first >= n {
				clear(d)
				return
			}
			k.RowsToLanes(features, first, n-1, d, g.OutGrad())
			for r := n; r < first+Lanes; r++ {
				for f := range features {
					d[f*Lanes+r%Lanes] = 0
				}
			}
		}),
	}, nil
}

// Flatten gives rows [C, H, W] the shape [C·H·W]. It costs nothing: the result
// shares the memory of x.
func (o Ops) Flatten(x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := o.b.check(x, Input{Kind: InLanes}); err != nil {
		return nil, fmt.Errorf("lanes: flatten: input: %w", err)
	}
	if len(RowShape(x)) == 1 {
		return x, nil
	}
	return o.b.view("flatten", x, o.b.lanesShape(size(RowShape(x))))
}

// view returns x with another shape of the same size, in the same memory.
func (b *Builder) view(name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	do := reshaper[float32](shape)
	if b.dtype == tensor.Float64 {
		do = reshaper[float64](shape)
	}
	o := graph.NewOp(name, gorgonia.Nodes{x}, b.dtype, shape, do)
	if b.needsGrad(x) {
		o.Diff = []bool{true}
		o.Sym = func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := b.view(name+" backward", grad, in[0].Shape())
			return gorgonia.Nodes{dx}, err
		}
	}
	return gorgonia.ApplyOp(o, x)
}

// reshaper returns a function that gives its argument's memory another shape.
// The header is made again only when the memory moves.
func reshaper[T Float](shape tensor.Shape) func(v []gorgonia.Value) (gorgonia.Value, error) {
	var header *tensor.Dense
	var last *T
	return func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := graph.DataOf[T](v[0])
		if header == nil || &x[0] != last {
			header, last = graph.Dense(x, shape...), &x[0]
		}
		return header, nil
	}
}

// group returns the part of group g of a lanes tensor with rows of n values.
func group[E any](x []E, g, n int) []E { return x[g*n*Lanes : (g+1)*n*Lanes] }
