package serve_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"descent/autograd/lanes"
	"descent/nn"
	"descent/nn/serve"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// watch is a layer that returns its inputs, tells the rows of each pass, and can hold
// one up.
type watch struct {
	mu     sync.Mutex
	graphs int
	rows   []int
	hold   chan struct{} // if not nil, the next pass waits for it
}

var errRefused = errors.New("13 is refused")

// look is the operation of watch. A pass with a 13 is an error.
var look = lanes.Op[*watch]{
	Name:   "look",
	Inputs: []lanes.Input{{Name: "input"}},
	F32: func(s lanes.Site, w *watch) (lanes.Body[float32], error) {
		return lanes.Body[float32]{Shape: s.InLanes(s.Row(0)...), Forward: func(p *lanes.Pass[float32]) error {
			copy(p.Out, p.In[0])
			w.mu.Lock()
			w.rows = append(w.rows, p.Rows())
			hold := w.hold
			w.hold = nil
			w.mu.Unlock()
			if hold != nil {
				<-hold
			}
			if slices.Contains(p.In[0], 13) {
				return errRefused
			}
			return nil
		}}, nil
	},
}

func (w *watch) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	w.graphs++
	return look.Add(s, w, x)
}

// seen returns the rows of the passes since it was last called.
func (w *watch) seen() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	rows := w.rows
	w.rows = nil
	return rows
}

// bubble is a server of one worker in a bubble of synctest.
type bubble struct {
	*testing.T
	*watch
	s    *serve.Server
	asks sync.WaitGroup
}

func newBubble(t *testing.T, o serve.Options) *bubble {
	w := &watch{}
	m := newModel(t, w, nn.Config{Input: []int{1}, Threads: 1})
	if o.Workers == 0 {
		o.Workers = 1
	}
	s := newServer(t, m, o)
	w.seen()
	return &bubble{T: t, watch: w, s: s}
}

// ask asks in a goroutine and checks the answer, or the error if one is wanted, and
// how long it took.
func (b *bubble) ask(ctx context.Context, x float32, took time.Duration, want error) {
	b.asks.Go(func() {
		begin := time.Now()
		y, err := b.s.Predict(ctx, nil, []float32{x})
		assert.Equal(b, took, time.Since(begin))
		if want != nil {
			assert.ErrorIs(b, err, want)
			assert.Nil(b, y)
			return
		}
		assert.NoError(b, err)
		assert.Equal(b, []float32{x}, y)
	})
}

// held holds a pass of one row up, until the function that it returns is called.
func (b *bubble) held() (release func()) {
	c := make(chan struct{})
	b.mu.Lock()
	b.hold = c
	b.mu.Unlock()
	b.asks.Go(func() {
		y, err := b.s.Predict(b.Context(), nil, []float32{-1})
		assert.NoError(b, err)
		assert.Equal(b, []float32{-1}, y)
	})
	synctest.Wait()
	return func() { close(c) }
}

// Nobody waits who is alone; those who came together wait for each other, but no
// longer than the delay; who has left, or asks no more, is not waited for again.
func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = time.Second
		b := newBubble(t, serve.Options{Delay: delay})
		together := func(n int, took time.Duration) {
			for i := range n {
				b.ask(t.Context(), float32(i), took, nil)
			}
			b.asks.Wait()
		}
		for range 3 {
			together(1, 0)
		}
		assert.Equal(t, []int{1, 1, 1}, b.seen(), "alone")
		release := b.held()
		for i := range 5 {
			b.ask(t.Context(), float32(i), 0, nil)
		}
		synctest.Wait()
		release()
		b.asks.Wait()
		assert.Equal(t, []int{1, 5}, b.seen(), "those that wait are one pass")
		together(5, 0)
		together(5, 0)
		assert.Equal(t, []int{5, 5}, b.seen(), "they come again")
		together(3, delay)
		together(3, 0)
		assert.Equal(t, []int{3, 3}, b.seen(), "two stay away")
		time.Sleep(2 * delay)
		together(1, 0)
		together(1, 0)
		assert.Equal(t, []int{1, 1}, b.seen(), "the others left long ago")
	})
}

// Without a delay rows are one pass only if they wait for a worker anyway.
func TestNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, serve.Options{Delay: -1, MaxRows: 4})
		release := b.held()
		for i := range 6 {
			b.ask(t.Context(), float32(i), 0, nil)
		}
		synctest.Wait()
		release()
		b.asks.Wait()
		b.ask(t.Context(), 1, 0, nil)
		b.asks.Wait()
		assert.Equal(t, []int{1, 4, 2, 1}, b.seen())
	})
}

// A second worker computes while the first is busy.
func TestWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, serve.Options{Workers: 2})
		release := b.held()
		b.ask(t.Context(), 2, 0, nil)
		synctest.Wait()
		assert.Equal(t, []int{1, 1}, b.seen())
		release()
		b.asks.Wait()
	})
}

// Who finds the queue full is told so; who leaves is not computed; who waits when the
// server is closed is told so, and a pass under way is answered.
func TestWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, serve.Options{Queue: 4})
		release := b.held()
		ctx, cancel := context.WithCancel(t.Context())
		b.ask(ctx, 1, time.Second, context.Canceled)
		late, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		b.ask(late, 2, time.Minute, context.DeadlineExceeded)
		b.ask(t.Context(), 3, time.Hour, nil)
		b.ask(t.Context(), 4, time.Hour, nil)
		synctest.Wait()
		b.ask(t.Context(), 5, 0, serve.ErrFull)
		time.Sleep(time.Second)
		cancel()
		time.Sleep(time.Hour - time.Second)
		release()
		b.asks.Wait()
		assert.Equal(t, []int{1, 2}, b.seen())

		time.Sleep(time.Second) // nobody is expected any more
		release = b.held()
		b.ask(t.Context(), 6, time.Second, serve.ErrClosed)
		b.ask(t.Context(), 7, time.Second, serve.ErrClosed)
		synctest.Wait()
		for range 2 {
			b.asks.Go(b.s.Close)
		}
		time.Sleep(time.Second)
		b.ask(t.Context(), 8, 0, serve.ErrClosed)
		synctest.Wait()
		release()
		b.asks.Wait()
		assert.Equal(t, []int{1}, b.seen())
	})
}

// The error of one row is not that of the others in its pass.
func TestErrorOfOneRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, serve.Options{})
		release := b.held()
		for i := range 5 {
			b.ask(t.Context(), float32(i), 0, nil)
		}
		b.ask(t.Context(), 13, 0, errRefused)
		synctest.Wait()
		release()
		b.asks.Wait()
		assert.Equal(t, []int{1, 6, 1, 1, 1, 1, 1, 1}, b.seen())
		_, err := b.s.Predict(t.Context(), nil, []float32{13})
		assert.ErrorContains(t, err, "serve: look")
	})
}

// New makes every graph that answers need.
func TestWarm(t *testing.T) {
	for _, most := range []int{1, 16, 40, 100} {
		synctest.Test(t, func(t *testing.T) {
			b := newBubble(t, serve.Options{MaxRows: most})
			before := b.graphs
			for n := 1; n <= most; n++ {
				release := b.held()
				for i := range n {
					b.ask(t.Context(), float32(-2-i), 0, nil)
				}
				synctest.Wait()
				release()
				b.asks.Wait()
				require.Equal(t, []int{1, n}, b.seen())
				_, err := b.s.PredictPixels(t.Context(), nil, []uint8{3})
				require.NoError(t, err)
				b.seen()
			}
			assert.Equal(t, before, b.graphs)
		})
	}
}

// count is an operation that makes numbers of tokens.
var count = lanes.Op[int]{
	Name:   "count",
	Inputs: []lanes.Input{{Name: "tokens", Kind: lanes.Data, Dims: 2}},
	F32: func(s lanes.Site, _ int) (lanes.Body[float32], error) {
		length := s.Shape(0)[1]
		return lanes.Body[float32]{Shape: s.InLanes(length), Forward: lanes.EachGroup(func(g lanes.Group[float32]) {
			for r := range lanes.Lanes {
				row := min(g.Index*lanes.Lanes+r, g.Pass().Rows()-1)
				for i, token := range g.Pass().Ints(0)[row*length : (row+1)*length] {
					g.Out()[i*lanes.Lanes+r] = float32(token)
				}
			}
		})}, nil
	},
}

func TestTokens(t *testing.T) {
	net := nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return count.Add(s, 0, x) })
	m := newModel(t, net, nn.Config{Input: []int{2}, Vocabulary: 5, Threads: 1})
	s := newServer(t, m, serve.Options{})
	var wg sync.WaitGroup
	for i := range int32(5) {
		wg.Go(func() {
			y, err := s.PredictTokens(t.Context(), nil, []int32{i, 4})
			assert.NoError(t, err)
			assert.Equal(t, []float32{float32(i), 4}, y)
		})
	}
	wg.Wait()
	_, err := s.PredictTokens(t.Context(), nil, []int32{1, 5})
	assert.EqualError(t, err, "serve: token 5 at 1: want 0 to 4")
	_, err = s.PredictTokens(t.Context(), nil, []int32{-1, 0})
	assert.EqualError(t, err, "serve: token -1 at 0: want 0 to 4")
	_, err = s.Predict(t.Context(), nil, make([]float32, 2))
	assert.EqualError(t, err, "serve: Predict with Config.Vocabulary = 5 of the model: want PredictTokens")
}
