package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"descent/autograd/lanes"
	"descent/internal/isnil"
	"descent/internal/memory"
	"descent/internal/prefix"
	"descent/optimizers"
	"gorgonia.org/tensor"
)

// Config holds the settings of a [Model].
type Config struct {
	Input   []int     // shape of one row: [C, H, W], [features] or, for tokens, [length]
	Loss    Loss      // what Step minimizes; if nil, the model only predicts
	Seed    uint64    // of the initial parameters and of dropout
	Threads int       // goroutines that share the work, at most lanes.MaxThreads; if zero, GOMAXPROCS
	ISA     lanes.ISA // if zero, the best that the machine supports

	// Vocabulary is the number of different tokens if the inputs are tokens: the
	// first layer then gets an int32 node of rows [n, Input...]. If zero, the inputs
	// are numbers or pixels, and the first layer gets lanes.
	Vocabulary int

	// MaxBytes limits the memory of parameters and their gradients, of states, and
	// of the graphs for batches of several sizes with their activations. If zero, the
	// limit is the machine's memory. Exceeding it is an error before anything is
	// allocated; for a batch, the call that gets the batch returns it. The working
	// memory of expressions and of Gorgonia's own operations is not counted.
	MaxBytes int64

	SkipZeros lanes.SkipZeros // if zero, zeros are skipped where that is faster; gradients differ by rounding

	NoWinograd bool // turns off Winograd's algorithm in training: see lanes.EngineConfig; results differ by rounding
}

// Model is a network with its parameters. It serves one goroutine at a time: methods
// that compute return [lanes.ErrBusy] while another one does. To serve more, use
// [Model.NewPredictor] or package nn/serve.
type Model struct{ runner }

// Predictor runs a network forward with the parameters of a model and with its own
// workers and buffers. Several can run at once, each for one goroutine at a time.
// The parameters must not change during a prediction; the next one uses the new
// values. A few rows take less time than sixteen do.
type Predictor struct{ runner }

// runner is what a model and its predictors have in common: a network that computes.
type runner struct {
	kind   string // what errors call it: model or predictor
	net    Layer
	cfg    Config
	engine *lanes.Engine

	params  []param
	states  []param
	before  [][]float32 // the states as the last step found them
	carried []carried   // some of the states
	sealed  bool        // all parameters and states are known
	layers  string      // the lines of a summary,
	noted   int         // and how many parameters they count
	places  []place
	output  []int // shape of an output row
	exact   bool  // a layer works on plain rows

	memory   memory.Budget // of all but the programs
	programs []*program    // in use, the last used first
	steps    int64
	mu       sync.Mutex // held by the call in hand
	closed   bool
	profile  bool
}

// NewModel creates the parameters of net, for rows of shape cfg.Input, and starts
// the workers. If a layer does not fit the output of the one before it, the error
// names the layer. Call [Model.Close] when done; the garbage collector stops the
// workers of a model that was not closed.
func NewModel(net Layer, cfg Config) (*Model, error) {
	if err := cfg.check(net); err != nil {
		return nil, prefix.Error("nn", err)
	}
	m := &Model{runner{kind: "model", net: net, cfg: cfg, memory: memory.Budget{Limit: cfg.MaxBytes}}}
	m.cfg.Input = slices.Clone(cfg.Input)
	if cfg.MaxBytes == 0 {
		m.memory.Limit = memory.Machine()
	}
	var err error
	if m.engine, err = lanes.NewEngine(lanes.EngineConfig{Threads: cfg.Threads, ISA: cfg.ISA, SkipZeros: cfg.SkipZeros, NoWinograd: cfg.NoWinograd}); err != nil {
		return nil, prefix.Error("nn", err)
	}
	if err = m.survey(); err != nil {
		m.engine.Close()
		return nil, prefix.Error("nn", err)
	}
	return m, nil
}

func (cfg Config) check(net Layer) error {
	_, fits := memory.Product(cfg.Input...)
	switch {
	case cfg.MaxBytes < 0:
		return fmt.Errorf("Config.MaxBytes = %d: want 0 (the machine's memory) or more", cfg.MaxBytes)
	case isnil.Value(net):
		return errors.New("network is nil: want a layer")
	case cfg.Vocabulary < 0 || cfg.Vocabulary > math.MaxInt32:
		return fmt.Errorf("Config.Vocabulary = %d: want 0 (no tokens) to %d", cfg.Vocabulary, math.MaxInt32)
	case len(cfg.Input) == 0:
		return errors.New("Config.Input is empty: want the shape of a row, such as [1 28 28]")
	case slices.Min(cfg.Input) < 1:
		return fmt.Errorf("Config.Input: shape %v: want dimensions of 1 or more", cfg.Input)
	case !fits:
		return fmt.Errorf("Config.Input: shape %v: too large", cfg.Input)
	}
	return nil
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

// NewPredictor returns a predictor that shares its work among the given number of
// goroutines: 1 computes only in the caller's, 0 uses GOMAXPROCS. Call Close when
// done, or leave it to the garbage collector; neither affects the model.
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
		kind: "predictor", net: m.net, cfg: m.cfg, engine: engine, params: m.params, states: m.states, carried: m.carried, places: m.places, output: m.output, sealed: true, exact: m.exact, memory: m.memory,
	}}, nil
}

// Close waits for a call under way, stops the workers and frees the graphs.
// Closing again does nothing. The parameters of a closed model can still be read
// and saved.
func (m *runner) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.programs = nil
	m.engine.Close()
}

var errEmpty = errors.New("nn: the model is empty: want one from NewModel or NewPredictor")

// reserve reserves the model for the caller, who must unlock mu, or returns an error
// if it is in use.
func (m *runner) reserve() error {
	if m.net == nil {
		return errEmpty
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

// Workers returns the goroutines that share the work, for an optimizer of the model
// ([optimizers.Config]), whose steps run between those of the model. After Close,
// the caller computes alone.
func (m *Model) Workers() optimizers.Workers { return m.engine }

// UsesRows reports whether a layer works on plain rows, as [Rows] does. If so, each
// graph is for one batch size, and a row's output may depend on the other rows.
func (m *Model) UsesRows() bool { return m.exact }

// Network returns the layer passed to [NewModel].
func (m *Model) Network() Layer { return m.net }

// Config returns the settings passed to [NewModel].
func (m *Model) Config() Config {
	c := m.cfg
	c.Input = m.InputShape()
	return c
}

// InputShape returns the shape of an input row.
func (m *Model) InputShape() []int { return slices.Clone(m.cfg.Input) }

// OutputShape returns the shape of an output row.
func (m *Model) OutputShape() []int { return slices.Clone(m.output) }
