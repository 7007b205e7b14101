package lanes

import (
	"fmt"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// queueNet is residual blocks, with an expression and a layer that does not join
// between them.
func queueNet(t *testing.T, b *Builder) Program {
	t.Helper()
	const channels = 3
	var p Program
	weight := func(n int, shape ...int) *gorgonia.Node {
		w := variable(t, b, fmt.Sprint("w", len(p.Wrt)), normal[float32](n, fmt.Sprint(len(p.Wrt))), shape...)
		p.Wrt = append(p.Wrt, w)
		return w
	}
	conv := func(x *gorgonia.Node) *gorgonia.Node {
		return must(t)(b.Conv2D(x, weight(channels*channels*9, channels, channels, 3, 3), nil, Conv2DOptions{PadH: 1, PadW: 1}))
	}
	mix := func(x *gorgonia.Node) *gorgonia.Node { // whose backward pass reads what it would overwrite in place
		return must(t)(b.Conv2D(x, weight(channels*channels, channels, channels, 1, 1), nil, Conv2DOptions{}))
	}
	norm := func(x, add *gorgonia.Node) *gorgonia.Node {
		y, mean, variance, err := b.BatchNorm(x, weight(channels, channels), weight(channels, channels), BatchNormOptions{Eps: 1e-3, Add: add, ReLU: true})
		require.NoError(t, err)
		p.Outputs = append(p.Outputs, must(t)(autograd.Wrap(mean, nil).Mul(autograd.Wrap(variance, nil)).Node()))
		return y
	}
	const rows, pixels = 37, channels * 5 * 6
	x := must(t)(b.FromRows(variable(t, b, "x", normal[float32](rows*pixels, "x"), rows, channels, 5, 6)))
	x = conv(x)
	var inner gorgonia.Nodes // whose gradients are asked for, and read before others are computed
	for range 3 {
		y := conv(x)
		z := must(t)(autograd.Wrap(norm(y, nil), nil).Reshape(b.lanesShape(channels, 6, 5)...).Node())
		x = norm(conv(must(t)(gorgonia.Reshape(mix(z), b.lanesShape(channels, 5, 6)))), x)
		inner = append(inner, x, y)
		p.Outputs = append(p.Outputs, must(t)(autograd.Wrap(x, nil).Square().Sum().Node())) // of what may be late
	}
	x = must(t)(b.ReLU(must(t)(autograd.Wrap(x, nil).Tanh().Node())))
	x = must(t)(b.MaxPool2D(must(t)(b.Sum(x, must(t)(b.Sigmoid(x)))), PoolOptions{H: 2, W: 2}))
	p.Wrt = append(p.Wrt, inner...)
	p.Loss = contract(t, b, x)
	p.Outputs = append(p.Outputs, x)
	return p
}

// Loops that run together, and gradients in the memory of others, have the bits of
// operations one after another, each with memory of its own.
func TestQueue(t *testing.T) {
	results := func(cfg EngineConfig) (all [][]float32, bytes int64) {
		e, err := NewEngine(cfg)
		require.NoError(t, err)
		defer e.Close()
		b, err := NewBuilder(e, BuilderConfig{Rows: 37})
		require.NoError(t, err)
		s := newTestSession(t, b, queueNet(t, b))
		for _, active := range []int{37, 5, 37, 32} {
			require.NoError(t, s.Run(active, 1))
			assert.Empty(t, b.queue.loops)
			for i := range s.program.Outputs {
				all = append(all, append([]float32{}, Output[float32](s, i)...))
			}
			for i := range s.program.Wrt {
				all = append(all, append([]float32{}, GradientOf[float32](s, i)...))
			}
		}
		return all, b.Bytes()
	}
	want, most := results(EngineConfig{Threads: 1, Check: true})
	for threads := 1; threads <= 3; threads++ {
		got, bytes := results(EngineConfig{Threads: threads})
		assert.Equal(t, want, got)
		if threads == 1 { // each has memory of its own beside
			assert.LessOrEqual(t, bytes, most-5*4*48*3*5*6, "five gradients are in the memory of others")
		}
	}
}

// A panic in a loop that was put off is an error with the name of its operation, and
// the session can be used again.
func TestPanicOfQueue(t *testing.T) {
	for threads := 1; threads <= 2; threads++ {
		for followed, want := range map[bool]string{false: "lanes: panic: own: broken (queue_test.go:", true: "lanes: batch norm: panic: own: broken (queue_test.go:"} {
			broken := true
			e := newTestEngine(t, threads)
			b, err := NewBuilder(e, BuilderConfig{Rows: 35})
			require.NoError(t, err)
			own := Op[struct{}]{Name: "own", Inputs: []Input{{Name: "input"}}, F32: func(s Site, _ struct{}) (Body[float32], error) {
				return Body[float32]{Joins: true, Shape: s.Shape(0), Forward: EachGroup(func(g Group[float32]) {
					if copy(g.Out(), g.In(0)); broken && g.Index == 1 {
						panic("broken")
					}
				})}, nil
			}}
			x := must(t)(own.Add(b, struct{}{}, must(t)(b.FromRows(constant(t, b, "x", normal[float32](70, "x"), 35, 2)))))
			if followed {
				x, _, _, err = b.BatchNorm(x, nil, nil, BatchNormOptions{Eps: 1})
				require.NoError(t, err)
			}
			s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{x}})
			assert.ErrorContains(t, s.Run(35, 1), want)
			assert.Empty(t, b.queue.loops)
			broken = false
			assert.NoError(t, s.Run(35, 1))
		}
	}
}

// Last is Each where the operation does not join, and where nothing flushes the queue.
func TestLastAtOnce(t *testing.T) {
	for _, joins := range []bool{false, true} {
		calls := 0
		o := Op[struct{}]{Name: "own", Inputs: []Input{{Name: "input"}}, F32: func(s Site, _ struct{}) (Body[float32], error) {
			return Body[float32]{Joins: joins, Shape: s.Shape(0), Forward: func(p *Pass[float32]) error {
				p.Last(func(Group[float32]) { calls++ })
				assert.Equal(t, 3, calls)
				return nil
			}}, nil
		}}
		b, err := NewBuilder(newTestEngine(t, 1), BuilderConfig{Rows: 35})
		require.NoError(t, err)
		y := must(t)(o.Add(b, struct{}{}, must(t)(b.FromRows(constant(t, b, "x", normal[float32](70, "x"), 35, 2)))))
		if joins {
			m, err := autograd.NewMachine(y)
			require.NoError(t, err)
			require.NoError(t, m.RunAll())
			continue
		}
		require.NoError(t, newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y}}).Run(35, 1))
	}
}

// A pass that calls Last again does one loop after the other.
func TestLastAgain(t *testing.T) {
	o := Op[struct{}]{Name: "own", Inputs: []Input{{Name: "input"}}, F32: func(s Site, _ struct{}) (Body[float32], error) {
		return Body[float32]{Joins: true, Shape: s.Shape(0), Forward: func(p *Pass[float32]) error {
			p.Last(func(g Group[float32]) { copy(g.Out(), g.In(0)) })
			p.Last(func(g Group[float32]) { g.Out()[0]++ })
			return nil
		}}, nil
	}}
	b, err := NewBuilder(newTestEngine(t, 1), BuilderConfig{Rows: 16})
	require.NoError(t, err)
	x := normal[float32](32, "x")
	y := must(t)(o.Add(b, struct{}{}, must(t)(b.FromRows(constant(t, b, "x", x, 16, 2)))))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{y}})
	require.NoError(t, s.Run(16, 1))
	assert.Equal(t, []float32{x[0] + 1, x[2]}, Output[float32](s, 0)[:2])
}
