package nn

import (
	"fmt"
	"slices"

	"descent/autograd/lanes"
	"descent/internal/graph"
	"descent/internal/memory"
	"gorgonia.org/gorgonia"
)

// Reshape gives rows another shape with the same number of values, in the same
// order. It can undo [Flatten].
type Reshape struct {
	Shape []int // of a row: dimensions of 1 or more
}

// Forward implements [Layer].
func (r Reshape) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row := lanes.RowShape(x)
	want := fmt.Sprintf("dimensions of 1 or more, %d values in all, as rows of shape %v have", graph.Size(row), row)
	if n, ok := memory.Product(r.Shape...); !ok || len(r.Shape) == 0 || slices.Min(r.Shape) < 1 || n != graph.Size(row) {
		return nil, invalid("Shape", r.Shape, want)
	}
	return s.Ops.Reshape(x, r.Shape...)
}

func (r Reshape) String() string { return fmt.Sprintf("Reshape(%s)", shapeString(r.Shape)) }
