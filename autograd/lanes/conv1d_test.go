package lanes

import (
	"fmt"
	"testing"

	"gorgonia.org/gorgonia"
)

func TestConv1DAndUpsampleGradient(t *testing.T) {
	var checks []check
	for _, opt := range []Conv1DOptions{{}, {Stride: 2, Pad: 2, PadEnd: 1, Dilation: 3, Groups: 2}, {Pad: 1, ReLU: true}} {
		checks = append(checks, check{
			name: fmt.Sprintf("conv1d %+v", opt), rows: 2, inputs: [][]int{{2, 4, 7}, {6, 4 / max(opt.Groups, 1), 3}, {6}},
			build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.Conv1D(x, rest[0], rest[1], opt)
			}),
		})
	}
	for _, opt := range []UpsampleOptions{{}, {ScaleH: 2, ScaleW: 3}, {ScaleH: 3, Bilinear: true}, {ScaleH: 2, ScaleW: 4, Bilinear: true}} {
		checks = append(checks, check{
			name: fmt.Sprintf("upsample %+v", opt), rows: 17, inputs: [][]int{{17, 2, 3, 2}},
			build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.Upsample(x, opt)
			}),
		})
	}
	runChecks(t, checks)
}
