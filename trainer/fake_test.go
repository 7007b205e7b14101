package trainer

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// linear is a linear regression by hand: ŷ = x·w + b, loss ½·mean (ŷ−y)² by the
// weights of the rows.
type linear struct {
	w, b, gw, gb []float32
	out          []float32
	onStep       func(n int, l *linear, loss *float64) error // called after each Step, n from 1
	onEvaluate   func(n int, loss *float64) error            // likewise
	steps, evals int
	rows         []int // of each Step, if there is onStep
}

func newLinear(inputs int) *linear {
	return &linear{w: make([]float32, inputs), b: make([]float32, 1), gw: make([]float32, inputs), gb: make([]float32, 1)}
}

func (l *linear) Params() []optimizers.Param[float32] {
	return []optimizers.Param[float32]{
		{Name: "weight", Shape: []int{len(l.w)}, Value: l.w, Grad: l.gw},
		{Name: "bias", Shape: []int{1}, Value: l.b, Grad: l.gb},
	}
}

func (l *linear) forward(b *datasets.Batch) (loss float64) {
	l.out = l.out[:0]
	for i := range b.Rows {
		y := l.b[0]
		for j, w := range l.w {
			y += w * b.Inputs[i*len(l.w)+j]
		}
		l.out = append(l.out, y)
		d := float64(y - b.Targets[i])
		loss += b.WeightOf(i, b.Rows) * d * d / 2
	}
	return loss / b.Weight()
}

func (l *linear) Step(b *datasets.Batch) (float64, []float32, error) {
	loss := l.forward(b)
	clear(l.gw)
	clear(l.gb)
	for i := range b.Rows {
		d := float32(b.WeightOf(i, b.Rows)) * (l.out[i] - b.Targets[i]) / float32(b.Weight())
		for j := range l.w {
			l.gw[j] += d * b.Inputs[i*len(l.w)+j]
		}
		l.gb[0] += d
	}
	l.steps++
	if l.onStep != nil {
		l.rows = append(l.rows, b.Rows)
		changed := loss // loss itself would escape in every run
		if err := l.onStep(l.steps, l, &changed); err != nil {
			return 0, nil, err
		}
		loss = changed
	}
	return loss, l.out, nil
}

func (l *linear) Evaluate(b *datasets.Batch) (float64, []float32, error) {
	loss := l.forward(b)
	l.evals++
	if l.onEvaluate != nil {
		if err := l.onEvaluate(l.evals, &loss); err != nil {
			return 0, nil, err
		}
	}
	return loss, l.out, nil
}

var errFake = errors.New("fake")

// data is y = 2·x₀ − 3.4·x₁ + 4.2 + noise.
func data(t testing.TB, examples int) *datasets.Slices {
	t.Helper()
	d, err := datasets.Linear(datasets.LinearConfig{Weights: []float64{2, -3.4}, Bias: 4.2, Noise: .01, Examples: examples, Seed: 7})
	require.NoError(t, err)
	return d
}

// basic is a valid trainer of the fake model.
func basic(m Model) *Trainer {
	return &Trainer{Model: m, Rule: optimizers.SGD{}, Schedule: lrsched.Constant(.05), Epochs: 3, BatchSize: 4, Seed: 1}
}

// scripted is a model whose evaluations give the losses of a script, one
// evaluation of one batch each, and whose weight counts the updates: its
// gradient is always −1.
type scripted struct {
	w, g   []float32
	losses []float64
	next   int
}

func newScripted(losses ...float64) *scripted {
	return &scripted{w: make([]float32, 1), g: make([]float32, 1), losses: losses}
}

func (s *scripted) Params() []optimizers.Param[float32] {
	return []optimizers.Param[float32]{{Name: "w", Shape: []int{1}, Value: s.w, Grad: s.g}}
}

func (s *scripted) Step(b *datasets.Batch) (float64, []float32, error) {
	s.g[0] = -1
	return 1, make([]float32, b.Rows), nil
}

func (s *scripted) Evaluate(b *datasets.Batch) (float64, []float32, error) {
	loss := s.losses[s.next]
	s.next++
	out := make([]float32, b.Rows)
	for i := range out {
		out[i] = float32(loss)
	}
	return loss, out, nil
}

// outputMean is a metric of the scripted model: the very number of the script.
func outputMean() Metric {
	return Metric{Name: "output", Sum: func(_ *datasets.Batch, output []float32) (sum float64) {
		for _, v := range output {
			sum += float64(v)
		}
		return sum
	}}
}
