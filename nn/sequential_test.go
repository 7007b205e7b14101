package nn_test

import (
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// gap is a layer that does nothing, at which no layers can be joined.
var gap = nn.Func(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return x, nil })

// Layers that are joined into one operation give the same bits as those that a
// gap keeps apart, in everything a model computes.
func TestFusedEqualsUnfused(t *testing.T) {
	for _, c := range []struct {
		name   string
		input  []int
		layers []nn.Layer
	}{
		{"conv relu pool", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3}, nn.ReLU{}, nn.MaxPool2D{Size: 2}}},
		{"conv relu pool, overlapping and padded", []int{1, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1, Stride: 2}, nn.ReLU{}, nn.MaxPool2D{Size: 3, Stride: 2, Pad: 1}}},
		{"conv pool", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3}, nn.MaxPool2D{Size: 2}}},
		{"conv pool relu", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3}, nn.MaxPool2D{Size: 2}, nn.ReLU{}}},
		{"conv relu", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3, NoBias: true}, nn.ReLU{}}},
		{"conv relu pool, same padding", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{}, nn.MaxPool2D{Size: 2}}},
		{"conv of groups relu pool", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 4, Kernel: 3, Groups: 2, DilationHW: [2]int{1, 2}}, nn.ReLU{}, nn.MaxPool2D{Size: 2}}},
		{"conv of sequences relu", []int{2, 9}, []nn.Layer{nn.Conv1D{Filters: 4, Kernel: 3, Groups: 2}, nn.ReLU{}}},
		{"transposed relu", []int{2, 5, 4}, []nn.Layer{nn.ConvTranspose2D{Filters: 3, Kernel: 4, Stride: 2, Same: true}, nn.ReLU{}}},
		{"transposed pool", []int{2, 5, 4}, []nn.Layer{nn.ConvTranspose2D{Filters: 3, Kernel: 2, NoBias: true}, nn.MaxPool2D{Size: 2}}},
		{"conv relu average", []int{2, 9, 8}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3}, nn.ReLU{}, nn.AvgPool2D{Size: 2}}},
		{"dense relu", []int{6}, []nn.Layer{nn.Dense{Units: 9}, nn.ReLU{}}},
		{"dense relu, no bias", []int{6}, []nn.Layer{nn.Dense{Units: 9, NoBias: true}, nn.ReLU{}, nn.ReLU{}}},
		{"norm relu", []int{2, 5, 3}, []nn.Layer{nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1}, nn.BatchNorm{}, nn.ReLU{}}},
		{"norm of inputs, relu", []int{2, 5, 3}, []nn.Layer{nn.BatchNorm{}, nn.ReLU{}}},
		{"norm", []int{6}, []nn.Layer{nn.Dense{Units: 5}, nn.BatchNorm{NoAffine: true}}},
		{"residual norm relu", []int{2, 5, 3}, []nn.Layer{
			nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1}, nn.Residual{Body: nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1}, nn.BatchNorm{})}, nn.ReLU{},
		}},
		{"residual norm, shortcut of parameters", []int{2, 5, 3}, []nn.Layer{
			nn.Residual{Body: nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 3, Pad: 1}, nn.BatchNorm{}), Shortcut: nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 1}, nn.BatchNorm{})}, nn.Sigmoid{},
		}},
		{"residual norm of inputs, relu", []int{5}, []nn.Layer{nn.Residual{Body: nn.Sequential(nn.BatchNorm{})}, nn.ReLU{}}},
		{"residual dense, relu", []int{5}, []nn.Layer{nn.Residual{Body: nn.Dense{Units: 5}}, nn.ReLU{}}},
		{"dense sigmoid", []int{6}, []nn.Layer{nn.Dense{Units: 9}, nn.Sigmoid{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var joined, apart nn.Seq
			for _, l := range append(c.layers, nn.Flatten{}, nn.Dense{Units: 4}) {
				separate := l
				if r, ok := l.(nn.Residual); ok {
					if q, ok := r.Body.(nn.Seq); ok {
						r.Body = append(q[:len(q):len(q)], gap)
						separate = r
					}
				}
				joined, apart = append(joined, l), append(apart, separate, gap)
			}
			cfg := nn.Config{Input: c.input, Loss: nn.SquaredError{}, Seed: 3, Threads: 2}
			m, other := newModel(t, joined, cfg), newModel(t, apart, cfg)
			copyWeights(t, other, m)
			size := 1
			for _, d := range c.input {
				size *= d
			}
			for _, rows := range []int{40, 3} {
				b := inputBatch(rows, size, 4, c.name)
				got, want := step(t, m, b), step(t, other, b)
				assert.Equal(t, want.loss, got.loss)
				assert.Equal(t, want.output, got.output)
				a, z := m.Params(), other.Params()
				for i := range a {
					assert.Equal(t, z[i].Grad, a[i].Grad, a[i].Name)
				}
				assert.Equal(t, evaluate(t, other, b), evaluate(t, m, b))
				y, err := m.Predict(nil, b.Inputs)
				require.NoError(t, err)
				alone, err := other.Predict(nil, b.Inputs)
				require.NoError(t, err)
				assert.Equal(t, alone, y)
			}
		})
	}
}

// copyWeights gives dst the weights of src, in order.
func copyWeights(t *testing.T, dst, src *nn.Model) {
	t.Helper()
	from, to := src.Params(), dst.Params()
	require.Len(t, to, len(from))
	for i := range from {
		require.Equal(t, from[i].Shape, to[i].Shape)
		copy(to[i].Value, from[i].Value)
	}
}

// Paths and names of a network of networks are PyTorch's.
func TestNestedSequential(t *testing.T) {
	block := nn.Sequential(nn.ReLU{}, nn.Dense{Units: 3})
	m := newModel(t, nn.Sequential(nn.Flatten{}, block, nn.Sequential(block)), nn.Config{Input: []int{2, 2}})
	var names []string
	for _, p := range m.Params() {
		names = append(names, p.Name)
	}
	assert.Equal(t, []string{"1.1.weight", "1.1.bias", "2.0.1.weight", "2.0.1.bias"}, names)
}

// Layers of types that cannot be compared may stand anywhere, also where a
// ReLU is looked for.
func TestSequentialOfAnything(t *testing.T) {
	rows := nn.Rows{F: same}
	m := newModel(t, nn.Sequential(
		nn.Conv2D{Filters: 2, Kernel: 2}, gap, nn.Conv2D{Filters: 2, Kernel: 2}, rows, nn.Conv2D{Filters: 2, Kernel: 2}, nn.Sequential(),
		nn.Flatten{}, nn.Dense{Units: 2}, nn.Sequential(), nn.Dense{Units: 2}, &pointer{},
	), nn.Config{Input: []int{1, 5, 5}})
	y, err := m.Predict(nil, normal(25, "x"))
	require.NoError(t, err)
	assert.Len(t, y, 2)
}

// pointer is a layer by pointer.
type pointer struct{ calls int }

func (p *pointer) Forward(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	p.calls++
	return x, nil
}
