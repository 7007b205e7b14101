package nn

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"sync/atomic"

	"descent/autograd"
	"descent/datasets"
	"descent/internal/rng"
	"descent/optimizers"
)

// ISA names the instruction set that a model computes with.
type ISA = autograd.ISA

// The instruction sets. ISAAuto is the best that the machine has.
const (
	ISAAuto   = autograd.ISAAuto
	ISAGo     = autograd.ISAGo
	ISAAVX2   = autograd.ISAAVX2
	ISAAVX512 = autograd.ISAAVX512
)

// Config is what a model needs besides its layers.
type Config struct {
	Input   []int  // shape of one row: [C, H, W] or [features]
	Loss    Loss   // what Step minimises; if nil, the model only predicts
	Seed    uint64 // of the initial parameters and of dropout
	Threads int    // goroutines that share the work; if zero, GOMAXPROCS
	ISA     ISA    // if zero, the best that the machine has
}

// Model is a network with its parameters. It serves one goroutine at a time and
// says so ([autograd.ErrBusy]) when it is asked by two; [Model.NewPredictor]
// serves more.
type Model struct {
	net    Layer
	cfg    Config
	engine *autograd.Engine

	params []*parameter
	states []Tensor
	sealed bool // all parameters and states are known
	layers []layerInfo
	output []int // shape of an output row

	programs programs
	steps    int64
	busy     atomic.Bool
	closed   bool
}

// parameter is the memory of one parameter and its gradient.
type parameter struct {
	name        string
	shape       []int
	value, grad []float32
	frozen      bool
}

// Tensor is a named array that is kept with a model.
type Tensor struct {
	Name  string
	Shape []int
	Value []float32 // row-major, the model's own memory
}

// NewModel makes the parameters of net, for rows of cfg.Input's shape, and
// starts the workers. It returns an error that names the layer if the shapes
// do not chain. Call [Model.Close] when done.
func NewModel(net Layer, cfg Config) (*Model, error) {
	m := &Model{net: net, cfg: cfg}
	m.cfg.Input = slices.Clone(cfg.Input)
	if net == nil {
		return nil, errors.New("nn: network is nil: want a layer")
	}
	if len(cfg.Input) == 0 {
		return nil, errors.New("nn: Config.Input is empty: want the shape of a row, such as [1 28 28]")
	}
	if _, err := elements(cfg.Input); err != nil {
		return nil, fmt.Errorf("nn: Config.Input: %w", err)
	}
	var err error
	if m.engine, err = autograd.NewEngine(autograd.EngineConfig{Threads: cfg.Threads, ISA: cfg.ISA}); err != nil {
		return nil, fmt.Errorf("nn: %w", err)
	}
	if err = m.survey(); err != nil {
		m.engine.Close()
		return nil, fmt.Errorf("nn: %w", err)
	}
	return m, nil
}

// Close ends the workers of the model and frees what it computed with, when no
// other call is under way. Closing it again does nothing. The parameters can
// still be read and saved.
func (m *Model) Close() {
	m.closed = true
	m.programs = nil
	m.engine.Close()
}

// use reserves the model for the caller, or says who has it.
func (m *Model) use() error {
	if !m.busy.CompareAndSwap(false, true) {
		return fmt.Errorf("nn: model: %w", autograd.ErrBusy)
	}
	if m.closed {
		m.busy.Store(false)
		return errors.New("nn: model is closed")
	}
	return nil
}

// parameter returns the index of a parameter, which it makes while the model is
// being made.
func (m *Model) parameter(name string, init Initializer, fans Fans, shape []int) (int, error) {
	for i, p := range m.params {
		if p.name != name {
			continue
		}
		if !slices.Equal(p.shape, shape) {
			return 0, fmt.Errorf("parameter %q of shape %v: want %v, as at first", name, shape, p.shape)
		}
		return i, nil
	}
	if m.sealed {
		return 0, fmt.Errorf("parameter %q: not declared at first: want the same parameters in each graph", name)
	}
	n, err := elements(shape)
	if err != nil {
		return 0, fmt.Errorf("parameter %q: %w", name, err)
	}
	p := &parameter{name: name, shape: slices.Clone(shape), value: make([]float32, n), grad: make([]float32, n)}
	if init == nil {
		return 0, fmt.Errorf("parameter %q: initializer is nil", name)
	}
	if err := init.Init(p.value, fans, rng.New(m.cfg.Seed, "parameter", name)); err != nil {
		return 0, fmt.Errorf("parameter %q: %w", name, err)
	}
	for i, v := range p.value {
		if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
			return 0, fmt.Errorf("parameter %q: initial value [%d] is %v: want finite numbers", name, i, v)
		}
	}
	m.params = append(m.params, p)
	return len(m.params) - 1, nil
}

func (m *Model) stateTensor(name string, shape []int) (Tensor, error) {
	for _, t := range m.states {
		if t.Name == name && slices.Equal(t.Shape, shape) {
			return t, nil
		}
	}
	if m.sealed {
		return Tensor{}, fmt.Errorf("state %q of shape %v: not declared at first: want the same states in each graph", name, shape)
	}
	n, err := elements(shape)
	if err != nil {
		return Tensor{}, fmt.Errorf("state %q: %w", name, err)
	}
	m.states = append(m.states, Tensor{name, slices.Clone(shape), make([]float32, n)})
	return m.states[len(m.states)-1], nil
}

// elements returns the number of values of a shape.
func elements(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 1 {
			return 0, fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
		}
		if n > int(^uint(0)>>1)/d {
			return 0, fmt.Errorf("shape %v: too large", shape)
		}
		n *= d
	}
	return n, nil
}

// Params returns the parameters that are trained, in the order of the layers,
// as views of the model's memory. Grad has the gradient of the last
// [Model.Step].
func (m *Model) Params() []optimizers.Param[float32] {
	var all []optimizers.Param[float32]
	for _, p := range m.params {
		if !p.frozen {
			all = append(all, optimizers.Param[float32]{Name: p.name, Shape: slices.Clone(p.shape), Value: p.value, Grad: p.grad})
		}
	}
	return all
}

// Weights returns all parameters, the frozen ones as well, in the order of the
// layers.
func (m *Model) Weights() []Tensor {
	all := make([]Tensor, len(m.params))
	for i, p := range m.params {
		all[i] = Tensor{p.name, slices.Clone(p.shape), p.value}
	}
	return all
}

// State returns what the layers keep besides parameters, such as running
// statistics.
func (m *Model) State() []Tensor { return slices.Clone(m.states) }

// NumParams returns the number of values in all parameters.
func (m *Model) NumParams() int {
	n := 0
	for _, p := range m.params {
		n += len(p.value)
	}
	return n
}

// Threads returns the number of goroutines that share the work.
func (m *Model) Threads() int { return m.engine.Threads() }

// InputShape returns the shape of an input row.
func (m *Model) InputShape() []int { return slices.Clone(m.cfg.Input) }

// OutputShape returns the shape of an output row.
func (m *Model) OutputShape() []int { return slices.Clone(m.output) }

// Freeze keeps the parameters whose names match a pattern of [path.Match], such
// as "0.*", from being trained: [Model.Params] leaves them out from now on, and
// no gradient is computed for them. A pattern that matches no parameter is an
// error.
func (m *Model) Freeze(patterns ...string) error { return m.freeze(true, patterns) }

// Unfreeze undoes [Model.Freeze].
func (m *Model) Unfreeze(patterns ...string) error { return m.freeze(false, patterns) }

func (m *Model) freeze(frozen bool, patterns []string) error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.busy.Store(false)
	var change []*parameter
	for _, pattern := range patterns {
		n := len(change)
		for _, p := range m.params {
			ok, err := path.Match(pattern, p.name)
			if err != nil {
				return fmt.Errorf("nn: pattern %q: %w", pattern, err)
			}
			if ok {
				change = append(change, p)
			}
		}
		if len(change) == n {
			return fmt.Errorf("nn: pattern %q matches no parameter: want one of %v", pattern, tensorNames(m.Weights()))
		}
	}
	for _, p := range change {
		p.frozen = frozen
		clear(p.grad)
	}
	m.programs = nil // they differentiate with respect to the wrong parameters
	return nil
}

// Step computes the loss of a batch and the gradient of every parameter that is
// trained, in training mode. The gradient is that of the mean over the batch's
// rows and replaces the one before. It changes no parameter.
//
// The output has one row for each of the batch, and is valid until the next
// call.
func (m *Model) Step(b *datasets.Batch) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.busy.Store(false)
	p, err := m.program(b, train)
	if err != nil {
		return 0, nil, err
	}
	m.steps++
	if loss, output, err = p.run(b, m.steps); err != nil {
		return 0, nil, err
	}
	for i, k := range p.trained {
		copy(m.params[k].grad, autograd.GradientOf[float32](p.session, i))
	}
	return loss, output, nil
}

// Evaluate computes the loss and the output of a batch in evaluation mode. The
// output has one row for each of the batch, and is valid until the next call.
func (m *Model) Evaluate(b *datasets.Batch) (loss float64, output []float32, err error) {
	if err := m.use(); err != nil {
		return 0, nil, err
	}
	defer m.busy.Store(false)
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
	return m.predict(dst, &datasets.Batch{Rows: n, Inputs: rows})
}

// PredictPixels is [Model.Predict] for rows of bytes, of which the network sees
// byte/255.
func (m *Model) PredictPixels(dst []float32, rows []uint8) ([]float32, error) {
	n, err := rowsIn(len(rows), m.cfg.Input)
	if err != nil {
		return nil, err
	}
	return m.predict(dst, &datasets.Batch{Rows: n, Pixels: rows})
}

func (m *Model) predict(dst []float32, b *datasets.Batch) ([]float32, error) {
	if err := m.use(); err != nil {
		return nil, err
	}
	defer m.busy.Store(false)
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
