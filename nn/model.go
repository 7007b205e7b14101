package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/internal/isnil"
	"descent/internal/memory"
	"descent/internal/prefix"
	"descent/optimizers"
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
type Model struct {
	kind   string // what errors call it: model or predictor
	net    Layer
	cfg    Config
	engine *lanes.Engine

	params []*parameter
	states []optimizers.Param[float32]
	sealed bool // all parameters and states are known
	layers []layerInfo
	output []int // shape of an output row
	exact  bool  // a layer works on plain rows

	memory   memory.Budget // of all but the programs
	programs programs
	steps    int64
	mu       sync.Mutex // held by the call in hand
	closed   bool
	profile  bool
}

// NewModel makes the parameters of net, for rows of cfg.Input's shape, and
// starts the workers. It returns an error that names the layer if the shapes
// do not chain. Call [Model.Close] when done.
func NewModel(net Layer, cfg Config) (*Model, error) {
	m := &Model{kind: "model", net: net, cfg: cfg}
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
	if _, err := elements(cfg.Input); err != nil {
		return nil, prefix.Error("nn", err, "Config.Input")
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

// Close waits for a call under way, ends the workers of the model and frees
// what it computed with. Closing it again does nothing. The parameters can
// still be read and saved.
func (m *Model) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.programs = nil
	m.engine.Close()
}

// reserve keeps the model for the caller, who unlocks mu, or says that somebody
// has it.
func (m *Model) reserve() error {
	if !m.mu.TryLock() {
		return fmt.Errorf("nn: %s: %w", m.kind, lanes.ErrBusy)
	}
	return nil
}

// use is reserve for what a closed model cannot do.
func (m *Model) use() error {
	if err := m.reserve(); err != nil {
		return err
	}
	if m.closed || m.engine == nil {
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
	return m.step(b, 1)
}

// Redo is [Model.Step] again with the random numbers of the last Step, those
// of dropout: the same function of the parameters and the layers' states. The
// parameters may have changed; the states are left as they are.
func (m *Model) Redo(b *datasets.Batch) (loss float64, output []float32, err error) {
	return m.step(b, 0)
}

// step runs a training step whose random numbers are those of this many steps
// after the last one.
func (m *Model) step(b *datasets.Batch, after int64) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.mu.Unlock()
	p, err := m.program(b, train)
	if err != nil {
		return 0, nil, err
	}
	if loss, output, err = p.run(b, m.steps+after); err != nil {
		return 0, nil, err
	}
	m.steps += after
	if after > 0 {
		p.updateStates()
	}
	for i, k := range p.trained {
		copy(m.params[k].grad, lanes.GradientOf[float32](p.session, i))
	}
	return loss, output, nil
}

// Evaluate computes the loss and the output of a batch in evaluation mode. The
// output has one row for each of the batch, and is valid until the next call.
func (m *Model) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.mu.Unlock()
	p, err := m.program(b, evaluate)
	if err != nil {
		return 0, nil, err
	}
	return p.run(b, 0)
}

// Predict returns the output for rows of inputs, in evaluation mode, one row
// after another: for a classifier the logits. It uses the memory of dst if that
// is large enough.
func (m *Model) Predict(dst, rows []float32) ([]float32, error) {
	n, err := rowsIn(len(rows), m.cfg.Input)
	if err != nil {
		return nil, err
	}
	return m.PredictBatch(dst, &datasets.Batch{Rows: n, Inputs: rows})
}

// PredictPixels is [Model.Predict] for rows of bytes, of which the network sees
// byte/255.
func (m *Model) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	n, err := rowsIn(len(rows), m.cfg.Input)
	if err != nil {
		return nil, err
	}
	return m.PredictBatch(dst, &datasets.Batch{Rows: n, Pixels: rows})
}

// PredictBatch is [Model.Predict] for the inputs of a batch of any kind, such as
// tokens.
func (m *Model) PredictBatch(dst []float32, b *datasets.Batch) ([]float32, error) {
	if err := m.use(); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	p, err := m.program(b, predict)
	if err != nil {
		return nil, err
	}
	_, out, err := p.run(b, 0)
	return append(dst[:0], out...), err
}

// rowsIn returns how many rows of a shape n values are.
func rowsIn(n int, shape []int) (int, error) {
	size, err := elements(shape)
	if err != nil || n == 0 || n%size != 0 {
		return 0, fmt.Errorf("nn: %d input values: want one or more rows of %d, of shape %v", n, size, shape)
	}
	return n / size, nil
}
