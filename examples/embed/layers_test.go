package main

import (
	"descent/autograd"
	"descent/autograd/lanes"
	"descent/datasets"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// gradientOf checks a custom operation in float64 against differences, on a
// batch of 21 rows of shape [3, 2], with guards around its memory.
func gradientOf(t *testing.T, build func(b *lanes.Builder, x *gorgonia.Node, a *gorgonia.Node) (*gorgonia.Node, error)) {
	t.Helper()
	const rows = 21
	engine, err := lanes.NewEngine(lanes.EngineConfig{Threads: 2, Check: true})
	check(t, err)
	defer engine.Close()
	b, err := lanes.NewBuilder(engine, lanes.BuilderConfig{Rows: rows, Dtype: tensor.Float64})
	check(t, err)
	x, a := make([]float64, rows*6), []float64{.2, -.5, 1.5}
	for i := range x {
		x[i] = 3 * math.Sin(float64(3*i+1))
	}
	xs, err := b.Variable("x", tensor.New(tensor.WithShape(rows, 3, 2), tensor.WithBacking(x)))
	check(t, err)
	as, err := b.Variable("a", tensor.New(tensor.WithShape(3), tensor.WithBacking(a)))
	check(t, err)
	in, err := b.FromRows(xs)
	check(t, err)
	y, err := build(b, in, as)
	check(t, err)
	out, err := b.ToRows(y, rows)
	check(t, err)
	loss, err := autograd.Wrap(out, nil).Square().Add(autograd.Wrap(as, nil).Sum()).Mean().Node()
	check(t, err)
	s, err := b.NewSession(lanes.Program{Loss: loss, Wrt: gorgonia.Nodes{xs, as}})
	check(t, err)
	f := func(at, grad []float64) (float64, error) {
		copy(x, at)
		copy(a, at[len(x):])
		err := s.Run(rows, 1)
		if grad != nil && err == nil {
			copy(grad, lanes.GradientOf[float64](s, 0))
			copy(grad[len(x):], lanes.GradientOf[float64](s, 1))
		}
		return s.Loss(), err
	}
	check(t, autograd.CheckGradient(f, append(slices.Clone(x), a...), 1e-7))
}

func TestOperations(t *testing.T) {
	gradientOf(t, func(b *lanes.Builder, x, a *gorgonia.Node) (*gorgonia.Node, error) {
		return prelu.Add(b, struct{}{}, x, a)
	})
	gradientOf(t, func(b *lanes.Builder, x, _ *gorgonia.Node) (*gorgonia.Node, error) {
		return gelu.Add(b, struct{}{}, x)
	})
}

// trained trains a network with all custom layers on spirals, and returns the
// model and the losses.
func trained(t *testing.T, threads, epochs int, early *trainer.EarlyStopping) (*nn.Model, *trainer.History) {
	t.Helper()
	net := nn.Sequential(nn.Dense{Units: 16}, BatchNorm{Momentum: .1, Eps: 1e-5}, PReLU{}, nn.Dense{Units: 16}, GroupNorm{Groups: 4, Eps: 1e-5}, GELU{}, nn.Dense{Units: 2})
	model, err := nn.NewModel(net, nn.Config{Input: []int{2}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1, Threads: threads})
	check(t, err)
	t.Cleanup(model.Close)
	f := trainer.Trainer{
		Model: model, Rule: optimizers.DefaultAdam(), Schedule: lrsched.Constant(.01), Epochs: epochs, BatchSize: 48, Seed: 1, EarlyStopping: early,
	}
	history, err := f.Fit(t.Context(), newSpirals(300, 1), newSpirals(101, 2))
	check(t, err)
	return model, history
}

// In float32 the layers learn, with the same bits on one thread and on two.
func TestLayersLearn(t *testing.T) {
	one, history := trained(t, 1, 20, nil)
	two, _ := trained(t, 2, 20, nil)
	if one.Fingerprint() != two.Fingerprint() {
		t.Error("two threads give different parameters than one")
	}
	if first, last := history.Epochs[0].Test.Loss, history.Last().Test.Loss; !(last < first/2) {
		t.Errorf("test loss %v after %v: want half", last, first)
	}
}

// The running statistics survive early stopping, saving and loading.
func TestStatistics(t *testing.T) {
	model, history := trained(t, 2, 12, &trainer.EarlyStopping{Patience: 100})
	test := newSpirals(101, 2)
	scores, err := trainer.Evaluate(t.Context(), model, test, 48)
	check(t, err)
	if scores.Loss != history.Best.Value {
		t.Errorf("loss %v: want %v, the best", scores.Loss, history.Best.Value)
	}
	file := filepath.Join(t.TempDir(), "model.safetensors")
	check(t, model.Save(file))
	other, _ := trained(t, 1, 1, nil)
	check(t, other.Load(file))
	again, err := trainer.Evaluate(t.Context(), other, test, 48)
	check(t, err)
	if again.Loss != scores.Loss {
		t.Errorf("loss %v after loading: want %v", again.Loss, scores.Loss)
	}
}

// The statistics of a batch of five rows are those of five rows, and a step moves
// the running ones by a tenth of the way.
func TestBatchStatistics(t *testing.T) {
	model, err := nn.NewModel(nn.Sequential(BatchNorm{Momentum: .1, Eps: 1e-5}), nn.Config{Input: []int{1}, Loss: nn.SquaredError{}})
	check(t, err)
	defer model.Close()
	b := &datasets.Batch{Rows: 5, Inputs: []float32{1, 2, 3, 4, 10}, Targets: make([]float32, 5)}
	_, out, err := model.Step(b)
	check(t, err)
	for i, x := range b.Inputs { // mean 4, variance 10, unbiased 12.5
		if want := (float64(x) - 4) / math.Sqrt(10+1e-5); math.Abs(float64(out[i])-want) > 1e-6 {
			t.Errorf("row %d: %v: want %v", i, out[i], want)
		}
	}
	state := model.States()
	for i, want := range []float64{.4, .9 + 1.25} {
		if math.Abs(float64(state[i].Value[0])-want) > 1e-6 {
			t.Errorf("%s = %v: want %v", state[i].Name, state[i].Value[0], want)
		}
	}
	if _, _, err := model.Redo(b); err != nil || model.States()[0].Value[0] != state[0].Value[0] {
		t.Errorf("Redo moves the statistics (%v)", err)
	}
}
