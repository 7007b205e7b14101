package nn_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"descent/autograd/lanes"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// Predictors in goroutines of their own, with batches of several sizes, give
// the bits that the model gives, while they make their graphs at the same time.
func TestPredictors(t *testing.T) {
	net := append(nn.LeNet(10), Swish, nn.Dropout{Rate: .5})
	m := newModel(t, net, lenetConfig)
	b := pixelBatch(40, 784, 10, "serve")
	floats := inFloats(b).Inputs
	sizes := []int{1, 16, 40, 7}
	var want, wantFloats [][]float32
	for _, n := range sizes {
		y, err := m.PredictPixels(nil, b.Pixels[:n*784])
		require.NoError(t, err)
		want = append(want, y)
		y, err = m.Predict(nil, floats[:n*784])
		require.NoError(t, err)
		wantFloats = append(wantFloats, y)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		p, err := m.NewPredictor(1 + i%2)
		require.NoError(t, err)
		defer p.Close()
		wg.Go(func() {
			var y []float32
			for range 3 {
				for k := range sizes {
					k = (k + i) % len(sizes)
					var err error
					y, err = p.PredictPixels(y, b.Pixels[:sizes[k]*784])
					if !assert.NoError(t, err) {
						return
					}
					assert.Equal(t, want[k], y)
					z, err := p.Predict(nil, floats[:sizes[k]*784])
					assert.NoError(t, err)
					assert.Equal(t, wantFloats[k], z)
				}
			}
		})
	}
	wg.Wait()
}

// A predictor sees the weights that the model has by then.
func TestPredictorSharesWeights(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 1, Weight: nn.Constant(1), Bias: nn.Constant(0)}, nn.Config{Input: []int{1}})
	p, err := m.NewPredictor(0)
	require.NoError(t, err)
	defer p.Close()
	for _, w := range []float32{1, 5} {
		m.Params()[0].Value[0] = w
		y, err := p.Predict(nil, []float32{2})
		require.NoError(t, err)
		assert.Equal(t, []float32{2 * w}, y)
	}
	m.Close()
	y, err := p.Predict(nil, []float32{3})
	require.NoError(t, err, "the model is closed, its weights are there")
	assert.Equal(t, []float32{15}, y)
}

// Several models may be made, trained and frozen at once, each in a goroutine
// of its own. Those before the first one, at whose making Gorgonia writes to
// what all graphs share, are no exception.
func TestModelsAtOnce(t *testing.T) {
	two := gorgonia.NewConstant(float32(2))
	net := nn.Sequential(nn.Flatten{}, nn.Dense{Units: 4}, Swish, nn.Rows{F: softplus}, nn.Dense{Units: 2})
	cfg := nn.Config{Input: []int{3}, Loss: pseudoHuber(2, two), Seed: 1, Threads: 2}
	b := inputBatch(20, 3, 2, "at once")
	got := make([]result, 4)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			m, err := nn.NewModel(net, cfg)
			if !assert.NoError(t, err) {
				return
			}
			defer m.Close()
			got[i] = step(t, m, b)
			assert.NoError(t, m.Freeze("1.*"))
			assert.Equal(t, got[i].loss, step(t, m, b).loss)
		})
	}
	wg.Wait()
	want := step(t, newModel(t, net, cfg), b)
	for _, r := range got {
		assert.Equal(t, want, r)
	}
}

// A model is frozen and thawed while a predictor of it makes its graphs.
func TestFreezeBesidePredictor(t *testing.T) {
	m := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	p, err := m.NewPredictor(1)
	require.NoError(t, err)
	defer p.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		for rows := 1; rows < 100; rows += 16 {
			_, err := p.Predict(nil, make([]float32, 3*rows))
			assert.NoError(t, err)
		}
	})
	for range 20 {
		require.NoError(t, m.Freeze("1.*"))
		require.NoError(t, m.Unfreeze("1.*"))
	}
	wg.Wait()
}

// pseudoHuber is as PseudoHuber, for rows of n outputs, by stock operations with
// a constant 2 that graphs share.
func pseudoHuber(n int, two *gorgonia.Node) nn.Loss {
	return nn.LossFunc(func(s *nn.Scope, output *gorgonia.Node) (*gorgonia.Node, error) {
		rows, err := s.ToRows(output, s.Rows())
		if err != nil {
			return nil, err
		}
		targets, err := s.TargetRows(n)
		if err != nil {
			return nil, err
		}
		e, err := gorgonia.Sub(rows, targets)
		if err != nil {
			return nil, err
		}
		if e, err = gorgonia.Pow(e, two); err != nil { // its gradient has constants that are Gorgonia's own
			return nil, err
		}
		if e, err = gorgonia.Add(e, gorgonia.NewConstant(float32(1))); err != nil {
			return nil, err
		}
		if e, err = gorgonia.Sqrt(e); err != nil {
			return nil, err
		}
		if e, err = gorgonia.Mean(e, 1); err != nil {
			return nil, err
		}
		return s.MeanRows(e)
	})
}

// Whoever asks a model that another goroutine is using is told so, whatever is
// asked; afterwards all goes on.
func TestErrBusy(t *testing.T) {
	var wait atomic.Bool // the next run is to wait
	in, out := make(chan bool), make(chan bool)
	waits := nn.Func(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.ApplyOp(&userOp{"wait", []int{3}, func(v []gorgonia.Value) (gorgonia.Value, error) {
			if wait.CompareAndSwap(true, false) {
				in <- true
				<-out
			}
			return v[0], nil
		}}, x)
	})
	m := newModel(t, nn.Sequential(nn.Dense{Units: 1}, waits), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	p, err := m.NewPredictor(1)
	require.NoError(t, err)
	defer p.Close()
	file := filepath.Join(t.TempDir(), "model")
	b := inputBatch(1, 1, 1, "x")
	for _, c := range []struct {
		predict func(dst, rows []float32) ([]float32, error)
		ask     map[string]func() error
	}{
		{m.Predict, map[string]func() error{
			"Step":          func() error { _, _, err := m.Step(b); return err },
			"Evaluate":      func() error { _, _, err := m.Evaluate(b); return err },
			"Predict":       func() error { _, err := m.Predict(nil, b.Inputs); return err },
			"PredictPixels": func() error { _, err := m.PredictPixels(nil, make([]uint8, 1)); return err },
			"Freeze":        func() error { return m.Freeze("*") },
			"Unfreeze":      func() error { return m.Unfreeze("*") },
			"Save":          func() error { return m.Save(file) },
			"Load":          func() error { return m.Load(file) },
			"NewPredictor":  func() error { _, err := m.NewPredictor(1); return err },
		}},
		{p.Predict, map[string]func() error{
			"Predictor.Predict":       func() error { _, err := p.Predict(nil, b.Inputs); return err },
			"Predictor.PredictPixels": func() error { _, err := p.PredictPixels(nil, make([]uint8, 1)); return err },
		}},
	} {
		done := make(chan error)
		wait.Store(true)
		go func() { _, err := c.predict(nil, b.Inputs); done <- err }()
		<-in
		for name, ask := range c.ask {
			assert.ErrorIs(t, ask(), lanes.ErrBusy, name)
		}
		out <- true
		assert.NoError(t, <-done)
		_, err := c.predict(nil, b.Inputs)
		assert.NoError(t, err)
	}
	assert.NoFileExists(t, file)
}

// A closed model computes nothing more, but its weights can be read and saved.
func TestClose(t *testing.T) {
	m, err := nn.NewModel(nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	require.NoError(t, err)
	p, err := m.NewPredictor(2)
	require.NoError(t, err)
	b := inputBatch(2, 3, 2, "x")
	before := m.Fingerprint()
	step(t, m, b)
	m.Close()
	m.Close()
	p.Close()
	p.Close()
	const want = "nn: model is closed"
	_, _, err = m.Step(b)
	assert.EqualError(t, err, want)
	_, _, err = m.Evaluate(b)
	assert.EqualError(t, err, want)
	_, err = m.Predict(nil, b.Inputs)
	assert.EqualError(t, err, want)
	_, err = m.NewPredictor(1)
	assert.EqualError(t, err, want)
	_, err = p.Predict(nil, b.Inputs)
	assert.EqualError(t, err, "nn: predictor is closed")
	assert.EqualError(t, m.Freeze("*"), want)
	assert.EqualError(t, m.Load("none"), want)

	file := filepath.Join(t.TempDir(), "model")
	require.NoError(t, m.Save(file))
	assert.Equal(t, before, m.Fingerprint())
	assert.Len(t, m.Params(), 4)
	other := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Seed: 8})
	require.NoError(t, other.Load(file))
	assert.Equal(t, before, other.Fingerprint())

	_, err = other.NewPredictor(-1)
	assert.EqualError(t, err, "nn: predictor: Threads = -1: want 0 (all processors) or more")
}
