package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/graph"
	"descent/internal/isnil"
	"descent/internal/memory"
	"descent/internal/prefix"
	"gorgonia.org/tensor"
)

// Config is what a model needs besides its layers.
type Config struct {
	Input   []int     // shape of one row: [C, H, W], [features] or, of tokens, [length]
	Loss    Loss      // what Step minimizes; if nil, the model only predicts
	Seed    uint64    // of the initial parameters and of dropout
	Threads int       // goroutines that share the work, at most lanes.MaxThreads; if zero, GOMAXPROCS
	ISA     lanes.ISA // if zero, the best that the machine has

	// Vocabulary is the number of tokens that there are, if inputs are tokens: the
	// first layer then gets an int32 node of rows [n, Input...]. If zero, they are
	// numbers or pixels, and it gets lanes.
	Vocabulary int

	// MaxBytes bounds the memory of parameters and their gradients, of states, and
	// of the graphs for batches of several sizes with their activations; if zero,
	// it is the machine's. What would be more is an error before it is allocated,
	// that of a batch by the call that it is given to. What expressions and
	// Gorgonia's own operations work with is not counted.
	MaxBytes int64

	SkipZeros lanes.SkipZeros // if zero, zeros are skipped where that is faster; gradients differ by rounding
}

// Model is a network with its parameters. It serves one goroutine at a time and
// says so ([lanes.ErrBusy]) when it is asked by two; [Model.NewPredictor]
// serves more.
type Model struct{ runner }

// Predictor runs a network forward with the parameters of a model, and with
// workers and buffers of its own: several serve at once, each one goroutine at
// a time. The parameters must not be changed while a prediction runs.
type Predictor struct{ runner }

// runner is what a model and its predictors have: a network that computes.
type runner struct {
	kind   string // what errors call it: model or predictor
	net    Layer
	cfg    Config
	engine *lanes.Engine

	params []param
	states []param
	sealed bool // all parameters and states are known
	layers []layerInfo
	output []int // shape of an output row
	exact  bool  // a layer works on plain rows

	memory   memory.Budget // of all but the programs
	programs []*program    // in use, the last used first
	steps    int64
	mu       sync.Mutex // held by the call in hand
	closed   bool
	profile  bool
}

// NewModel makes the parameters of net, for rows of cfg.Input's shape, and
// starts the workers. It returns an error that names the layer if the shapes
// do not chain. Call [Model.Close] when done.
func NewModel(net Layer, cfg Config) (*Model, error) {
	m := &Model{runner{kind: "model", net: net, cfg: cfg}}
	m.cfg.Input = slices.Clone(cfg.Input)
	if cfg.MaxBytes < 0 {
		return nil, fmt.Errorf("nn: Config.MaxBytes = %d: want 0 (the machine's memory) or more", cfg.MaxBytes)
	}
	if m.memory.Limit = cfg.MaxBytes; cfg.MaxBytes == 0 {
		m.memory.Limit = memory.Machine()
	}
	if isnil.Value(net) {
		return nil, errors.New("nn: network is nil: want a layer")
	}
	if cfg.Vocabulary < 0 || cfg.Vocabulary > math.MaxInt32 {
		return nil, fmt.Errorf("nn: Config.Vocabulary = %d: want 0 (no tokens) to %d", cfg.Vocabulary, math.MaxInt32)
	}
	if len(cfg.Input) == 0 {
		return nil, errors.New("nn: Config.Input is empty: want the shape of a row, such as [1 28 28]")
	}
	if err := graph.Positive(cfg.Input); err != nil {
		return nil, prefix.Error("nn", err, "Config.Input")
	}
	if _, ok := memory.Product(cfg.Input...); !ok {
		return nil, fmt.Errorf("nn: Config.Input: shape %v: too large", cfg.Input)
	}
	var err error
	if m.engine, err = lanes.NewEngine(lanes.EngineConfig{Threads: cfg.Threads, ISA: cfg.ISA, SkipZeros: cfg.SkipZeros}); err != nil {
		return nil, prefix.Error("nn", err)
	}
	if err = m.survey(); err != nil {
		m.engine.Close()
		return nil, prefix.Error("nn", err)
	}
	return m, nil
}

// survey builds the network for one group of rows, layer by layer: it makes the
// parameters, finds what does not fit, and notes what [Model.Summary] shows.
func (m *runner) survey() error {
	want := spec{purpose: train, kind: tensor.Float32, rows: lanes.Lanes}
	if m.cfg.Loss == nil {
		want.purpose = predict
	}
	if m.cfg.Vocabulary > 0 {
		want.kind = tensor.Int32
	}
	p, err := m.build(want)
	if err != nil {
		return err
	}
	if m.cfg.Loss != nil && len(p.trained) == 0 {
		return errors.New("the network has no parameters to train")
	}
	m.output, m.exact, m.sealed = p.output, p.exact, true
	return nil
}

// NewPredictor returns a predictor that shares its work among the given number
// of goroutines: 1 computes in the caller's alone, 0 uses GOMAXPROCS. Call
// Close when done: the model is not touched.
func (m *Model) NewPredictor(threads int) (*Predictor, error) {
	if err := m.use(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	engine, err := lanes.NewEngine(lanes.EngineConfig{Threads: threads, ISA: m.cfg.ISA})
	if err != nil {
		return nil, prefix.Error("nn", err, "predictor")
	}
	return &Predictor{runner{
		kind: "predictor", net: m.net, cfg: m.cfg, engine: engine, params: m.params, states: m.states, sealed: true, output: m.output, exact: m.exact, memory: m.memory,
	}}, nil
}

// Close waits for a call under way, ends the workers and frees what was computed
// with. Closing again does nothing. The parameters of a model can still be read
// and saved.
func (m *runner) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.programs = nil
	m.engine.Close()
}

// reserve keeps the model for the caller, who unlocks mu, or says that somebody
// has it.
func (m *runner) reserve() error {
	if m.net == nil {
		return errors.New("nn: the model is empty: want one of NewModel or NewPredictor")
	}
	if !m.mu.TryLock() {
		return fmt.Errorf("nn: %s: %w", m.kind, lanes.ErrBusy)
	}
	return nil
}

// use is reserve for what a closed model cannot do.
func (m *runner) use() error {
	if err := m.reserve(); err != nil {
		return err
	}
	if m.closed {
		m.mu.Unlock()
		return fmt.Errorf("nn: %s is closed", m.kind)
	}
	return nil
}

// Threads returns the number of goroutines that share the work.
func (m *Model) Threads() int { return m.engine.Threads() }

// InputShape returns the shape of an input row.
func (m *Model) InputShape() []int { return slices.Clone(m.cfg.Input) }

// OutputShape returns the shape of an output row.
func (m *Model) OutputShape() []int { return slices.Clone(m.output) }

// Step computes the loss of a batch and the gradient of every parameter that is
// trained, in training mode. The gradient is that of the mean over the batch's
// rows and replaces the one before. It changes no parameter.
//
// The output has one row for each of the batch, and is valid until the next
// call.
func (m *Model) Step(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 1, nil)
}

// Redo is [Model.Step] again with the random numbers of the last Step, those
// of dropout: the same function of the parameters and the layers' states. The
// parameters may have changed; the states are left as they are.
func (m *Model) Redo(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, train, 0, nil)
}

// run computes a batch. A training step has the random numbers of this many
// steps after the last one. The output of a prediction is a copy, in dst if that
// is large enough.
func (m *runner) run(b *datasets.Batch, what purpose, after int64, dst []float32) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.mu.Unlock()
	p, err := m.program(b, what)
	if err == nil {
		err = p.feed(b)
	}
	var step int64
	if what == train {
		step = m.steps + after
	}
	if err == nil {
		err = p.session.Run(b.Rows, step)
	}
	if err != nil {
		return 0, nil, prefix.Error("nn", err)
	}
	rows := lanes.Output[float32](p.session, 0)
	output = rows[:b.Rows*(len(rows)/p.rows)]
	if what == predict {
		return 0, append(dst[:0], output...), nil
	}
	if what == train {
		for i, t := range p.trained {
			copy(t.Grad, lanes.GradientOf[float32](p.session, i))
		}
		if m.steps = step; after > 0 {
			p.updateStates()
		}
	}
	return p.session.Loss(), output, nil
}

// Evaluate computes the loss and the output of a batch in evaluation mode. The
// output has one row for each of the batch, and is valid until the next call.
func (m *Model) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.run(b, evaluate, 0, nil)
}

// Predict returns the output for rows of inputs, in evaluation mode, one row
// after another: for a classifier the logits. It uses the memory of dst if that
// is large enough.
func (m *runner) Predict(dst, rows []float32) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Inputs: rows})
}

// PredictPixels is [Model.Predict] for rows of bytes, of which the network sees
// byte/255.
func (m *runner) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	return m.predictRows(dst, datasets.Batch{Pixels: rows})
}

// predictRows predicts for as many rows as the inputs of b are.
func (m *runner) predictRows(dst []float32, b datasets.Batch) ([]float32, error) {
	n := len(b.Inputs) + len(b.Pixels)
	size := graph.Size(m.cfg.Input)
	if n == 0 || n%size != 0 {
		return nil, fmt.Errorf("nn: %d input values: want one or more rows of %d, of shape %v", n, size, m.cfg.Input)
	}
	b.Rows = n / size
	return m.PredictBatch(dst, &b)
}

// PredictBatch is [Model.Predict] for the inputs of a batch of any kind, such as
// tokens.
func (m *runner) PredictBatch(dst []float32, b *datasets.Batch) ([]float32, error) {
	_, output, err := m.run(b, predict, 0, dst)
	return output, err
}
