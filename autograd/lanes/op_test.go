package lanes_test

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"descent/autograd"
	"descent/autograd/lanes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// scaled is y = w[f]·x[f]³ for each value f of a row: an operation with a
// parameter, and with a derivative that needs x.
var scaled = lanes.Op[float64]{
	Name:   "scaled",
	Inputs: []lanes.Input{{Name: "input"}, {Name: "weight", Kind: lanes.Param, Dims: 1}},
	F32:    scaledBody[float32], F64: scaledBody[float64],
}

func scaledBody[T lanes.Float](s lanes.Site, power float64) (lanes.Body[T], error) {
	return lanes.Body[T]{
		Shape: s.InLanes(s.Row(0)...),
		Forward: lanes.EachGroup(func(g lanes.Group[T]) {
			y, x, w := g.Out(), g.In(0), g.In(1)
			for i := range y {
				y[i] = w[i/lanes.Lanes] * T(math.Pow(float64(x[i]), power))
			}
		}),
		Backward: lanes.EachGroup(func(g lanes.Group[T]) {
			dx, dw, dy, x, w := g.Grad(0), g.Grad(1), g.OutGrad(), g.In(0), g.In(1)
			clear(dw)
			for i := range dy {
				if dx != nil {
					dx[i] = dy[i] * w[i/lanes.Lanes] * T(power*math.Pow(float64(x[i]), power-1))
				}
				if dw != nil {
					dw[i/lanes.Lanes] += dy[i] * T(math.Pow(float64(x[i]), power))
				}
			}
		}),
	}, nil
}

func newGraph(t *testing.T, cfg lanes.EngineConfig, rows int, dt tensor.Dtype, build func(b *lanes.Builder, x, w *gorgonia.Node) (*gorgonia.Node, error)) (*lanes.Session, error) {
	t.Helper()
	e, err := lanes.NewEngine(cfg)
	require.NoError(t, err)
	t.Cleanup(e.Close)
	b, err := lanes.NewBuilder(e, lanes.BuilderConfig{Rows: rows, Dtype: dt})
	require.NoError(t, err)
	variable := func(name string, shape ...int) *gorgonia.Node {
		data := make([]float64, tensor.Shape(shape).TotalSize())
		for i := range data {
			data[i] = math.Sin(float64(7*i+len(name))) + 1.5
		}
		value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
		if dt == tensor.Float32 {
			narrow := make([]float32, len(data))
			for i, v := range data {
				narrow[i] = float32(v)
			}
			value = tensor.New(tensor.WithShape(shape...), tensor.WithBacking(narrow))
		}
		n, err := b.Variable(name, value)
		require.NoError(t, err)
		return n
	}
	rowsNode, w := variable("x", rows, 3), variable("weight", 3)
	x, err := b.FromRows(rowsNode)
	require.NoError(t, err)
	y, err := build(b, x, w)
	if err != nil {
		return nil, err
	}
	back, err := b.ToRows(y, rows)
	require.NoError(t, err)
	loss, err := autograd.Wrap(back, nil).Square().Sum().Node()
	require.NoError(t, err)
	return b.NewSession(lanes.Program{Loss: loss, Wrt: gorgonia.Nodes{rowsNode, w}})
}

func cube(b *lanes.Builder, x, w *gorgonia.Node) (*gorgonia.Node, error) {
	return scaled.Add(b, 3, x, w)
}

// A custom operation has the gradient of its function, and the same bits
// with one thread and with three.
func TestOwnOperation(t *testing.T) {
	const rows = 35
	gradient := func(threads int, check bool, dt tensor.Dtype) []float64 {
		s, err := newGraph(t, lanes.EngineConfig{Threads: threads, Check: check}, rows, dt, cube)
		require.NoError(t, err)
		require.NoError(t, s.Run(rows, 1))
		if dt == tensor.Float64 {
			return append(slices.Clone(lanes.GradientOf[float64](s, 0)), lanes.GradientOf[float64](s, 1)...)
		}
		var all []float64
		for i := range 2 {
			for _, v := range lanes.GradientOf[float32](s, i) {
				all = append(all, float64(v))
			}
		}
		return all
	}
	want := gradient(1, false, tensor.Float64)
	narrow := gradient(1, false, tensor.Float32)
	for i := range want {
		assert.InEpsilon(t, want[i], narrow[i], 1e-5)
	}
	for _, threads := range []int{1, 3} {
		assert.Equal(t, want, gradient(threads, true, tensor.Float64))
		assert.Equal(t, narrow, gradient(threads, true, tensor.Float32))
	}
	// d/dw Σ (w·x³)² = Σ 2·w·x⁶
	for f := range 3 {
		sum := 0.0
		for r := range rows {
			x := math.Sin(float64(7*(3*r+f)+1)) + 1.5
			sum += 2 * (math.Sin(float64(7*f+6)) + 1.5) * math.Pow(x, 6)
		}
		assert.InEpsilon(t, sum, want[3*rows+f], 1e-12)
	}
}

// A mistake in a custom operation is an error that names it.
func TestOwnOperationErrors(t *testing.T) {
	type body = lanes.Body[float64]
	group := lanes.EachGroup[float64]
	fill := group(func(g lanes.Group[float64]) { copy(g.Out(), g.In(0)) })
	gradient := group(func(g lanes.Group[float64]) { copy(g.Grad(0), g.OutGrad()); clear(g.Grad(1)) })
	for _, test := range []struct {
		body    body
		err     error
		want    string // on adding it, or on running
		missing bool   // of the float64 version
	}{
		{body{Shape: []int{3, 3, 16}}, nil, "lanes: own: no forward pass: want Forward", false},
		{body{Shape: []int{3, 0, 16}, Forward: fill}, nil, "lanes: own: output: shape [3 0 16]: want dimensions of 1 or more", false},
		{body{}, assert.AnError, "lanes: own: " + assert.AnError.Error(), false},
		{body{}, nil, "lanes: own: no function for float64: want F32 and F64", true},
		{body{Shape: []int{3, 3, 16}, Forward: fill}, nil, "lanes: gradient: own has no derivative with respect to its input", false},
		{
			body{Shape: []int{3, 3, 16}, Forward: fill, Backward: group(func(g lanes.Group[float64]) { copy(g.Grad(0), g.OutGrad()) })},
			nil,
			"lanes: own backward: it does not fill the gradient of weight: element 0 of ", false,
		},
		{
			body{Shape: []int{3, 3, 16}, Forward: group(func(g lanes.Group[float64]) { g.Out()[48] = 1 }), Backward: gradient},
			nil,
			"lanes: own: panic: runtime error: index out of range", false,
		},
		{body{Shape: []int{3, 3, 16}, Forward: func(p *lanes.Pass[float64]) error {
			*(*float64)(unsafe.Add(unsafe.Pointer(&p.Out[0]), -8)) = 1 // as a kernel in assembly may
			return nil
		}, Backward: gradient}, nil, "lanes: own: it writes outside the output", false},
		{body{Shape: []int{3, 3, 16}, Forward: fill, Backward: func(*lanes.Pass[float64]) error { panic("broken") }}, nil, "lanes: own backward: panic: broken", false},
		{
			body{Shape: []int{3, 3, 16}, Forward: fill, Backward: func(*lanes.Pass[float64]) error { return assert.AnError }},
			nil,
			"lanes: own backward: " + assert.AnError.Error(), false,
		},
	} {
		t.Run(test.want, func(t *testing.T) {
			own := lanes.Op[struct{}]{
				Name:   "own",
				Inputs: []lanes.Input{{Name: "input"}, {Name: "weight", Kind: lanes.Param}},
				F64:    func(lanes.Site, struct{}) (body, error) { return test.body, test.err },
			}
			if test.missing {
				own.F64 = nil
			}
			s, err := newGraph(t, lanes.EngineConfig{Threads: 2, Check: true}, 35, tensor.Float64, func(b *lanes.Builder, x, w *gorgonia.Node) (*gorgonia.Node, error) {
				return own.Add(b, struct{}{}, x, w)
			})
			if err == nil {
				err = s.Run(35, 1)
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
	// Inputs that do not fit.
	for _, test := range []struct {
		in   func(x, w *gorgonia.Node) []*gorgonia.Node
		want string
	}{
		{func(x, w *gorgonia.Node) []*gorgonia.Node { return []*gorgonia.Node{x} }, "lanes: scaled: weight: the node is nil"},
		{func(x, w *gorgonia.Node) []*gorgonia.Node { return []*gorgonia.Node{w, w} }, "lanes: scaled: input: shape [3]: want lanes [3 ... 16]"},
		{func(x, w *gorgonia.Node) []*gorgonia.Node { return []*gorgonia.Node{x, x} }, "lanes: scaled: weight: shape [3 3 16]: want 1 dimensions"},
		{func(x, w *gorgonia.Node) []*gorgonia.Node { return []*gorgonia.Node{x, w, w} }, "lanes: scaled: 3 inputs: want at most 2"},
	} {
		_, err := newGraph(t, lanes.EngineConfig{}, 35, tensor.Float64, func(b *lanes.Builder, x, w *gorgonia.Node) (*gorgonia.Node, error) {
			return scaled.Add(b, 3, test.in(x, w)...)
		})
		assert.ErrorContains(t, err, test.want)
	}
}

// The random numbers of an operation are those of the key, the step and the
// row, whatever the batch.
func TestOwnRandomNumbers(t *testing.T) {
	noise := lanes.Op[uint64]{
		Name: "noise", Inputs: []lanes.Input{{Name: "input"}},
		F64: func(s lanes.Site, key uint64) (lanes.Body[float64], error) {
			return lanes.Body[float64]{Shape: s.InLanes(s.Row(0)...), Forward: lanes.EachGroup(func(g lanes.Group[float64]) {
				for i := range g.Out() {
					g.Out()[i] = float64(g.Pass().Bits(key, 16*g.Index+i%16, i/16) >> 11)
				}
			}), Backward: lanes.EachGroup(func(g lanes.Group[float64]) { clear(g.Grad(0)) })}, nil
		},
	}
	draw := func(rows int, key uint64, step int64) []float64 {
		e, err := lanes.NewEngine(lanes.EngineConfig{Threads: 2})
		require.NoError(t, err)
		defer e.Close()
		b, err := lanes.NewBuilder(e, lanes.BuilderConfig{Rows: rows, Dtype: tensor.Float64})
		require.NoError(t, err)
		in, err := b.Input("x", tensor.Float64, rows, 2)
		require.NoError(t, err)
		x, err := b.FromRows(in)
		require.NoError(t, err)
		y, err := noise.Add(b, key, x)
		require.NoError(t, err)
		out, err := b.ToRows(y, rows)
		require.NoError(t, err)
		s, err := b.NewSession(lanes.Program{Outputs: gorgonia.Nodes{out}})
		require.NoError(t, err)
		require.NoError(t, s.Run(rows, step))
		return slices.Clone(lanes.Output[float64](s, 0))
	}
	all := draw(40, 1, 5)
	assert.Equal(t, all[:2*7], draw(7, 1, 5))
	seen := map[float64]bool{}
	for _, values := range [][]float64{all, draw(40, 2, 5), draw(40, 1, 6)} {
		for _, v := range values {
			assert.False(t, seen[v])
			seen[v] = true
		}
	}
}
