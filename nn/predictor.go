package nn

import (
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/prefix"
)

// Predictor runs a network forward with the parameters of a model, and with
// workers and buffers of its own: several serve at once, each one goroutine at
// a time. The parameters must not be changed while a prediction runs.
type Predictor struct {
	model Model // shares the parameters with the one that it is of
}

// NewPredictor returns a predictor that shares its work among the given number
// of goroutines: 1 computes in the caller's alone, 0 uses GOMAXPROCS. Call
// [Predictor.Close] when done.
func (m *Model) NewPredictor(threads int) (*Predictor, error) {
	if err := m.use(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	engine, err := lanes.NewEngine(lanes.EngineConfig{Threads: threads, ISA: m.cfg.ISA})
	if err != nil {
		return nil, prefix.Error("nn", err, "predictor")
	}
	return &Predictor{Model{
		kind: "predictor", net: m.net, cfg: m.cfg, engine: engine, params: m.params, states: m.states, sealed: true, output: m.output, exact: m.exact, memory: m.memory,
	}}, nil
}

// Predict is as [Model.Predict].
func (p *Predictor) Predict(dst, rows []float32) ([]float32, error) {
	return p.model.Predict(dst, rows)
}

// PredictPixels is as [Model.PredictPixels].
func (p *Predictor) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	return p.model.PredictPixels(dst, rows)
}

// PredictBatch is as [Model.PredictBatch].
func (p *Predictor) PredictBatch(dst []float32, b *datasets.Batch) ([]float32, error) {
	return p.model.PredictBatch(dst, b)
}

// Close ends the predictor's workers. The model is not touched.
func (p *Predictor) Close() { p.model.Close() }
