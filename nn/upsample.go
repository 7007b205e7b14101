package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Upsample enlarges images by an integer factor: rows [C, H, W] to rows
// [C, H·Scale, W·Scale]. It takes the nearest pixel, or with Bilinear interpolates
// between the nearest four, as PyTorch does with align_corners=False.
type Upsample struct {
	Scale    int    // of height and width: 1 or more
	ScaleHW  [2]int // of height and of width, instead of Scale
	Bilinear bool
}

// Forward implements [Layer].
func (u Upsample) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	err := checkAxes("Scale", u.Scale, u.ScaleHW, 1)
	if err == nil {
		_, err = checkImage(x)
	}
	if err != nil {
		return nil, err
	}
	scale := axes(u.Scale, u.ScaleHW)
	return s.Ops.Upsample(x, lanes.UpsampleOptions{ScaleH: scale[0], ScaleW: scale[1], Bilinear: u.Bilinear})
}

func (u Upsample) String() string {
	return fmt.Sprintf("Upsample(%s%s)", convWindow{}.axesText(axes(u.Scale, u.ScaleHW)), option(u.Bilinear, ", bilinear"))
}
