package lanes

import (
	"fmt"
	"slices"

	"descent/internal/graph"
	"descent/internal/kernel"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Lanes is the number of rows that lie side by side in an activation.
const Lanes = kernel.Lanes

// Float is the element type of activations and parameters.
type Float = graph.Float

// RowShape returns the shape of one row of a lanes node: [C, H, W] of
// [groups, C, H, W, 16], or [features]. It is empty for other nodes.
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

var (
	fromRows   = Op[bool]{Name: "rows to lanes", Inputs: []Input{{Name: "rows", Kind: Whole}}, F32: newFromRows[float32], F64: newFromRows[float64]}
	fromPixels = Op[bool]{Name: "pixels to lanes", Inputs: []Input{{Name: "rows", Kind: Data}}, F32: newFromRows[float32], F64: newFromRows[float64]}
)

// FromRows converts rows [n, …] to lanes [groups, …, 16], where groups·16 is at least
// n. Lanes beyond the active rows repeat the last row; their gradients go to it.
func (o Ops) FromRows(rows *gorgonia.Node) (*gorgonia.Node, error) {
	x, err := fromRows.Add(o, false, rows)
	o.b.few.fromRows(x, rows, err)
	return x, err
}

// FromPixels converts bytes [n, …] to lanes [groups, …, 16] of values byte/255.
func (o Ops) FromPixels(rows *gorgonia.Node) (*gorgonia.Node, error) {
	x, err := fromPixels.Add(o, true, rows)
	if err == nil && o.b.few != nil {
		var numbers *gorgonia.Node
		numbers, err = pixelsToRows.Add(o.b.few.blocks, struct{}{}, rows)
		o.b.few.fromRows(x, numbers, err)
	}
	return x, err
}

func newFromRows[T Float](s Site, pixels bool) (Body[T], error) {
	if pixels && s.in[0].Dtype() != tensor.Uint8 {
		return Body[T]{}, fmt.Errorf("%v: want rows of uint8", s.in[0])
	}
	shape, most := s.Shape(0), s.Groups()*Lanes
	if len(shape) < 2 || shape[0] < s.b.rows || shape[0] > most {
		return Body[T]{}, fmt.Errorf("rows of shape %v: want [%d to %d, ...]", shape, s.b.rows, most)
	}
	k, features := set[T](s), size(shape[1:])
	return Body[T]{
		Shape: s.InLanes(shape[1:]...),
		Forward: EachGroup(func(g Group[T]) {
			first, last := g.Index*Lanes, g.Pass().Rows()-1
			if pixels {
				k.PixelsToLanes(features, first, last, g.Out(), g.Pass().Bytes(0))
			} else {
				k.RowsToLanes(features, first, last, g.Out(), g.In(0))
			}
		}),
		// dx [n, …] from dy [groups, …, 16].
		Backward: func(p *Pass[T]) error {
			dx, rows := p.Grad[0], p.Rows()
			clear(dx[rows*features:])
			lanesToRows(k, features, rows, dx, p.OutGrad)
			last := dx[(rows-1)*features : rows*features]
			for r := rows; r < most; r++ { // what repeats the last row
				d := group(p.OutGrad, r/Lanes, features)
				for f := range last {
					last[f] += d[f*Lanes+r%Lanes]
				}
			}
			return nil
		},
	}, nil
}

// lanesToRows copies the first n rows out of lanes.
func lanesToRows[T Float](k kernel.Set[T], features, n int, rows, lanes []T) {
	for first := 0; first < n; first += Lanes {
		k.LanesToRows(features, first, min(Lanes, n-first), rows, group(lanes, first/Lanes, features))
	}
}

var toRows = Op[int]{Name: "lanes to rows", Inputs: []Input{{Name: "input"}}, F32: newToRows[float32], F64: newToRows[float64]}

// ToRows converts lanes [groups, …, 16] to rows [n, …], where n is at most groups·16.
func (o Ops) ToRows(x *gorgonia.Node, n int) (*gorgonia.Node, error) {
	o.b.exact = true
	if t, ok := o.b.few.twin(x); ok && n == o.b.rows {
		return blocksToRows.Add(o.b.few.blocks, t, t.node)
	}
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
			lanesToRows(k, features, n, p.Out, p.In[0])
			return nil
		},
		// dx [groups, …, 16] from dy [n, …]: lanes beyond n have no gradient.
		Backward: EachGroup(func(g Group[T]) {
			rows := min(max(n-g.Index*Lanes, 0), Lanes)
			if rows > 0 {
				k.RowsToLanes(features, g.Index*Lanes, n-1, g.Grad(0), g.OutGrad())
			}
			kernel.ZeroBeyond(g.Grad(0), rows)
		}),
	}, nil
}

// Flatten gives rows [C, H, W] the shape [C·H·W]. It costs nothing: the result
// shares the memory of x.
func (o Ops) Flatten(x *gorgonia.Node) (*gorgonia.Node, error) {
	return o.reshape("flatten", x, func(row []int) []int { return []int{size(row)} })
}

// Reshape gives rows another shape with the same number of values, in the same order.
// It costs nothing: the result shares the memory of x.
func (o Ops) Reshape(x *gorgonia.Node, row ...int) (*gorgonia.Node, error) {
	return o.reshape("reshape", x, func([]int) []int { return row })
}

func (o Ops) reshape(name string, x *gorgonia.Node, shape func(row []int) []int) (*gorgonia.Node, error) {
	if err := o.b.check(x, Input{Kind: InLanes}); err != nil {
		return nil, fmt.Errorf("lanes: %s: input: %w", name, err)
	}
	from := RowShape(x)
	to := shape(from)
	if err := graph.Positive(to); err != nil {
		return nil, fmt.Errorf("lanes: %s: %w", name, err)
	}
	if n, ok := memory.Product(to...); !ok || n != size(from) || len(to) == 0 {
		return nil, fmt.Errorf("lanes: %s: rows of shape %v to %v: want a shape of %d values", name, from, to, size(from))
	}
	if slices.Equal(from, to) {
		return x, nil
	}
	y, err := o.b.view(name, x, o.b.lanesShape(to...))
	if t, ok := o.b.few.twin(x); ok && err == nil {
		o.b.few.twins[y] = t
	}
	return y, err
}

// view returns x with another shape of the same size, in the same memory.
func (b *Builder) view(name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	var from, to *tensor.Dense // made again only when the value is another
	o := graph.NewOp(name, gorgonia.Nodes{x}, b.dtype, shape, func(v []gorgonia.Value) (gorgonia.Value, error) {
		d := v[0].(*tensor.Dense).Materialize().(*tensor.Dense) // itself, except for a view of stock operations
		if d == from {
			return to, nil
		}
		from, to = d, d.ShallowClone()
		return to, to.Reshape(shape...)
	})
	if b.needsGrad(x) {
		o.Diff = []bool{true}
		o.Sym = func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
			dx, err := b.view(name+" backward", grad, in[0].Shape())
			return gorgonia.Nodes{dx}, err
		}
	}
	return gorgonia.ApplyOp(o, x)
}

// group returns the part of group g of a lanes tensor with rows of n values.
func group[E any](x []E, g, n int) []E { return x[g*n*Lanes : (g+1)*n*Lanes] }
