package nn_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"descent/internal/rng"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Bounds and the first four moments of 40,000 values, each within five
// standard errors.
func TestInitializers(t *testing.T) {
	const n = 40_000
	fans := nn.Fans{In: 30, Out: 20}
	for _, c := range []struct {
		init    nn.Initializer
		bound   float64 // of a uniform distribution; 0 of a normal one
		mean    float64
		sd      float64
		formula string
	}{
		{nn.XavierUniform{}, math.Sqrt(6. / 50), 0, math.Sqrt(2. / 50), "√(6/(in + out))"},
		{nn.XavierUniform{Gain: 2}, 2 * math.Sqrt(6./50), 0, 2 * math.Sqrt(2./50), "gain·√(6/(in + out))"},
		{nn.XavierNormal{}, 0, 0, math.Sqrt(2. / 50), "√(2/(in + out))"},
		{nn.XavierNormal{Gain: .5}, 0, 0, .5 * math.Sqrt(2./50), "gain·√(2/(in + out))"},
		{nn.HeUniform{}, math.Sqrt(6. / 30), 0, math.Sqrt(2. / 30), "√(6/in)"},
		{nn.HeNormal{}, 0, 0, math.Sqrt(2. / 30), "√(2/in)"},
		{nn.TorchDefault{}, 1 / math.Sqrt(30), 0, 1 / math.Sqrt(90), "1/√in"},
		{nn.Normal{Mean: 3, SD: .25}, 0, 3, .25, "N(3, 0.25²)"},
		{nn.Uniform{Low: 1, High: 2}, .5, 1.5, math.Sqrt(1. / 12), "U(1, 2)"},
	} {
		t.Run(fmt.Sprintf("%T %s", c.init, c.formula), func(t *testing.T) {
			v := make([]float32, n)
			require.NoError(t, c.init.Init(v, fans, rng.New(1, "init")))
			var sum, squares, cubes, fourths, largest float64
			for _, x := range v {
				z := (float64(x) - c.mean) / c.sd
				sum, squares, cubes, fourths = sum+z, squares+z*z, cubes+z*z*z, fourths+z*z*z*z
				largest = max(largest, math.Abs(float64(x)-c.mean))
			}
			kurtosis, variances := 3., [4]float64{1, 2, 15, 96} // of z, z², z³ and z⁴
			if c.bound > 0 {
				kurtosis, variances = 9./5, [4]float64{1, 9./5 - 1, 27. / 7, 9 - 81./25}
				assert.LessOrEqual(t, largest, c.bound*(1+1e-6))
				assert.Greater(t, largest, c.bound*.999)
			}
			for i, moment := range []struct{ got, want float64 }{{sum, 0}, {squares, 1}, {cubes, 0}, {fourths, kurtosis}} {
				assert.InDelta(t, moment.want, moment.got/n, 5*math.Sqrt(variances[i]/n), "moment %d", i+1)
			}
		})
	}
	v := make([]float32, 3)
	require.NoError(t, nn.Constant(-1.5).Init(v, nn.Fans{}, nil))
	assert.Equal(t, []float32{-1.5, -1.5, -1.5}, v)
	require.NoError(t, nn.Normal{Mean: 2}.Init(v, nn.Fans{}, rng.New(1)))
	assert.Equal(t, []float32{2, 2, 2}, v, "a standard deviation of 0")
	require.NoError(t, nn.Uniform{Low: 2, High: 2}.Init(v, nn.Fans{}, rng.New(1)))
	assert.Equal(t, []float32{2, 2, 2}, v, "a range of one number")
}

func TestInitializerErrors(t *testing.T) {
	for _, c := range []struct {
		init nn.Initializer
		want string
	}{
		{nn.XavierUniform{Gain: -1}, "XavierUniform: Gain = -1: want 0 (1) or more, finite"},
		{nn.XavierNormal{Gain: math.NaN()}, "XavierNormal: Gain = NaN: want 0 (1) or more, finite"},
		{nn.XavierUniform{Gain: math.Inf(1)}, "XavierUniform: Gain = +Inf: want 0 (1) or more, finite"},
		{nn.Uniform{Low: 2, High: 1}, "Uniform: Low = 2, High = 1: want finite numbers, Low ≤ High"},
		{nn.Uniform{Low: math.Inf(-1), High: 1}, "Uniform: Low = -Inf, High = 1: want finite numbers, Low ≤ High"},
		{nn.Uniform{Low: math.NaN()}, "Uniform: Low = NaN, High = 0: want finite numbers, Low ≤ High"},
		{nn.Normal{SD: -1}, "Normal: Mean = 0, SD = -1: want finite numbers, SD ≥ 0"},
		{nn.Normal{Mean: math.Inf(1)}, "Normal: Mean = +Inf, SD = 0: want finite numbers, SD ≥ 0"},
		{nn.Normal{SD: math.NaN()}, "Normal: Mean = 0, SD = NaN: want finite numbers, SD ≥ 0"},
		{nn.Constant(math.NaN()), "initial value [0] is NaN: want finite numbers"},
		{nn.Constant(1e39), "initial value [0] is +Inf: want finite numbers"},
		{broken{}, "broken"},
	} {
		_, err := nn.NewModel(nn.Sequential(nn.Flatten{}, nn.Dense{Units: 2, Weight: c.init}), nn.Config{Input: []int{3}})
		assert.EqualError(t, err, fmt.Sprintf(`nn: layer 1 (Dense(2)): parameter "1.weight": %s`, c.want))
	}
	for _, l := range []nn.Layer{
		nn.Conv2D{Filters: 1, Kernel: 1, Weight: broken{}},
		nn.Conv2D{Filters: 1, Kernel: 1, Bias: broken{}},
		nn.ConvTranspose2D{Filters: 1, Kernel: 1, Weight: broken{}},
		nn.ConvTranspose2D{Filters: 1, Kernel: 1, Bias: broken{}},
		nn.Sequential(nn.Flatten{}, nn.Dense{Units: 1, Bias: broken{}}),
	} {
		_, err := nn.NewModel(nn.Sequential(l), nn.Config{Input: []int{1, 1, 1}})
		assert.ErrorIs(t, err, errBroken, "errors are wrapped")
	}
	for _, init := range []nn.Initializer{nn.XavierUniform{}, nn.XavierNormal{}, nn.HeUniform{}, nn.HeNormal{}, nn.TorchDefault{}} {
		assert.ErrorContains(t, init.Init(make([]float32, 1), nn.Fans{}, rng.New(1)), "fans add up to 0: want 1 or more")
	}
}

// broken is an initializer that fails.
type broken struct{}

var errBroken = errors.New("broken")

func (broken) Init([]float32, nn.Fans, *rand.Rand) error { return errBroken }

// fans is an initializer that notes the fans it is given.
type fans struct{ got *[]nn.Fans }

func (f fans) Init(dst []float32, fans nn.Fans, _ *rand.Rand) error {
	*f.got = append(*f.got, fans)
	return nil
}

// Both parameters of a layer get the fans of its weight: PyTorch draws the bias
// from the weight's fan in.
func TestFans(t *testing.T) {
	var got []nn.Fans
	f := fans{&got}
	newModel(t, nn.Sequential(
		nn.Conv2D{Filters: 4, Kernel: 3, Weight: f, Bias: f}, nn.ConvTranspose2D{Filters: 5, Kernel: 1, Weight: f, Bias: f}, nn.Flatten{}, nn.Dense{Units: 7, Weight: f, Bias: f},
	), nn.Config{Input: []int{2, 5, 5}})
	assert.Equal(t, []nn.Fans{{In: 18, Out: 36}, {In: 18, Out: 36}, {In: 5, Out: 4}, {In: 5, Out: 4}, {In: 45, Out: 7}, {In: 45, Out: 7}}, got)
}

// Layers without initializers draw as PyTorch's.
func TestDefaultIsTorch(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Conv2D{Filters: 40, Kernel: 3}, nn.Flatten{}, nn.Dense{Units: 300}), nn.Config{Input: []int{4, 3, 3}})
	for _, p := range m.Params() {
		bound := 1 / math.Sqrt(36)
		if p.Name[0] == '2' {
			bound = 1 / math.Sqrt(40)
		}
		largest := 0.
		for _, v := range p.Value {
			largest = max(largest, math.Abs(float64(v)))
		}
		assert.LessOrEqual(t, largest, bound*(1+1e-6), p.Name)
		assert.Greater(t, largest, .9*bound, p.Name)
	}
}

// What a parameter begins with is a function of the seed and its own name.
func TestInitIsOfSeedAndName(t *testing.T) {
	dense := nn.Dense{Units: 4}
	weight := func(net nn.Layer, seed uint64, name string) []float32 {
		m := newModel(t, net, nn.Config{Input: []int{3}, Seed: seed})
		return param(t, m, name).Value
	}
	want := weight(nn.Sequential(gap, dense), 5, "1.weight")
	assert.Equal(t, want, weight(nn.Sequential(gap, dense), 5, "1.weight"), "again")
	assert.Equal(t, want, weight(nn.Sequential(nn.Dense{Units: 3}, dense, nn.Dense{Units: 9}), 5, "1.weight"), "other layers")
	assert.Equal(t, want, weight(nn.Sequential(gap, nn.Dense{Units: 4, NoBias: true}), 5, "1.weight"), "no bias")
	assert.NotEqual(t, want, weight(nn.Sequential(gap, dense), 6, "1.weight"), "another seed")
	assert.NotEqual(t, want, weight(nn.Sequential(dense), 5, "0.weight"), "another name")
	same := nn.Dense{Units: 4, Weight: nn.Normal{SD: 1}, Bias: nn.Normal{SD: 1}}
	m := newModel(t, nn.Sequential(same), nn.Config{Input: []int{1}, Seed: 5})
	assert.NotEqual(t, m.Params()[0].Value, m.Params()[1].Value, "weight and bias")
}

// The initial weights of a release are those of the one before: a seed in a
// report stays meaningful.
func TestInitPinned(t *testing.T) {
	m := newModel(t, nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Seed: 1})
	assert.Equal(t, "1eb778add86f0c854d63a37b2aa066f76cb7c9bf46bcf397950b89cb8f47b314", m.Fingerprint())
}
