package nn

import (
	"cmp"
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// PadChannels adds channels of zeros: rows [C, H, W] to rows
//
//	[Before + C + After, H, W]
type PadChannels struct {
	Before, After int // 0 or more
}

// Forward implements [Layer].
func (p PadChannels) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := cmp.Or(checkSize("Before", p.Before, 0), checkSize("After", p.After, 0)); err != nil {
		return nil, err
	}
	if row := lanes.RowShape(x); len(row) != 3 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	return s.Ops.PadChannels(x, p.Before, p.After)
}

func (p PadChannels) String() string { return fmt.Sprintf("PadChannels(%d, %d)", p.Before, p.After) }
