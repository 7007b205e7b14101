package workloads

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"descent/optimizers/bench"
)

func networks(f *Fashion) []*Network {
	return []*Network{Airfoil(), QuadraticDeep(), Softmax(f), MLP(f), LeNet(f), shorter(CharLSTM()), shorter(GPT())}
}

// A run depends on its settings alone: not on the threads, nor on another
// workload of the same kind; the splits have data of their own.
func TestNetworkRuns(t *testing.T) {
	all, again := networks(&Fashion{Sample: true}), networks(&Fashion{Sample: true})
	if testing.Short() {
		all = all[:3] // the others take minutes in an emulator
	}
	for i, n := range all {
		source, err := n.Open(t.Context())
		require.NoError(t, err)
		assert.NotEmpty(t, source)
		r := at(optimizers.SGD{Momentum: .9}, .02, bench.Test)
		r.Epochs = 1
		c, err := n.Run(t.Context(), r)
		require.NoError(t, err)
		require.False(t, c.Diverged)
		first, last := c.Points[0], c.Points[len(c.Points)-1]
		assert.Zero(t, first.Step)
		assert.Equal(t, 1., last.Epoch)
		if n.About.Maximize {
			assert.Greater(t, last.Metric, first.Metric)
		} else {
			assert.Less(t, last.Metric, first.Metric)
		}

		r.Threads = 2
		other, err := again[i].Run(t.Context(), r) // without Open
		require.NoError(t, err)
		assert.Equal(t, untimed(c), untimed(other), n.About.Name)

		r.Split = bench.Validation
		other, err = n.Run(t.Context(), r)
		require.NoError(t, err)
		assert.Less(t, other.Points[len(other.Points)-1].Step, last.Step, "less data to train on")
		r.Split, r.Seed = bench.Test, 2
		other, err = n.Run(t.Context(), r)
		require.NoError(t, err)
		assert.NotEqual(t, untimed(c), untimed(other))
	}
}

// A seed gives all optimizers the same weights and the same batches: at rate 0
// they see the same losses.
func TestCommonSeeds(t *testing.T) {
	n := Airfoil()
	var curves []bench.Curve
	for _, rule := range []optimizers.Rule{optimizers.SGD{}, optimizers.DefaultAdam(), optimizers.DefaultLion()} {
		c, err := n.Run(t.Context(), at(rule, 0, bench.Test))
		require.NoError(t, err)
		curves = append(curves, untimed(c))
	}
	assert.Equal(t, curves[0], curves[1])
	assert.Equal(t, curves[0], curves[2])
	assert.NotEqual(t, curves[0].Points[1].Loss, curves[0].Points[2].Loss, "other batches, other losses")
}

func TestSplits(t *testing.T) {
	n := Airfoil()
	data, err := n.open(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1200, data.Train.Len())
	assert.Equal(t, 300, data.Test.Len())
	assert.Equal(t, 200, data.Validation.Len())
	assert.Equal(t, 1000, data.Fit.Len())
}

func TestDiverged(t *testing.T) {
	c, err := Airfoil().Run(t.Context(), at(optimizers.SGD{}, 100, bench.Test))
	require.NoError(t, err)
	assert.True(t, c.Diverged)
	assert.NotEmpty(t, c.Points, "of before the first update at least")
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, w := range []bench.Workload{Airfoil(), Rosenbrock()} {
		_, err := w.Run(ctx, at(optimizers.SGD{}, .1, bench.Test))
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// The sample has a target of its own, known when the data is.
func TestSampleTarget(t *testing.T) {
	n := LeNet(&Fashion{Sample: true})
	assert.Equal(t, .86, n.Info().Target)
	source, err := n.Open(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "a sample of Fashion-MNIST: 6,000 training and 1,000 test images", source)
	assert.Equal(t, .79, n.Info().Target)
	assert.Equal(t, 10, n.Info().Epochs)
	d := FMNIST2C2D(&Fashion{Sample: true})
	_, err = d.Open(t.Context())
	require.NoError(t, err)
	assert.Empty(t, d.Info().Baselines)

	// The header has them, for the second plan in a process as for the first.
	s := Softmax(&Fashion{Sample: true})
	lr, err := Optimizers()[0].Fix(bench.Rate, .1)
	require.NoError(t, err)
	runner := bench.Runner{
		Plan: bench.Plan{Workloads: []bench.Workload{s}, Optimizers: []bench.Contender{lr}, Trials: 1, Seeds: 1},
		File: t.TempDir() + "/results.jsonl",
	}
	for range 2 {
		r, err := runner.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, .8, r.Header.Workloads[0].Target)
		assert.Equal(t, 10, r.Header.Workloads[0].Epochs)
	}
}

// The test problem has as many parameters as in DeepOBS's own code.
func TestFMNIST2C2D(t *testing.T) {
	n := FMNIST2C2D(&Fashion{})
	model, err := nn.NewModel(n.Layers, nn.Config{Input: []int{1, 28, 28}, Loss: n.Loss, Seed: 1})
	require.NoError(t, err)
	defer model.Close()
	count := 0
	for _, p := range model.Params() {
		count += len(p.Value)
		for _, v := range p.Value {
			if len(p.Shape) == 1 {
				require.Equal(t, float32(.05), v, "%s", p.Name)
			} else if v > .1 || v < -.1 {
				require.Fail(t, "a weight beyond two standard deviations", "%s: %v", p.Name, v)
			}
		}
	}
	assert.Equal(t, 32*(25+1)+64*(32*25+1)+1024*(3136+1)+10*(1024+1), count)
}

// The published results of each test problem have the settings of the preset.
func TestDeepOBS(t *testing.T) {
	for _, n := range []*Network{QuadraticDeep(), FMNIST2C2D(&Fashion{}), FMNISTVAE(&Fashion{})} {
		published := n.Info().Baselines
		require.Len(t, published, 3*len(deepOBSEpochs))
		for i, p := range published {
			o := DeepOBS()[i/len(deepOBSEpochs)]
			assert.Empty(t, o.Space)
			assert.Equal(t, o.Name, p.Name)
			assert.Equal(t, o.Setup(n.About.Name, nil), p.Setup)
			assert.Equal(t, n.About.Name == "quadratic-deep" && p.Epoch == 0, p.SD == 0)
		}
		assert.True(t, n.FixedOrder)
		assert.Equal(t, 100, n.About.Epochs)
	}
	assert.Equal(t, DeepOBS()[1].Setup("fmnist-2c2d", nil), DeepOBS()[1].Setup("lenet", nil))
	assert.NotEqual(t, DeepOBS()[0].Setup("fmnist-2c2d", nil), DeepOBS()[0].Setup("quadratic-deep", nil))
}

func TestAll(t *testing.T) {
	names := map[string]bool{}
	for _, w := range All(&Fashion{}) {
		i := w.Info()
		assert.False(t, names[i.Name], i.Name)
		names[i.Name] = true
		assert.Regexp(t, `^[a-z0-9-]+$`, i.Name)
		for _, text := range []string{i.About, i.Version, i.Metric} {
			assert.NotEmpty(t, text, i.Name)
		}
		assert.Positive(t, i.Epochs)
		assert.Positive(t, i.Target)
	}
	assert.Len(t, names, 12)
}

func TestNetworkErrors(t *testing.T) {
	broken := errors.New("broken")
	data, err := Airfoil().open(t.Context())
	require.NoError(t, err)
	for want, change := range map[string]func(*Network){
		"workloads: Network: Layers is nil: want a layer of package nn": func(n *Network) { n.Layers = nil },
		"workloads: Network: Loss is nil: want a loss of package nn":    func(n *Network) { n.Loss = nil },
		"workloads: Network: Data is nil: want a function":              func(n *Network) { n.Data = nil },
		"workloads: Network: Data: Train or Test is nil: want both":     func(n *Network) { n.Data = func(context.Context) (Data, error) { return Data{}, nil } },
		"workloads: Network: Data: Fit or Validation is nil: want both or neither": func(n *Network) {
			n.Data = func(context.Context) (Data, error) {
				return Data{Train: data.Train, Test: data.Test, Fit: data.Fit}, nil
			}
		},
		"workloads: Network: Batch = 1001: want [1, 1000], the rows without the validation data": func(n *Network) { n.About.Batch = 1001 },
		"broken": func(n *Network) { n.Data = func(context.Context) (Data, error) { return Data{}, broken } },
	} {
		n := Airfoil()
		change(n)
		_, err := n.Open(t.Context())
		assert.EqualError(t, err, want)
		_, err = n.Run(t.Context(), at(optimizers.SGD{}, .1, bench.Test))
		assert.EqualError(t, err, want)
	}
	f := &Fashion{Options: datasets.FashionOptions{Dir: t.TempDir()}}
	_, err = Softmax(f).Open(t.Context())
	assert.Error(t, err, "a directory without the files")
}
