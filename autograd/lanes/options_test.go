package lanes

import (
	"strings"
	"testing"

	"descent/internal/graph"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// Whatever the options, building ends in an error of this package or in a graph
// that runs, forward and backward; nothing panics.
func TestAnyOptions(t *testing.T) {
	e := newTestEngine(t, 2)
	rapid.Check(t, func(r *rapid.T) {
		small := func(name string) int { return rapid.IntRange(1, 6).Draw(r, name) }
		any := func(name string) int { return rapid.IntRange(-2, 7).Draw(r, name) }
		rows := rapid.IntRange(1, 18).Draw(r, "rows")
		b, err := NewBuilder(e, BuilderConfig{Rows: rows, Dtype: tensor.Float64})
		require.NoError(r, err)
		in := func(shape ...int) *gorgonia.Node {
			v, _ := graph.NewDense[float64](shape...)
			return must(t)(b.Variable("in", v))
		}
		channels := small("channels")
		image := in(rows, channels, small("height"), small("width"))
		x := must(t)(b.FromRows(image))
		pool := PoolOptions{H: any("pool h"), W: any("pool w"), StrideH: any("pool stride h"), StrideW: any("pool stride w"), PadH: any("pool pad h"), PadW: any("pool pad w")}
		conv := Conv2DOptions{StrideH: any("stride h"), StrideW: any("stride w"), PadH: any("pad h"), PadW: any("pad w"), PadEndH: any("pad end h"), PadEndW: any("pad end w"), DilationH: any("dilation h"), DilationW: any("dilation w"), Groups: any("groups"), ReLU: rapid.Bool().Draw(r, "relu")}
		if rapid.Bool().Draw(r, "fused") {
			conv.Pool = &pool
		}
		wrt := gorgonia.Nodes{image}
		var y *gorgonia.Node
		switch rapid.IntRange(0, 7).Draw(r, "operation") {
		case 0:
			y, err = b.MaxPool2D(x, pool)
		case 1:
			y, err = b.AvgPool2D(x, pool)
		case 2:
			w := in(small("out"), max(1, channels+any("wrong channels")/4), small("kernel h"), small("kernel w"))
			wrt = append(wrt, w)
			y, err = b.Conv2D(x, w, nil, conv)
		case 3:
			w := in(small("out"), small("in"))
			wrt = append(wrt, w)
			y, err = b.Affine(x, w, in(small("bias")), conv.ReLU)
		case 4:
			w := in(max(1, channels+any("wrong channels")/4), small("out"), small("kernel h"), small("kernel w"))
			wrt = append(wrt, w)
			y, err = b.ConvTranspose2D(x, w, nil, ConvTranspose2DOptions{
				StrideH: conv.StrideH, StrideW: conv.StrideW, PadH: conv.PadH, PadW: conv.PadW, PadEndH: conv.PadEndH, PadEndW: conv.PadEndW,
				OutPadH: any("out pad h"), OutPadW: any("out pad w"), DilationH: conv.DilationH, DilationW: conv.DilationW, Groups: conv.Groups, ReLU: conv.ReLU,
			})
		case 5:
			y, err = b.ToRows(x, any("to rows"))
		case 6:
			y, err = b.Upsample(x, UpsampleOptions{ScaleH: any("scale h"), ScaleW: any("scale w"), Bilinear: conv.ReLU})
		case 7:
			image = in(rows, channels, small("length"))
			w := in(small("out"), max(1, channels+any("wrong channels")/4), small("kernel"))
			wrt = gorgonia.Nodes{image, w}
			y, err = b.Conv1D(must(t)(b.FromRows(image)), w, nil, Conv1DOptions{Stride: conv.StrideW, Pad: conv.PadW, PadEnd: conv.PadEndW, Dilation: conv.DilationW, Groups: conv.Groups, ReLU: conv.ReLU})
		}
		if err != nil {
			require.True(r, strings.HasPrefix(err.Error(), "lanes: "), err.Error())
			require.Nil(r, y)
			return
		}
		s, err := b.NewSession(Program{Loss: contract(t, b, y), Wrt: wrt})
		require.NoError(r, err)
		require.NoError(r, s.Run(rapid.IntRange(1, rows).Draw(r, "active"), 0))
	})
}

// Any text, number or tensor where another is wanted is an error too.
func TestAnyFeed(t *testing.T) {
	n := newNet(t, newTestEngine(t, 1), 4, netWeights())
	s := n.session(t)
	rapid.Check(t, func(r *rapid.T) {
		data := rapid.SampledFrom([]any{
			nil, 1, "text",
			[]int32{},
			[]int32{1 << 30},
			make([]int32, 5),
			[]uint8{1},
			[]string{"a"},
			[][]uint8{{1}},
			&n, n.loss,
			[]float64(nil), make([]uint8, 4*netPixels),
		}).Draw(r, "data")
		to := rapid.SampledFrom(append(gorgonia.Nodes{nil, n.pixels, n.labels, n.loss, n.logits}, n.params...)).Draw(r, "input")
		err := s.Run(rapid.IntRange(-1, 5).Draw(r, "rows"), 0, Feed{to, data})
		if err != nil {
			require.True(r, strings.HasPrefix(err.Error(), "lanes: "), err.Error())
		}
	})
}
