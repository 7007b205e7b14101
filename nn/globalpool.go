package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// GlobalAvgPool takes the mean of each channel over all its positions (Lin, Chen and Yan
// 2014): rows [C, H, W] to rows [C], without a [Flatten].
type GlobalAvgPool struct{}

// Forward implements [Layer].
func (GlobalAvgPool) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if row := lanes.RowShape(x); len(row) < 2 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	return s.Ops.GlobalAvgPool(x)
}

func (GlobalAvgPool) String() string { return "GlobalAvgPool" }
