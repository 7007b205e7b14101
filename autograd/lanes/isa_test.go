package lanes

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"descent/internal/graph"
	"descent/internal/rng"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// eachISA runs a test with each instruction set that there is.
func eachISA(t *testing.T, f func(t *testing.T, isa ISA)) {
	for _, isa := range []ISA{ISAGo, ISAAVX2, ISAAVX512} {
		t.Run(isa.String(), func(t *testing.T) {
			if err := isa.Available(); err != nil {
				t.Skip(err)
			}
			f(t, isa)
		})
	}
}

// operation is one that is computed in float32 and in float64.
type operation struct {
	name   string
	rows   int
	inputs [][]int
	labels bool // it takes labels below the size of the first input's rows
	values func(n int, label string) []float64
	// tolerance is what the two may be apart, over the largest element; zero
	// where no product or sum of the values needs rounding.
	tolerance float64
	build     func(b *Builder, in gorgonia.Nodes) (*gorgonia.Node, error)
}

// eighths returns n multiples of 1/8 up to 2: products and sums of many are
// exact in float32, many are equal, and many are zero, which decides between
// the winners of a window and at the kink of a ReLU.
func eighths(n int, label string) []float64 {
	v, r := make([]float64, n), rng.New(1, "eighths", label)
	for i := range v {
		v[i] = float64(r.IntN(33)-16) / 8
	}
	return v
}

// results returns the output and the gradients by all inputs.
func results[T Float](t require.TestingT, e *Engine, dt tensor.Dtype, o operation) [][]float64 {
	b, err := NewBuilder(e, BuilderConfig{Rows: o.rows, Dtype: dt})
	require.NoError(t, err)
	add := func(name string, variable bool, shape ...int) *gorgonia.Node {
		v := make([]T, size(shape))
		for j, x := range o.values(len(v), name) {
			v[j] = T(x)
		}
		f := b.Constant
		if variable {
			f = b.Variable
		}
		n, err := f(name, graph.Dense(v, shape...))
		require.NoError(t, err)
		return n
	}
	var in, wrt gorgonia.Nodes
	for i, shape := range o.inputs {
		in = append(in, add(fmt.Sprint("input ", i), true, shape...))
	}
	wrt = in
	if o.labels {
		labels, err := b.Input("labels", tensor.Int32, o.rows)
		require.NoError(t, err)
		for i := range o.rows {
			labels.Value().Data().([]int32)[i] = int32(i % o.inputs[0][1])
		}
		in = append(in[:len(in):len(in)], labels)
	}
	y, err := o.build(b, in)
	require.NoError(t, err)
	loss := y
	if len(y.Shape()) > 0 {
		loss, err = autograd.Wrap(y, nil).Dot(autograd.Wrap(add("cotangent", false, y.Shape()...), nil)).Node()
		require.NoError(t, err)
	}
	s, err := b.NewSession(Program{Loss: loss, Wrt: wrt, Outputs: gorgonia.Nodes{y}})
	require.NoError(t, err)
	require.NoError(t, s.Run(o.rows, 3))
	all := [][]float64{floats(Output[T](s, 0))}
	for i := range wrt {
		all = append(all, floats(GradientOf[T](s, i)))
	}
	return all
}

func floats[T Float](x []T) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// agree compares the results on an instruction set with those in float64.
func (o operation) agree(t require.TestingT, e *Engine) {
	want, got := results[float64](t, e, tensor.Float64, o), results[float32](t, e, tensor.Float32, o)
	for i := range want {
		largest := 0.0
		for _, v := range want[i] {
			largest = max(largest, math.Abs(v))
		}
		for j, v := range want[i] {
			require.LessOrEqual(t, math.Abs(v-got[i][j]), o.tolerance*largest, "%s: output and gradients %d: element %d of %d: want %v, got %v", o.name, i, j, len(want[i]), v, got[i][j])
		}
	}
}

// Convolutions, transposed ones, dense layers and max pooling of any shape give, forward and
// backward, with zeros left out or not, what the same graph gives in float64:
// exactly, where there is nothing to round.
func TestFloat32IsFloat64(t *testing.T) {
	eachISA(t, func(t *testing.T, isa ISA) {
		var engines []*Engine
		for _, skip := range []SkipZeros{SkipNever, SkipAuto, SkipAlways} {
			e, err := NewEngine(EngineConfig{Threads: 2, ISA: isa, SkipZeros: skip})
			require.NoError(t, err)
			defer e.Close()
			engines = append(engines, e)
		}
		rapid.Check(t, func(r *rapid.T) {
			drawOperation(r).agree(r, rapid.SampledFrom(engines).Draw(r, "engine"))
		})
	})
}

// drawOperation draws an operation and its shapes.
func drawOperation(r *rapid.T) operation {
	draw := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(r, name) }
	o := operation{rows: draw("rows", 1, 70), values: eighths}
	if rapid.Bool().Draw(r, "dense") {
		in, out, relu := draw("in", 1, 90), draw("out", 1, 40), rapid.Bool().Draw(r, "relu")
		row := []int{in}
		if rapid.Bool().Draw(r, "sequences") {
			row = []int{draw("places", 1, 5), in}
		}
		o.name = fmt.Sprintf("affine %v to %d relu %v, %d rows", row, out, relu, o.rows)
		o.inputs = [][]int{append([]int{o.rows}, row...), {out, in}, {out}}
		o.build = onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
			return b.AffineLast(x, rest[0], rest[1], relu)
		})
		return o
	}
	if draw("transposed", 0, 2) == 2 {
		values := o.values
		o = drawTranspose(r, o.rows).operation()
		o.values = values
		return o
	}
	c, h, w := draw("channels", 1, 9), draw("height", 1, 12), draw("width", 1, 12)
	opt := Conv2DOptions{StrideH: draw("stride h", 1, 3), StrideW: draw("stride w", 1, 3), PadH: draw("pad h", 0, 3), PadW: draw("pad w", 0, 3), ReLU: rapid.Bool().Draw(r, "relu")}
	opt.PadEndH, opt.PadEndW = draw("pad end h", 0, 1), draw("pad end w", 0, 1)
	fullH, fullW := h+2*opt.PadH+opt.PadEndH, w+2*opt.PadW+opt.PadEndW
	kh, kw := draw("kernel h", 1, min(5, fullH)), draw("kernel w", 1, min(5, fullW))
	opt.DilationH, opt.DilationW = draw("dilation h", 1, max(1, min(3, (fullH-1)/max(kh-1, 1)))), draw("dilation w", 1, max(1, min(3, (fullW-1)/max(kw-1, 1))))
	opt.Groups = draw("groups", 1, 3)
	oh, ow := (fullH-opt.DilationH*(kh-1)-1)/opt.StrideH+1, (fullW-opt.DilationW*(kw-1)-1)/opt.StrideW+1
	switch pool := draw("pool", 0, 2); {
	case pool == 1 && oh > 1 && ow > 1:
		opt.Pool = &PoolOptions{H: 2, W: 2}
	case pool == 2:
		p := &PoolOptions{H: draw("window h", 1, min(3, oh)), W: draw("window w", 1, min(3, ow)), StrideH: draw("step h", 1, 3), StrideW: draw("step w", 1, 3)}
		p.PadH, p.PadW = draw("border h", 0, p.H/2), draw("border w", 0, p.W/2)
		opt.Pool = p
	}
	k := convCase{rows: o.rows, c: c * opt.Groups, h: h, w: w, o: draw("out", 1, 14) * opt.Groups, kh: kh, kw: kw, bias: true, opt: opt}
	o.name, o.inputs = k.String(), k.inputs()
	o.build = onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
		return b.Conv2D(x, rest[0], rest[1], opt)
	})
	return o
}

// The other operations agree with float64 to rounding.
func TestFloat32NearFloat64(t *testing.T) {
	ordinary := func(n int, label string) []float64 { return normal[float64](n, label) }
	unary := func(f func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error)) func(*Builder, gorgonia.Nodes) (*gorgonia.Node, error) {
		return onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) { return f(b, x) })
	}
	image := [][]int{{37, 3, 7, 6}}
	eachISA(t, func(t *testing.T, isa ISA) {
		e, err := NewEngine(EngineConfig{Threads: 2, ISA: isa})
		require.NoError(t, err)
		defer e.Close()
		for _, o := range []operation{
			{name: "tanh", inputs: image, build: unary((*Builder).Tanh)},
			{name: "sigmoid", inputs: image, build: unary((*Builder).Sigmoid)},
			{name: "relu", inputs: image, build: unary((*Builder).ReLU)},
			{name: "average pooling", inputs: image, build: unary(func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
				return b.AvgPool2D(x, PoolOptions{H: 3, W: 2, StrideH: 1, StrideW: 2, PadH: 1})
			})},
			{name: "average pooling 2×2", inputs: image, build: unary(func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) {
				return b.AvgPool2D(x, PoolOptions{H: 2, W: 2})
			})},
			{name: "dropout", inputs: image, build: unary(func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.Dropout(x, 0.3, 5) })},
			{name: "rows", inputs: image, build: unary(func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.ToRows(x, 37) })},
			{name: "cross-entropy", inputs: [][]int{{37, 11}}, labels: true, build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
				return b.SoftmaxCrossEntropy(x, rest[0])
			})},
			{name: "lstm", inputs: [][]int{{37, 4, 3}, {20, 3}, {20, 5}, {20}, {20}}, build: onLanes(func(b *Builder, x *gorgonia.Node, w gorgonia.Nodes) (*gorgonia.Node, error) {
				y, _, err := b.Recurrent(LSTMCell, x, RecurrentWeights{w[0], w[1], w[2], w[3]}, RecurrentState{})
				return y, err
			})},
			{name: "gru", inputs: [][]int{{37, 4, 3}, {15, 3}, {15, 5}, {15}, {15}}, build: onLanes(func(b *Builder, x *gorgonia.Node, w gorgonia.Nodes) (*gorgonia.Node, error) {
				y, _, err := b.Recurrent(GRUCell, x, RecurrentWeights{w[0], w[1], w[2], w[3]}, RecurrentState{})
				return y, err
			})},
			{name: "squared error", inputs: [][]int{{37, 5}, {37, 5}}, build: onLanes(func(b *Builder, x *gorgonia.Node, rest gorgonia.Nodes) (*gorgonia.Node, error) {
				y, err := b.FromRows(rest[0])
				if err != nil {
					return nil, err
				}
				return b.SquaredError(x, y, true)
			})},
		} {
			o.rows, o.values, o.tolerance = 37, ordinary, 1e-5
			t.Run(o.name, func(t *testing.T) { o.agree(t, e) })
		}
	})
}
