package nn_test

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"descent/optimizers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The parts of the network are layers of their own.
func ExampleVAE() {
	vae := nn.VAE(8)
	model, err := nn.NewModel(vae, nn.Config{Input: []int{1, 28, 28}, Loss: nn.Reconstruction{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	batch := &datasets.Batch{Rows: 2, Pixels: make([]uint8, 2*784)}
	codes, _, err := model.Features(nil, batch, "1")
	if err != nil {
		log.Fatal(err)
	}
	decoder, err := model.NewPartPredictor("2", []int{8}, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer decoder.Close()
	images, err := decoder.Predict(nil, codes)
	if err != nil {
		log.Fatal(err)
	}
	predicted, err := model.PredictPixels(nil, batch.Pixels)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.NumParams(), len(codes), len(images), slices.Equal(images, predicted))
	// Output: 10151489 16 1568 true
}

// Ten steps from fixed weights agree with PyTorch's, with the same dropout and the same
// draws: the losses to 1e-4 relative, the gradients of the first step to 1e-5 of their
// norm. So does the loss in evaluation.
func TestVAEAgreesWithPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes minutes in an emulator")
	}
	var golden struct {
		resnetGolden
		Rate float64
		Seed uint64
		Rows []int
	}
	raw, err := os.ReadFile("../testdata/vae/golden.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &golden))
	pixels, _ := goldenExamples(t)
	eachISA(t, func(t *testing.T, isa lanes.ISA) {
		rows := golden.Rows
		if isa == lanes.ISAGo {
			rows = rows[:1] // slow
		}
		m := newModel(t, nn.VAE(8), nn.Config{Input: []int{1, 28, 28}, Loss: nn.Reconstruction{}, Seed: golden.Seed, ISA: isa})
		i := golden.First
		for _, p := range m.Params() {
			fan := 300
			if len(p.Shape) > 1 {
				fan = len(p.Value) / p.Shape[0]
			}
			if len(p.Shape) == 4 && strings.HasPrefix(p.Name, "2.") {
				fan = len(p.Value) / p.Shape[1]
			}
			fill(p, 3/float64(fan), i)
			i += uint64(len(p.Value))
		}
		o, err := optimizers.New(optimizers.SGD{}, m.Params(), optimizers.Config{})
		require.NoError(t, err)
		var b *datasets.Batch
		first := 0
		for i, n := range rows {
			b = &datasets.Batch{Rows: n, Pixels: pixels[first*784 : (first+n)*784]}
			loss, _, err := m.Step(b)
			require.NoError(t, err)
			assert.InEpsilon(t, golden.Losses[i], loss, 1e-4, "step %d", i)
			if i == 0 {
				compareProjections(t, golden.gradientGolden, m.Params())
			}
			require.NoError(t, o.Step(golden.Rate))
			first += n
		}
		if len(rows) == len(golden.Rows) {
			loss, _, err := m.Evaluate(b)
			require.NoError(t, err)
			assert.InEpsilon(t, golden.Evaluated, loss, 1e-4)
		}
	})
}
