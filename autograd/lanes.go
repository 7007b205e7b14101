package autograd

import (
	"fmt"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Lanes is the number of rows that lie side by side in an activation.
const Lanes = kernel.Lanes

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

// checkLanes returns an error unless x is a lanes node of this builder's batch
// with rows of the given number of dimensions, or of any if dims is 0.
func (b *Builder) checkLanes(name string, x *gorgonia.Node, dims int) error {
	if err := b.checkFloat(name, x); err != nil {
		return err
	}
	s := x.Shape()
	if len(s) < 3 || s[0] != b.Groups() || s[len(s)-1] != Lanes {
		return fmt.Errorf("autograd: %s: input of shape %v: want lanes [%d ... %d]", name, s, b.Groups(), Lanes)
	}
	if dims > 0 && len(s)-2 != dims {
		return fmt.Errorf("autograd: %s: rows of shape %v: want %d dimensions", name, RowShape(x), dims)
	}
	return nil
}

// size returns the number of values in a row of the given shape.
func size(row []int) int { return tensor.Shape(row).TotalSize() }

// FromRows converts rows [n, …] to lanes [groups, …, 16], groups·16 at least n.
// Lanes beyond the active rows repeat the last of them; their gradients go to
// that row.
func (b *Builder) FromRows(rows *gorgonia.Node) (*gorgonia.Node, error) {
	if err := b.checkFloat("rows to lanes", rows); err != nil {
		return nil, err
	}
	if b.dtype == tensor.Float64 {
		return fromRows[float64](b, rows)
	}
	return fromRows[float32](b, rows)
}

func fromRows[T Float](b *Builder, rows *gorgonia.Node) (*gorgonia.Node, error) {
	shape := rows.Shape().Clone()
	if len(shape) < 2 || shape[0] < b.rows || shape[0] > b.Groups()*Lanes {
		return nil, fmt.Errorf("autograd: rows to lanes: input of shape %v: want [%d to %d rows, ...]", shape, b.rows, b.Groups()*Lanes)
	}
	k, features := kernel.Set[T]{ISA: b.engine.isa}, size(shape[1:])
	out, y := newDense[T](b, b.lanesShape(shape[1:]...)...)
	in := gorgonia.Nodes{rows, b.active}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		x, last := dataOf[T](v[0]), lastRow(v[1])
		b.engine.pool.Run(b.Groups(), func(g, _ int) {
			k.RowsToLanes(features, g*Lanes, last, group(y, g, features), x)
		})
		return out, nil
	}
	// dx [n, …] from dy [groups, …, 16].
	sym := func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, shape...)
		return b.backward("rows to lanes backward", gorgonia.Nodes{grad, b.active}, []*tensor.Dense{dx, nil}, func(v []gorgonia.Value) error {
			dy, last := dataOf[T](v[0]), lastRow(v[1])
			clear(dxData)
			for first := 0; first <= last; first += Lanes {
				k.LanesToRows(features, first, min(Lanes, last+1-first), dxData, group(dy, first/Lanes, features))
			}
			addRepeats(dxData[last*features:(last+1)*features], dy, last)
			return nil
		})
	}
	return b.apply(newOp("rows to lanes", in, b.dtype, out.Shape(), forward), in, []bool{true, false}, sym)
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

// FromPixels converts rows of bytes [n, …] to lanes [groups, …, 16] of values
// byte/255. Lanes beyond the active rows repeat the last of them.
func (b *Builder) FromPixels(rows *gorgonia.Node) (*gorgonia.Node, error) {
	if rows == nil || rows.Dtype() != tensor.Uint8 {
		return nil, fmt.Errorf("autograd: pixels to lanes: input %v: want rows of uint8", rows)
	}
	if b.dtype == tensor.Float64 {
		return fromPixels[float64](b, rows)
	}
	return fromPixels[float32](b, rows)
}

func fromPixels[T Float](b *Builder, rows *gorgonia.Node) (*gorgonia.Node, error) {
	shape := rows.Shape()
	if len(shape) < 2 || shape[0] < b.rows {
		return nil, fmt.Errorf("autograd: pixels to lanes: input of shape %v: want [%d, ...]", shape, b.rows)
	}
	k, features := kernel.Set[T]{ISA: b.engine.isa}, size(shape[1:])
	out, y := newDense[T](b, b.lanesShape(shape[1:]...)...)
	in := gorgonia.Nodes{rows, b.active}
	return b.apply(newOp("pixels to lanes", in, b.dtype, out.Shape(), func(v []gorgonia.Value) (gorgonia.Value, error) {
		x, last := v[0].(*tensor.Dense).Uint8s(), lastRow(v[1])
		b.engine.pool.Run(b.Groups(), func(g, _ int) {
			k.PixelsToLanes(features, g*Lanes, last, group(y, g, features), x)
		})
		return out, nil
	}), in, nil, nil)
}

// ToRows converts lanes [groups, …, 16] to rows [n, …], n at most groups·16.
func (b *Builder) ToRows(x *gorgonia.Node, n int) (*gorgonia.Node, error) {
	if err := b.checkLanes("lanes to rows", x, 0); err != nil {
		return nil, err
	}
	if n < 1 || n > b.Groups()*Lanes {
		return nil, fmt.Errorf("autograd: lanes to rows: %d rows: want 1 to %d", n, b.Groups()*Lanes)
	}
	if b.dtype == tensor.Float64 {
		return toRows[float64](b, x, n)
	}
	return toRows[float32](b, x, n)
}

func toRows[T Float](b *Builder, x *gorgonia.Node, n int) (*gorgonia.Node, error) {
	row := RowShape(x)
	k, features := kernel.Set[T]{ISA: b.engine.isa}, size(row)
	out, y := newDense[T](b, append([]int{n}, row...)...)
	in := gorgonia.Nodes{x}
	forward := func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := dataOf[T](v[0])
		for first := 0; first < n; first += Lanes {
			k.LanesToRows(features, first, min(Lanes, n-first), y, group(x, first/Lanes, features))
		}
		return out, nil
	}
	// dx [groups, …, 16] from dy [n, …]: lanes beyond n have no gradient.
	sym := func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, dxData := newDense[T](b, x.Shape()...)
		return b.backward("lanes to rows backward", gorgonia.Nodes{grad}, []*tensor.Dense{dx}, func(v []gorgonia.Value) error {
			dy := dataOf[T](v[0])
			for first := 0; first < n; first += Lanes {
				d := group(dxData, first/Lanes, features)
				k.RowsToLanes(features, first, n-1, d, dy)
				for r := n; r < first+Lanes; r++ {
					for f := range features {
						d[f*Lanes+r%Lanes] = 0
					}
				}
			}
			return nil
		})
	}
	return b.apply(newOp("lanes to rows", in, b.dtype, out.Shape(), forward), in, []bool{true}, sym)
}

// Flatten gives rows [C, H, W] the shape [C·H·W]. It costs nothing: the result
// shares the memory of x.
func (b *Builder) Flatten(x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := b.checkLanes("flatten", x, 0); err != nil {
		return nil, err
	}
	if len(RowShape(x)) == 1 {
		return x, nil
	}
	return b.view("flatten", x, b.lanesShape(size(RowShape(x))))
}

// view returns x with another shape of the same size, in the same memory.
func (b *Builder) view(name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	if b.dtype == tensor.Float64 {
		return view[float64](b, name, x, shape)
	}
	return view[float32](b, name, x, shape)
}

func view[T Float](b *Builder, name string, x *gorgonia.Node, shape tensor.Shape) (*gorgonia.Node, error) {
	in := gorgonia.Nodes{x}
	sym := func(in gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, err := view[T](b, name+" backward", grad, in[0].Shape())
		return gorgonia.Nodes{dx}, err
	}
	return b.apply(newOp(name, in, b.dtype, shape, reshaper[T](shape)), in, []bool{true}, sym)
}

// reshaper returns a function that gives its argument's memory another shape.
// The header is made again only when the memory moves.
func reshaper[T Float](shape tensor.Shape) func(v []gorgonia.Value) (gorgonia.Value, error) {
	var header *tensor.Dense
	var last *T
	return func(v []gorgonia.Value) (gorgonia.Value, error) {
		x := dataOf[T](v[0])
		if header == nil || &x[0] != last {
			header, last = dense(x, shape...), &x[0]
		}
		return header, nil
	}
}

// group returns the part of group g of a lanes tensor with rows of n values.
func group[E any](x []E, g, n int) []E { return x[g*n*Lanes : (g+1)*n*Lanes] }

// lastRow returns the number of the last active row.
func lastRow(active gorgonia.Value) int { return int(active.(*tensor.Dense).Int32s()[0]) - 1 }
