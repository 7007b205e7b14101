package pytorch_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"testing"

	"descent/datasets"
	"descent/internal/safetensors"
	"descent/internal/weights"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/pytorch"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var write = flag.Bool("write", false, "write testdata/here-*.safetensors, for golden.py go-on")

// cases are the optimizers of testdata/golden.py.
var cases = []struct {
	name string
	rule optimizers.Rule
	rate float64
}{
	{"sgd", optimizers.SGD{Momentum: .9}, .1},
	{"nesterov", optimizers.SGD{Momentum: .9, Nesterov: true, WeightDecay: .01}, .05},
	{"adam", optimizers.DefaultAdam(), .01},
	{"amsgrad", optimizers.Adam{Beta1: .9, Beta2: .999, Eps: 1e-8, AMSGrad: true, WeightDecay: .01}, .01},
	{"adamw", optimizers.AdamW{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: .1}, .01},
	{"rmsprop", optimizers.RMSProp{Rho: .99, Eps: 1e-8, Centered: true, Momentum: .9}, .003},
	{"adagrad", optimizers.DefaultAdagrad(), .05},
	{"adadelta", optimizers.DefaultAdadelta(), 1},
	{"adamax", optimizers.DefaultAdamax(), .01},
	{"radam", optimizers.DefaultRAdam(), .01},
}

// run is a network and its optimizer.
type run struct {
	*nn.Model
	optimizer *optimizers.Optimizer[float32]
	rate      float64
}

// newRun begins from the weights of a file.
func newRun(t *testing.T, rule optimizers.Rule, rate float64, file string) run {
	m, err := nn.NewModel(nn.Sequential(
		nn.Conv2D{Filters: 3, Kernel: 3}, nn.MaxPool2D{Size: 2}, nn.Flatten{}, nn.Dense{Units: 8}, nn.Tanh{}, nn.Dense{Units: 4},
	), nn.Config{Input: []int{1, 6, 6}, Loss: nn.SoftmaxCrossEntropy{}})
	require.NoError(t, err)
	t.Cleanup(m.Close)
	part, err := m.LoadPart(file, nil, "*")
	require.NoError(t, err)
	require.Empty(t, part.Kept)
	o, err := optimizers.New(rule, m.Params(), optimizers.Config{})
	require.NoError(t, err)
	return run{m, o, rate}
}

// restore gives the optimizer the state of a file.
func (r run) restore(t *testing.T, file string) {
	s, err := pytorch.Load(file, r.Params())
	require.NoError(t, err)
	require.NoError(t, r.optimizer.Restore(s))
}

// train returns the losses of a step for each batch.
func (r run) train(t *testing.T) []float64 {
	var losses []float64
	for _, b := range batches(t) {
		loss, _, err := r.Step(b)
		require.NoError(t, err)
		require.NoError(t, r.optimizer.Step(r.rate))
		losses = append(losses, loss)
	}
	return losses
}

func batches(t *testing.T) []*datasets.Batch {
	const rows, size = 8, 36
	all, err := weights.Read("testdata/start.npz")
	require.NoError(t, err)
	require.Equal(t, "inputs", all[0].Name)
	require.Equal(t, "labels", all[1].Name)
	var batches []*datasets.Batch
	for i := range 10 {
		b := &datasets.Batch{Rows: rows, Inputs: all[0].Data[i*rows*size:][:rows*size]}
		for _, label := range all[1].Data64[i*rows:][:rows] {
			b.Labels = append(b.Labels, int32(label))
		}
		batches = append(batches, b)
	}
	return batches
}

func read(t *testing.T, name string, to any) {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, to))
}

// A run that PyTorch began goes on here as it does there: ten steps with the same
// losses.
func TestFromPyTorch(t *testing.T) {
	golden := map[string][]float64{}
	read(t, "torch.json", &golden)
	require.Len(t, golden, len(cases))
	for _, c := range cases {
		file := fmt.Sprintf("testdata/torch-%s.npz", c.name)
		r := newRun(t, c.rule, c.rate, file)
		r.restore(t, file)
		assert.InEpsilonSlice(t, golden[c.name], r.train(t), 1e-5, c.name)

		fresh := newRun(t, c.rule, c.rate, file) // without the state, the losses are others
		assert.Greater(t, largest(golden[c.name], fresh.train(t)), 1e-3, c.name)
	}
}

// largest returns the largest relative difference.
func largest(want, got []float64) float64 {
	most := 0.
	for i := range want {
		most = max(most, math.Abs(got[i]/want[i]-1))
	}
	return most
}

// A run that began here goes on in PyTorch as it does here, and the network computes
// the same.
func TestToPyTorch(t *testing.T) {
	golden := map[string]struct{ Outputs, Losses []float64 }{}
	read(t, "here.json", &golden)
	dir := t.TempDir()
	if *write {
		dir = "testdata"
	}
	for _, c := range cases {
		r := newRun(t, c.rule, c.rate, "testdata/start.npz")
		r.train(t)
		file, state := fmt.Sprintf("here-%s.safetensors", c.name), fmt.Sprintf("here-%s-state.safetensors", c.name)
		require.NoError(t, r.Save(filepath.Join(dir, file)))
		require.NoError(t, pytorch.Save(filepath.Join(dir, state), r.Params(), r.optimizer.State()))
		if *write {
			continue
		}
		// The files are those that PyTorch read.
		for _, name := range []string{file, state} {
			want, err := weights.Read(filepath.Join("testdata", name))
			require.NoError(t, err)
			got, err := weights.Read(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Len(t, got, len(want))
			for i := range want {
				assert.Equal(t, want[i].Name, got[i].Name)
				assert.Equal(t, want[i].Shape, got[i].Shape)
				assert.Equal(t, want[i].Data64, got[i].Data64)
				if want[i].Data != nil {
					assert.InDeltaSlice(t, want[i].Data, got[i].Data, 1e-5, want[i].Name)
				}
			}
		}
		outputs, err := r.Predict(nil, batches(t)[0].Inputs)
		require.NoError(t, err)
		assert.InDeltaSlice(t, golden[c.name].Outputs, doubles(outputs), 1e-5, c.name)

		again := newRun(t, c.rule, c.rate, filepath.Join(dir, file))
		again.restore(t, filepath.Join(dir, state))
		assert.Equal(t, r.optimizer.State(), again.optimizer.State())
		losses := r.train(t)
		assert.Equal(t, losses, again.train(t))
		assert.InEpsilonSlice(t, golden[c.name].Losses, losses, 1e-5, c.name)
	}
}

func doubles(v []float32) []float64 {
	d := make([]float64, len(v))
	for i := range v {
		d[i] = float64(v[i])
	}
	return d
}

var two = []optimizers.Param[float32]{
	{Name: "0.weight", Shape: []int{1, 2}, Value: []float32{1, 2}, Grad: []float32{.5, .5}},
	{Name: "0.bias", Shape: []int{1}, Value: []float32{3}, Grad: []float32{.5}},
}

// Parameters that were frozen have counts of their own.
func TestCounts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	slots := []optimizers.Slot[float32]{
		{Param: "0.weight", Name: "momentum_buffer", Shape: []int{1, 2}, Values: []float32{1, 2}}, {Param: "0.bias", Name: "momentum_buffer", Shape: []int{1}, Values: []float32{3}},
	}
	for _, s := range []optimizers.State[float32]{
		{Step: 9, Slots: slots, Counts: []optimizers.Count{{Param: "0.bias", Steps: 4}}},
		{Step: 9, Slots: slots},
		{Step: 0, Slots: slots},
		{Step: 3},
	} {
		require.NoError(t, pytorch.Save(file, two, s))
		got, err := pytorch.Load(file, two)
		require.NoError(t, err)
		assert.Equal(t, s, got)
	}
	none, err := pytorch.Load(file, nil)
	assert.ErrorContains(t, err, `tensor "optimizer/0.weight/step": want optimizer/PARAMETER/SLOT of one of the parameters`)
	assert.Zero(t, none)
}

func TestSaveErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	for want, s := range map[string]optimizers.State[float32]{
		`pytorch: save: global "d": want a rule without globals: PyTorch keeps state by parameter`: {Globals: []optimizers.Global{{Param: "0.weight", Name: "d"}}},
		`pytorch: save: slot "m" of "1.weight": want one of the parameters`:                        {Slots: []optimizers.Slot[float32]{{Param: "1.weight", Name: "m"}}},
		`pytorch: save: count of steps of "1.weight": want one of the parameters`:                  {Counts: []optimizers.Count{{Param: "1.weight"}}},
		`pytorch: save: count of steps of "0.bias": want one of the parameters`:                    {Counts: []optimizers.Count{{Param: "0.bias", Rule: true}}},
		`pytorch: save: optimizer/0.bias/m: 2 elements with shape [1]: want their product`:         {Slots: []optimizers.Slot[float32]{{Param: "0.bias", Name: "m", Values: []float32{1, 2}}}},
	} {
		assert.EqualError(t, pytorch.Save(file, two, s), want)
		assert.NoFileExists(t, file)
	}
	assert.ErrorIs(t, pytorch.Save(filepath.Join(file, "x"), two, optimizers.State[float32]{}), os.ErrNotExist)
}

func TestLoadErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	number := func(name string, v ...float64) safetensors.Tensor {
		return safetensors.Tensor{Name: name, Shape: []int{len(v)}, Data64: v}
	}
	for want, all := range map[string][]safetensors.Tensor{
		`tensor "optimizer/1.weight/step": want optimizer/PARAMETER/SLOT of one of the parameters`: {number("optimizer/1.weight/step", 1)},
		`tensor "optimizer/step": want optimizer/PARAMETER/SLOT of one of the parameters`:          {number("optimizer/step", 1)},
		`tensor "optimizer/0.bias/step": shape [2]: want one number`:                               {number("optimizer/0.bias/step", 1, 2)},
		`tensor "optimizer/0.bias/step": 1.5: want a count of steps`:                               {number("optimizer/0.bias/step", 1.5)},
		`tensor "optimizer/0.bias/step": -1: want a count of steps`:                                {number("optimizer/0.bias/step", -1)},
		`tensor "optimizer/0.bias/step": NaN: want a count of steps`:                               {number("optimizer/0.bias/step", math.NaN())},
		`parameter "0.bias": step is missing`:                                                      {number("optimizer/0.weight/step", 1), number("optimizer/0.bias/exp_avg", 1)},
		`parameter "0.weight": step is missing`:                                                    {number("optimizer/0.bias/step", 1)},
	} {
		require.NoError(t, safetensors.Write(file, all, nil))
		s, err := pytorch.Load(file, two)
		assert.EqualError(t, err, fmt.Sprintf("pytorch: load: %s: %s", file, want))
		assert.Zero(t, s)
	}
	require.NoError(t, safetensors.Write(file, []safetensors.Tensor{number("optimizer/0.bias/exp_avg", 1)}, nil))
	_, err := pytorch.Load(file, two) // as in a checkpoint
	assert.ErrorContains(t, err, `parameter "0.weight": step is missing`)
	_, err = pytorch.Load(filepath.Join(t.TempDir(), "none"), two)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// The vectors of a rule that have other shapes than the parameter go there and back;
// the optimizer refuses those of other shapes than its own.
func TestShapes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state")
	params := []optimizers.Param[float32]{{Name: "w", Shape: []int{2, 3}, Value: make([]float32, 6), Grad: []float32{1, 2, 3, 4, 5, 6}}}
	o, err := optimizers.New(optimizers.DefaultAdafactor(), params, optimizers.Config{})
	require.NoError(t, err)
	require.NoError(t, o.Step(.1))
	require.NoError(t, pytorch.Save(file, params, o.State()))
	s, err := pytorch.Load(file, params)
	require.NoError(t, err)
	assert.ElementsMatch(t, o.State().Slots, s.Slots)
	assert.NoError(t, o.Restore(s))

	adam, err := optimizers.New(optimizers.DefaultAdam(), params, optimizers.Config{})
	require.NoError(t, err)
	moment := func(name string) safetensors.Tensor {
		return safetensors.Tensor{Name: "optimizer/w/" + name, Shape: []int{3, 2}, Data: make([]float32, 6)}
	}
	step := safetensors.Tensor{Name: "optimizer/w/step", Data64: []float64{1}}
	require.NoError(t, safetensors.Write(file, []safetensors.Tensor{moment("exp_avg"), moment("exp_avg_sq"), step}, nil))
	s, err = pytorch.Load(file, params)
	require.NoError(t, err)
	assert.EqualError(t, adam.Restore(s), `optimizers: Restore: parameter "w": slot "exp_avg" has shape [3 2]: want [2 3]`)
}

// The state of Adam goes to a file that PyTorch reads, and comes back.
func Example() {
	params := []optimizers.Param[float32]{{Name: "0.weight", Shape: []int{1, 2}, Value: []float32{1, 2}, Grad: []float32{.5, -.5}}}
	adam, err := optimizers.New(optimizers.DefaultAdam(), params, optimizers.Config{})
	if err != nil {
		log.Fatal(err)
	}
	if err := adam.Step(0.001); err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "state.safetensors")
	if err := pytorch.Save(file, params, adam.State()); err != nil {
		log.Fatal(err)
	}

	state, err := pytorch.Load(file, params)
	if err != nil {
		log.Fatal(err)
	}
	if err := adam.Restore(state); err != nil {
		log.Fatal(err)
	}
	for _, s := range state.Slots {
		fmt.Printf("optimizer/%s/%s %.3g\n", s.Param, s.Name, s.Values)
	}
	fmt.Println("steps:", state.Step)
	// Output:
	// optimizer/0.weight/exp_avg [0.05 -0.05]
	// optimizer/0.weight/exp_avg_sq [0.00025 0.00025]
	// steps: 1
}
