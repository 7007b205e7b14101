package nn_test

import (
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
)

func TestReadyModels(t *testing.T) {
	for _, c := range []struct {
		name          string
		net           nn.Layer
		input, output []int
		params        int
		first, last   string
	}{
		{"LinearRegression", nn.LinearRegression(), []int{5}, []int{1}, 6, "0.weight", "0.bias"},
		{"MLP", nn.MLP(64, 10), []int{1, 28, 28}, []int{10}, 50890, "1.weight", "3.bias"},
		{"MLP of rows", nn.MLP(3), []int{5}, []int{3}, 18, "1.weight", "1.bias"},
		{"LeNet", nn.LeNet(10), []int{1, 28, 28}, []int{10}, 61706, "0.weight", "11.bias"},
		{"ClassicLeNet", nn.ClassicLeNet(10), []int{1, 28, 28}, []int{10}, 61706, "0.weight", "11.bias"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newModel(t, c.net, nn.Config{Input: c.input, Seed: 1})
			assert.Equal(t, c.params, m.NumParams())
			assert.Equal(t, c.output, m.OutputShape())
			p := m.Params()
			assert.Equal(t, c.first, p[0].Name)
			assert.Equal(t, c.last, p[len(p)-1].Name)
			for i := 1; i < len(p); i += 2 {
				assert.Equal(t, make([]float32, len(p[i].Value)), p[i].Value, p[i].Name)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	m := newModel(t, nn.Sequential(
		nn.Conv2D{Filters: 6, Kernel: 5, Pad: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 2},
		nn.Sequential(nn.Flatten{}, nn.Dense{Units: 120}), nn.Rows{Name: "Mine", F: same}, gap, nn.Dense{Units: 2},
	), nn.Config{Input: []int{1, 28, 28}})
	const table = `     Layer                  Output   Parameters
     input                  1×28×28
0    Conv2D(6, 5×5, pad 2)  6×28×28  156
1    ReLU                   6×28×28
2    MaxPool2D(2×2)         6×14×14
3.0  Flatten                1176
3.1  Dense(120)             120      141,240
4    Mine                   120
5    Func                   120
6    Dense(2)               2        242
     total                           141,638`
	assert.Equal(t, table+"\n", m.Summary())
	assert.NoError(t, m.Freeze("0.*", "3.1.bias"))
	assert.Equal(t, table+" (276 frozen)\n", m.Summary())
}

// A network that is one layer has rows, names and errors too.
func TestOneLayer(t *testing.T) {
	m := newModel(t, nn.Dense{Units: 2}, nn.Config{Input: []int{3}})
	assert.Equal(t, "  Layer     Output  Parameters\n  input     3\n  Dense(2)  2       8\n  total             8\n", m.Summary())
	assert.Equal(t, "weight", m.Params()[0].Name)
}
