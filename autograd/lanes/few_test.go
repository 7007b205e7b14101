package lanes

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// fewGraph is a graph that doubles what a convolution gives, and the names of the
// operations that it runs.
type fewGraph struct {
	b       *Builder
	session *Session
	outputs []float32
	ops     []string
}

// newFewGraph builds it for two rows of an image, and runs it.
func newFewGraph(t *testing.T, maxBytes int64, double Op[struct{}]) (*fewGraph, error) {
	t.Helper()
	e, err := NewEngine(EngineConfig{Threads: 2, Check: true})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	f := &fewGraph{}
	f.b, err = NewBuilder(e, BuilderConfig{Rows: 2, FewRows: true, MaxBytes: maxBytes})
	require.NoError(t, err)
	image := must(t)(f.b.Input("image", tensor.Float32, 2, 2, 5, 6))
	copy(image.Value().(*tensor.Dense).Float32s(), normal[float32](120, "image"))
	x := must(t)(f.b.FromRows(image))
	w := constant(t, f.b, "w", normal[float32](20*2*9, "w"), 20, 2, 3, 3)
	x = must(t)(f.b.Conv2D(x, w, nil, Conv2DOptions{}))
	x = must(t)(double.Add(f.b, struct{}{}, x))
	rows := must(t)(f.b.ToRows(x, 2))
	if f.session, err = f.b.NewSession(Program{Outputs: gorgonia.Nodes{rows}}); err != nil {
		return nil, err
	}
	f.session.Profile()
	require.NoError(t, f.session.Run(2, 0))
	f.outputs = slices.Clone(Output[float32](f.session, 0))
	for _, o := range f.session.OpTimes() {
		f.ops = append(f.ops, o.Op)
	}
	return f, nil
}

func doubled(s Site, _ struct{}) (Body[float32], error) {
	return Body[float32]{Shape: s.InLanes(s.Row(0)...), Forward: EachGroup(func(g Group[float32]) {
		for i, v := range g.In(0) {
			g.Out()[i] = 2 * v
		}
	})}, nil
}

// An operation that says it works channel by channel is given blocks, another one
// lanes: the results are the same.
func TestFewRowsChannelwise(t *testing.T) {
	if err := ISAAVX2.Available(); err != nil {
		t.Skip(err)
	}
	double := Op[struct{}]{Name: "double", Inputs: []Input{{Name: "input"}}, F32: doubled}
	lanes, err := newFewGraph(t, 0, double)
	require.NoError(t, err)
	assert.Equal(t, []string{"conv2d", "blocks to lanes", "double", "lanes to rows"}, lanes.ops)
	double.Channelwise = true
	blocks, err := newFewGraph(t, 0, double)
	require.NoError(t, err)
	assert.Equal(t, []string{"conv2d", "double", "blocks to rows"}, blocks.ops)
	assert.Equal(t, lanes.outputs, blocks.outputs)

	// A conversion takes memory where it is computed.
	const places = 3 * 4
	assert.Equal(t, int64(2*20*places*Lanes*4-2*32*places*4), lanes.b.Bytes()-blocks.b.Bytes())
	most := lanes.b.Bytes()
	_, err = newFewGraph(t, blocks.b.Bytes(), double)
	assert.NoError(t, err)
	double.Channelwise = false
	_, err = newFewGraph(t, most, double)
	assert.NoError(t, err)
	_, err = newFewGraph(t, most-1, double)
	assert.ErrorContains(t, err, "lanes: blocks to lanes: memory of shape [1 20 3 4 16]: ")
}

// Rows beyond sixteen, float64, gradients and plain loops are in lanes.
func TestFewRowsInLanes(t *testing.T) {
	for _, c := range []struct {
		cfg    BuilderConfig
		engine EngineConfig
	}{
		{BuilderConfig{Rows: 17}, EngineConfig{Threads: 2}},
		{BuilderConfig{Rows: 9}, EngineConfig{Threads: 1}},
		{BuilderConfig{Rows: 1, Dtype: tensor.Float64}, EngineConfig{Threads: 2}},
		{BuilderConfig{Rows: 1}, EngineConfig{Threads: 2, ISA: ISAGo}},
	} {
		e, err := NewEngine(c.engine)
		require.NoError(t, err)
		t.Cleanup(e.Close)
		c.cfg.FewRows = true
		b, err := NewBuilder(e, c.cfg)
		require.NoError(t, err)
		assert.Nil(t, b.few)
	}
}
