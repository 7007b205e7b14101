package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

var globalAvgPool = Op[struct{}]{
	Name: "global average pooling", Inputs: []Input{{Name: "input"}}, Channelwise: true,
	F32: newGlobalAvgPool[float32], F64: newGlobalAvgPool[float64],
}

// GlobalAvgPool adds the mean of each channel over all its positions: rows [C, H, W],
// or others of two or more dimensions, to rows [C]. Sums are in float64.
func (o Ops) GlobalAvgPool(x *gorgonia.Node) (*gorgonia.Node, error) {
	return globalAvgPool.Add(o, struct{}{}, x)
}

func newGlobalAvgPool[T Float](s Site, _ struct{}) (Body[T], error) {
	row := s.Row(0)
	if len(row) < 2 {
		return Body[T]{}, fmt.Errorf("rows of shape %v: want channels and positions, as in [channels height width]", row)
	}
	area, k := size(row[1:]), set[T](s)
	return Body[T]{
		Joins: true,
		Shape: s.InLanes(row[0]),
		Forward: EachGroup(func(g Group[T]) {
			x, y := g.In(0), g.Out()
			for ; len(y) > 0; x, y = x[area*Lanes:], y[Lanes:] {
				var sums [Lanes]float64
				k.LaneSums(&sums, x[:area*Lanes])
				for l, s := range sums {
					y[l] = T(s / float64(area))
				}
			}
		}),
		Backward: EachGroup(func(g Group[T]) { // dx = dy/(H·W)
			dx, dy := g.Grad(0), g.OutGrad()
			for ; len(dy) > 0; dy = dy[Lanes:] {
				var share [Lanes]T
				for l := range share {
					share[l] = dy[l] / T(area)
				}
				for range area {
					dx = dx[copy(dx, share[:]):]
				}
			}
		}),
	}, nil
}
