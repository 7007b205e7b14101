package nn_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// resnetGolden is what testdata/resnet/golden.py wrote: it says what that means.
type resnetGolden struct {
	gradientGolden
	First     uint64
	Losses    []float64
	Evaluated float64
	Running   [][2][]float64
}

// gradientGolden are the gradients of the parameters.
type gradientGolden struct {
	Gradients []struct {
		Norm        float64
		Projections []float64
	}
}

// Ten steps of ResNet-8 from fixed weights agree with PyTorch's: the losses to 1e-4
// relative, the gradients of the first step to 1e-5 of their norm, the running
// statistics after all to 1e-4.
func TestResNetAgreesWithPyTorch(t *testing.T) {
	var want struct {
		Rate float64
		Rows []int
		A, B resnetGolden
		N20  int `json:"parameters_resnet20"`
	}
	raw, err := os.ReadFile("../testdata/resnet/golden.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	large := newModel(t, nn.ResNet(20, 10, nn.ResNetA), nn.Config{Input: []int{3, 32, 32}})
	assert.Equal(t, want.N20, large.NumParams())

	all, labels := goldenExamples(t)
	var pixels []uint8
	for i, v := range all {
		if i%28%2 == 0 && i/28%2 == 0 {
			pixels = append(pixels, v)
		}
	}
	for option, golden := range []resnetGolden{nn.ResNetA: want.A, nn.ResNetB: want.B} {
		agrees := func(t *testing.T, isa lanes.ISA) {
			m := newModel(t, nn.ResNet(8, 10, nn.ResNetShortcut(option)), nn.Config{Input: []int{1, 14, 14}, Loss: nn.SoftmaxCrossEntropy{}, ISA: isa})
			fillResNet(m.Params(), golden.First)
			o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
			require.NoError(t, err)
			var b *datasets.Batch
			first := 0
			for i, rows := range want.Rows {
				b = &datasets.Batch{Rows: rows, Pixels: pixels[first*196 : (first+rows)*196], Labels: labels[first : first+rows]}
				loss, _, err := m.Step(b)
				require.NoError(t, err)
				assert.InEpsilon(t, golden.Losses[i], loss, 1e-4, "step %d", i)
				if i == 0 {
					compareProjections(t, golden.gradientGolden, m.Params())
				}
				require.NoError(t, o.Step(want.Rate))
				first += rows
			}
			loss, _, err := m.Evaluate(b)
			require.NoError(t, err)
			assert.InEpsilon(t, golden.Evaluated, loss, 1e-4)
			states := m.States()
			require.Len(t, states, 3*len(golden.Running))
			for i, running := range golden.Running {
				for k, w := range running {
					assert.Less(t, distance(w, states[3*i+k].Value), 1e-4, states[3*i+k].Name)
				}
				assert.Equal(t, []float32{10}, states[3*i+2].Value)
			}
		}
		t.Run(fmt.Sprint("option ", option), func(t *testing.T) {
			if testing.Short() && option == int(nn.ResNetB) {
				t.Skip("slow: want a run without -short")
			}
			eachISA(t, agrees)
		})
	}
}

// scattered is i·2654435761 mod 2³².
func scattered(i uint64) uint64 { return i * 2654435761 % (1 << 32) }

// fillResNet gives the parameters the values of golden.py.
func fillResNet(params []optimizers.Param[float32], i uint64) {
	for k, p := range params {
		fan := 600
		if len(p.Shape) > 1 {
			fan = len(p.Value) / p.Shape[0]
		}
		shift := float32(0)
		if len(p.Shape) == 1 && k+1 < len(params) && len(params[k+1].Shape) == 1 { // before its bias
			shift = 1
		}
		fill(p, 6/float64(fan), i)
		for j := range p.Value {
			p.Value[j] += shift
		}
		i += uint64(len(p.Value))
	}
}

// fill gives a parameter scattered values of ±√square, counting from i.
func fill(p optimizers.Param[float32], square float64, i uint64) {
	for j := range p.Value {
		p.Value[j] = float32(math.Sqrt(square) * (2*float64(scattered(i+uint64(j)))/(1<<32) - 1))
	}
}

// compareProjections checks that each gradient is as near to the golden one as
// 1e-5 of its norm, by random sums of the difference.
func compareProjections(t *testing.T, golden gradientGolden, params []optimizers.Param[float32]) {
	t.Helper()
	require.Len(t, golden.Gradients, len(params))
	for i, p := range params {
		var sums [8]float64
		for j, v := range p.Grad {
			for k := range sums {
				sums[k] += float64(v) * float64(1-2*int(scattered(uint64(j))>>(24+k)&1))
			}
		}
		g := golden.Gradients[i]
		off := 0.
		for k, s := range sums {
			off += (s - g.Projections[k]) * (s - g.Projections[k]) / float64(len(sums))
		}
		assert.LessOrEqual(t, math.Sqrt(off), 1e-5*g.Norm, p.Name)
	}
}

// distance is that of two vectors as a part of the norm of the first.
func distance(want []float64, got []float32) float64 {
	var off, norm float64
	for i, w := range want {
		off += (float64(got[i]) - w) * (float64(got[i]) - w)
		norm += w * w
	}
	return math.Sqrt(off / norm)
}
