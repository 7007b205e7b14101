package lanes

import (
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestSessionErrors(t *testing.T) {
	n := newNet(t, newTestEngine(t, 1), 20, netWeights())
	other := newTestBuilder(t, 20, tensor.Float32)
	stranger := must(t)(other.Input("stranger", tensor.Float32, 20))
	s := n.session(t)
	pixels, labels := netBatch(20)
	require.NoError(t, n.run(s, 20, 0))
	want := s.Loss()
	for _, test := range []struct {
		rows int
		feed Feed
		want string
	}{
		{0, Feed{n.pixels, pixels}, "lanes: session: a batch of 0 rows: want 1 to 20"},
		{-1, Feed{n.pixels, pixels}, "lanes: session: a batch of -1 rows: want 1 to 20"},
		{21, Feed{n.pixels, pixels}, "lanes: session: a batch of 21 rows: want 1 to 20"},
		{20, Feed{n.pixels, make([]uint8, 20*netPixels+1)}, "is fed 1621 values: want at most 1620"},
		{20, Feed{n.pixels, make([]uint8, 20*netPixels-1)}, "is fed 1619 values: want 1620 for 20 rows"},
		{3, Feed{n.labels, []int32{1, 2}}, "is fed 2 values: want 3 for 3 rows"},
		{20, Feed{n.pixels, []float32{1}}, "is fed a []float32: want a slice of uint8"},
		{20, Feed{n.labels, []uint8{1}}, "is fed a []uint8: want a slice of int32"},
		{20, Feed{n.labels, []int{1}}, "is fed a []int: want a slice of int32"},
		{20, Feed{n.labels, nil}, "is fed a <nil>: want a slice of int32"},
		{20, Feed{n.labels, []float64{1}}, "is fed a []float64: want a slice of int32"},
		{20, Feed{nil, labels}, "lanes: session: <nil> is fed: want an input"},
		{20, Feed{n.loss, []float32{1}}, "is fed: want an input"},
		{20, Feed{stranger, []float32{1}}, "is fed: want an input of this session's graph"},
	} {
		t.Run(test.want, func(t *testing.T) {
			assert.ErrorContains(t, s.Run(test.rows, 0, test.feed), test.want)
		})
	}
	require.NoError(t, n.run(s, 20, 0), "and it still works")
	assert.Equal(t, want, s.Loss())
}

func TestNewSessionErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float32)
	x := variable(t, b, "x", []float32{1, 2}, 2)
	loss := must(t)(autograd.Wrap(x, nil).Sum().Node())
	unrelated := variable(t, b, "unrelated", []float32{1, 2}, 2)
	stranger := variable(t, newTestBuilder(t, 2, tensor.Float32), "stranger", []float32{1, 2}, 2)
	for _, test := range []struct {
		p    Program
		want string
	}{
		{Program{}, "lanes: machine for 0 nodes: want 1 or more, none nil"},
		{Program{Wrt: gorgonia.Nodes{x}}, "lanes: session: gradients requested without a loss"},
		{Program{Loss: x, Wrt: gorgonia.Nodes{x}}, "want a scalar node"},
		{Program{Loss: x}, "want a scalar node"},
		{Program{Loss: loss, Wrt: gorgonia.Nodes{unrelated}}, "does not depend on"},
		{Program{Loss: loss, Wrt: gorgonia.Nodes{nil}}, "does not depend on"},
		{Program{Outputs: gorgonia.Nodes{nil}}, "lanes: machine for 1 nodes: want 1 or more, none nil"},
		{Program{Loss: loss, Outputs: gorgonia.Nodes{stranger}}, "is of another graph than"},
		{Program{Outputs: gorgonia.Nodes{stranger}}, "is of another graph than"},
	} {
		s, err := b.NewSession(test.p)
		assert.ErrorContains(t, err, test.want)
		assert.Nil(t, s)
	}
}

// Before the first run there are no results, which is no reason to panic.
func TestResultsBeforeRun(t *testing.T) {
	n := newNet(t, newTestEngine(t, 1), 2, netWeights())
	s := n.session(t)
	assert.Zero(t, s.Loss())
	assert.Nil(t, Output[float32](s, 0))
	assert.Nil(t, GradientOf[float32](s, 0))
	assert.Nil(t, Output[float32](s, 1))
}

// A session without a loss predicts; its Loss is 0.
func TestSessionWithoutLoss(t *testing.T) {
	n := newNet(t, newTestEngine(t, 1), 2, netWeights())
	s := newTestSession(t, n.b, Program{Outputs: gorgonia.Nodes{n.logits}})
	require.NoError(t, n.run(s, 2, 0))
	assert.Zero(t, s.Loss())
	assert.NotZero(t, Output[float32](s, 0)[0])
}
