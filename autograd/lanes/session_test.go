package lanes

import (
	"sync"
	"testing"

	"descent/autograd"
	"descent/internal/graph"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A batch smaller than the builder's Rows gives the bits that a builder of its
// size gives, whatever ran before.
func TestPartialBatch(t *testing.T) {
	e := newTestEngine(t, 2)
	for _, rows := range []int{1, 5, 16, 17} {
		large, small := newNet(t, e, 20, netWeights()), newNet(t, e, rows, netWeights())
		s, s1 := large.session(t), small.session(t)
		require.NoError(t, large.run(s, 20, 1))
		require.NoError(t, large.run(s, rows, 2))
		require.NoError(t, small.run(s1, rows, 2))
		loss, got := large.result(s, rows)
		want, values := small.result(s1, rows)
		assert.Equal(t, want, loss, "%d rows", rows)
		assert.Equal(t, values, got, "%d rows", rows)
	}
}

// The gradient of rows beyond the batch is zero, also after a larger batch.
func TestPartialBatchInputGradient(t *testing.T) {
	b := newTestBuilder(t, 20, tensor.Float64)
	x := variable(t, b, "x", normal[float64](20*2, "x"), 20, 2)
	s := newTestSession(t, b, Program{Loss: contract(t, b, must(t)(b.Tanh(must(t)(b.FromRows(x))))), Wrt: gorgonia.Nodes{x}})
	require.NoError(t, s.Run(20, 0))
	assert.NotContains(t, GradientOf[float64](s, 0), 0.0)
	require.NoError(t, s.Run(3, 0))
	assert.Equal(t, make([]float64, 17*2), GradientOf[float64](s, 0)[6:])
	assert.NotContains(t, GradientOf[float64](s, 0)[:6], 0.0)
}

// A changed parameter shows at the next run, and a run changes none.
func TestParametersAreViews(t *testing.T) {
	e := newTestEngine(t, 1)
	w, changed := netWeights(), netWeights()
	n := newNet(t, e, 3, w)
	s := n.session(t)
	require.NoError(t, n.run(s, 3, 0))
	before := s.Loss()
	assert.Equal(t, changed, w)
	for i := range w {
		w[i][0], changed[i][0] = 0.7, 0.7
	}
	require.NoError(t, n.run(s, 3, 0))
	fresh := newNet(t, e, 3, changed)
	s1 := fresh.session(t)
	require.NoError(t, fresh.run(s1, 3, 0))
	assert.NotEqual(t, before, s.Loss())
	assert.Equal(t, s1.Loss(), s.Loss())
}

// The number of threads does not change a bit.
func TestThreadsDoNotMatter(t *testing.T) {
	const rows = 70 // five groups
	var want [][]float32
	for _, threads := range []int{1, 2, 3} {
		n := newNet(t, newTestEngine(t, threads), rows, netWeights())
		s := n.session(t)
		require.NoError(t, n.run(s, rows, 4))
		_, got := n.result(s, rows)
		if want == nil {
			want = got
		}
		assert.Equal(t, want, got, "%d threads", threads)
	}
}

// Two sessions over one set of weights, with tensors of their own, run at the
// same time: the race detector watches.
func TestConcurrentSessions(t *testing.T) {
	const rows, runs = 6, 20
	shared, w := newTestEngine(t, 2), netWeights()
	n := newNet(t, shared, rows, w)
	s := n.session(t)
	require.NoError(t, n.run(s, rows, 0))
	want := s.Loss()
	nets := []*net{newNet(t, shared, rows, w), newNet(t, shared, rows, w), newNet(t, newTestEngine(t, 1), rows, w)}
	var wg sync.WaitGroup
	for _, n := range nets {
		s := n.session(t)
		wg.Go(func() {
			for range runs {
				if assert.NoError(t, n.run(s, rows, 0)) {
					assert.Equal(t, want, s.Loss())
				}
			}
		})
	}
	wg.Wait()
}

// A session in use says so; one that failed can be used again.
func TestSessionBusy(t *testing.T) {
	b := newTestBuilder(t, 1, tensor.Float32)
	in := must(t)(b.Input("x", tensor.Float32, 1))
	started, release := make(chan struct{}), make(chan struct{})
	fail := true
	o := graph.NewOp("wait", gorgonia.Nodes{in}, tensor.Float32, tensor.Shape{1}, func(v []gorgonia.Value) (gorgonia.Value, error) {
		if fail {
			fail = false
			panic("the first time")
		}
		started <- struct{}{}
		<-release
		return v[0], nil
	})
	n := must(t)(gorgonia.ApplyOp(o, in))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{n}})
	require.ErrorContains(t, s.Run(1, 0), "lanes: wait: panic: the first time (session_test.go:")
	done := make(chan error, 1)
	go func() { done <- s.Run(1, 0) }()
	select {
	case <-started:
	case err := <-done:
		t.Fatalf("not free after a failure: %v", err)
	}
	err := s.Run(1, 0)
	assert.ErrorIs(t, err, ErrBusy)
	assert.EqualError(t, err, "lanes: session: in use by another goroutine")
	close(release)
	require.NoError(t, <-done)
}

// What a closed engine computes is the same.
func TestClosedEngine(t *testing.T) {
	e := newTestEngine(t, 2)
	n := newNet(t, e, 20, netWeights())
	s := n.session(t)
	require.NoError(t, n.run(s, 20, 0))
	_, want := n.result(s, 20)
	e.Close()
	require.NoError(t, n.run(s, 20, 0))
	_, got := n.result(s, 20)
	assert.Equal(t, want, got)
}

// Scalars are fed and read like the rest.
func TestScalarInput(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32))
	y := must(t)(autograd.Wrap(x, nil).Square().Node())
	s := newTestSession(t, b, Program{Loss: y, Outputs: gorgonia.Nodes{y}})
	require.NoError(t, s.Run(2, 0, Feed{x, []float32{3}}))
	assert.Equal(t, 9.0, s.Loss())
	assert.Equal(t, []float32{9}, Output[float32](s, 0))
	assert.ErrorContains(t, s.Run(2, 0, Feed{x, []float32{}}), "is fed 0 values: want 1 for 2 rows")
}

// A session is measured while it runs. The race detector watches.
func TestProfileAtOnce(t *testing.T) {
	b := newTestBuilder(t, 1, tensor.Float32)
	x := must(t)(b.Input("x", tensor.Float32, 1))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{must(t)(gorgonia.Exp(x))}})
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 100 {
			_ = s.Run(1, 0) // or it is busy
		}
	})
	for range 10 {
		s.Profile()
		for _, o := range s.OpTimes() {
			assert.LessOrEqual(t, o.Runs, 100)
		}
	}
	wg.Wait()
}
