package serve_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"descent/nn"
	"descent/nn/serve"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// Goroutines that ask for rows of several kinds get the bits that the model gives for
// each row alone, whatever the passes are.
func TestServerIsPredict(t *testing.T) {
	pixels, numbers := images(40, 784)
	for _, c := range []struct {
		name string
		net  nn.Layer
		o    serve.Options
	}{
		{"LeNet", nn.LeNet(10), serve.Options{}},
		{"classic LeNet, wide passes", nn.ClassicLeNet(10), serve.Options{MaxRows: 40, Workers: 3}},
		{"MLP, small passes", append(nn.MLP(40, 10), nn.Dropout{Rate: .5}), serve.Options{MaxRows: 5, Workers: 1}},
		{"no delay", nn.MLP(40, 10), serve.Options{Delay: -1}},
		{"plain rows", nn.Sequential(nn.Flatten{}, nn.Dense{Units: 3}, nn.Rows{F: centered}), serve.Options{Workers: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(t, c.net, lenetConfig)
			s := newServer(t, m, c.o)
			var want, wantPixels [][]float32
			for i := range pixels {
				y, err := m.Predict(nil, numbers[i])
				require.NoError(t, err)
				want = append(want, y)
				y, err = m.PredictPixels(nil, pixels[i])
				require.NoError(t, err)
				wantPixels = append(wantPixels, y)
			}
			var wg sync.WaitGroup
			for g := range 16 {
				wg.Go(func() {
					var y []float32
					for k := range 20 {
						i := (7*g + 3*k) % len(pixels)
						var err error
						if (g+k)%5 == 0 {
							y, err = s.PredictPixels(t.Context(), y, pixels[i])
							assert.Equal(t, wantPixels[i], y)
						} else {
							y, err = s.Predict(t.Context(), y, numbers[i])
							assert.Equal(t, want[i], y)
						}
						assert.NoError(t, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// centered subtracts the mean over the rows of the batch.
func centered(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	mean, err := gorgonia.Mean(x, 0)
	if err != nil {
		return nil, err
	}
	return gorgonia.BroadcastSub(x, mean, nil, []byte{0})
}

// The errors of rows that are not the model's, and of who may not wait.
func TestErrors(t *testing.T) {
	m := newModel(t, nn.MLP(3), nn.Config{Input: []int{2, 2}, Threads: 1})
	s := newServer(t, m, serve.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var none context.Context
	for _, c := range []struct {
		ask  func() ([]float32, error)
		want string
	}{
		{func() ([]float32, error) { return s.Predict(t.Context(), nil, make([]float32, 3)) }, "serve: a row of 3 input values: want 4, of shape [2 2]"},
		{func() ([]float32, error) { return s.Predict(t.Context(), nil, make([]float32, 8)) }, "serve: a row of 8 input values: want 4, of shape [2 2]"},
		{func() ([]float32, error) { return s.PredictPixels(t.Context(), nil, nil) }, "serve: a row of 0 input values: want 4, of shape [2 2]"},
		{func() ([]float32, error) { return s.PredictTokens(t.Context(), nil, make([]int32, 4)) }, "serve: PredictTokens with Config.Vocabulary = 0 of the model: want Predict or PredictPixels"},
		{func() ([]float32, error) { return s.Predict(ctx, nil, make([]float32, 4)) }, "serve: context canceled"},
		{func() ([]float32, error) { return s.Predict(none, nil, make([]float32, 4)) }, "serve: the context is nil: want one"},
		{func() ([]float32, error) { return new(serve.Server).Predict(ctx, nil, nil) }, "serve: the server is empty: want one from New"},
	} {
		y, err := c.ask()
		assert.EqualError(t, err, c.want)
		assert.Nil(t, y)
	}
	_, err := s.Predict(ctx, nil, make([]float32, 4))
	assert.ErrorIs(t, err, context.Canceled)
	for _, c := range []struct {
		o    serve.Options
		want string
	}{
		{serve.Options{Workers: -1}, "serve: Options.Workers = -1: want 0 (GOMAXPROCS) to 1024"},
		{serve.Options{Workers: 1025}, "serve: Options.Workers = 1025: want 0 (GOMAXPROCS) to 1024"},
		{serve.Options{MaxRows: -1}, "serve: Options.MaxRows = -1: want 0 (16) to 1024"},
		{serve.Options{Queue: 1<<20 + 1}, "serve: Options.Queue = 1048577: want 0 (1024) to 1048576"},
	} {
		_, err := serve.New(m, c.o)
		assert.EqualError(t, err, c.want)
	}
	_, err = serve.New(nil, serve.Options{})
	assert.EqualError(t, err, "serve: the model is nil: want one from nn.NewModel")
	_, err = serve.New(new(nn.Model), serve.Options{})
	assert.EqualError(t, err, "serve: the model is empty: want one from NewModel or NewPredictor")
	s.Close()
	s.Close()
	_, err = s.Predict(t.Context(), nil, make([]float32, 4))
	assert.EqualError(t, err, "serve: the server is closed")
	assert.ErrorIs(t, err, serve.ErrClosed)
	m.Close()
	_, err = serve.New(m, serve.Options{})
	assert.EqualError(t, err, "serve: model is closed")
}

// Servers that are not closed and not reachable free their workers.
func TestUnclosed(t *testing.T) {
	before := runtime.NumGoroutine()
	m := newModel(t, nn.MLP(3), nn.Config{Input: []int{2}, Threads: 1})
	func() {
		var all []*serve.Server
		for i := range 20 {
			s, err := serve.New(m, serve.Options{Workers: 3})
			require.NoError(t, err)
			if i%2 == 0 {
				_, err = s.Predict(t.Context(), nil, []float32{1, 2})
				require.NoError(t, err)
			}
			all = append(all, s)
		}
		require.Greater(t, runtime.NumGoroutine(), before+40)
		runtime.KeepAlive(all)
	}()
	for tries := 0; runtime.NumGoroutine() > before; tries++ {
		require.Less(t, tries, 1000, "%d goroutines: want %d", runtime.NumGoroutine(), before)
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
