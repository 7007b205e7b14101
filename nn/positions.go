package nn

import (
	"cmp"
	"fmt"
	"math"

	"descent/autograd/lanes"
	"descent/internal/elementary"
	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// LearnedPositions adds a learned vector to each position of a sequence, rows
// [T, width] to rows [T, width]: y[t] = x[t] + weight[t], with the parameter "weight"
// [Length, width]. A sequence longer than Length is an error. In PyTorch it is an
// Embedding of the numbers 0, 1, ….
type LearnedPositions struct {
	Length int         // the longest sequence; if zero, T
	Weight Initializer // if nil, Normal{SD: 1}, as in PyTorch's Embedding
}

// Forward implements [Layer].
func (l LearnedPositions) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row, err := checkSequence(x)
	if err != nil {
		return nil, err
	}
	n := cmp.Or(l.Length, row[0])
	if err := checkSize("Length", n, 1); err != nil {
		return nil, err
	}
	if n < row[0] {
		return nil, invalid("Length", n, fmt.Sprintf("%d or more, the positions of a row", row[0]))
	}
	w, err := s.Param("weight", cmp.Or[Initializer](l.Weight, Normal{SD: 1}), Fans{In: n, Out: row[1]}, n, row[1])
	if err != nil {
		return nil, err
	}
	return s.AddToRows(x, w)
}

func (l LearnedPositions) String() string {
	return "LearnedPositions" + option(l.Length > 0, fmt.Sprintf("(%d)", l.Length))
}

// SinusoidalPositions adds sines and cosines to a sequence (Vaswani et al. 2017,
// section 3.5), rows [T, width] to rows [T, width]:
//
//	y[t][2i]   = x[t][2i]   + sin(t/Base^(2i/width))
//	y[t][2i+1] = x[t][2i+1] + cos(t/Base^(2i/width))
type SinusoidalPositions struct {
	Base float64 // if zero, 10000, as in the paper
}

// Forward implements [Layer].
func (p SinusoidalPositions) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row, err := checkSequence(x)
	if err != nil {
		return nil, err
	}
	if err := checkBase("Base", p.Base); err != nil {
		return nil, err
	}
	values := make([]float32, row[0]*row[1])
	for i := range values {
		c := i % row[1]
		sin, cos := elementary.Rotation(i/row[1], c/2, row[1], cmp.Or(p.Base, 10000))
		values[i] = float32([2]float64{sin, cos}[c%2])
	}
	n, err := s.Constant("positions", graph.Dense(values, row...))
	if err != nil {
		return nil, err
	}
	return s.AddToRows(x, n)
}

func (p SinusoidalPositions) String() string {
	return "SinusoidalPositions" + option(p.Base != 0, fmt.Sprintf("(base %g)", p.Base))
}

// checkSequence returns the shape of the rows of x, which are sequences.
func checkSequence(x *gorgonia.Node) ([]int, error) {
	row := lanes.RowShape(x)
	if len(row) != 2 {
		return nil, fmt.Errorf("rows of shape %v: want [T width]", row)
	}
	return row, nil
}

// checkBase returns an error unless v may be the base of frequencies.
func checkBase(field string, v float64) error {
	if v != 0 && !(v > 0 && v <= math.MaxFloat64) {
		return invalid(field, v, "0 (10000) or more, finite")
	}
	return nil
}
