package nn_test

import (
	"fmt"
	"math"
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// The term is the weight times the mean over rows of the divergence, with the weights
// of the rows, in the loss and in the gradients.
func TestAddGaussianKL(t *testing.T) {
	const rows, in = 21, 3
	mean := func(weights []float32) (loss, want float64, grad []float32) {
		m := newModel(t, nn.Sequential(nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			log, err := s.Apply("log", nn.Dense{Units: in}, x)
			if err != nil {
				return nil, err
			}
			return log, s.AddGaussianKL(x, log, .7)
		})), nn.Config{Input: []int{in}, Loss: nn.SquaredError{}, Seed: 3})
		b := inputBatch(rows, in, in, "kl")
		b.Weights = weights
		loss, y, err := m.Step(b)
		require.NoError(t, err)
		var sum, count float64
		for i := range rows {
			w := 1.
			if weights != nil {
				w = float64(weights[i])
			}
			var kl, square float64
			for j := range in {
				mu, log := float64(b.Inputs[i*in+j]), float64(y[i*in+j])
				kl += (mu*mu + math.Exp(log) - log - 1) / 2
				e := log - float64(normal(rows*in, "kl targets")[i*in+j])
				square += e * e / in
			}
			sum, count = sum+w*(.7*kl+square), count+w
		}
		return loss, sum / count, param(t, m, "0.log.weight").Grad
	}
	loss, want, plain := mean(nil)
	assert.InEpsilon(t, want, loss, 1e-6)
	weights := make([]float32, rows)
	for i := range weights {
		weights[i] = float32(i % 3)
	}
	loss, want, grad := mean(weights)
	assert.InEpsilon(t, want, loss, 1e-6)
	assert.NotEqual(t, plain, grad)

	for _, weight := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := nn.NewModel(nn.Func(func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
			return x, s.AddGaussianKL(x, x, weight)
		}), nn.Config{Input: []int{in}})
		assert.EqualError(t, err, fmt.Sprintf("nn: Func: gaussian kl: weight = %v: want 0 or more, finite", weight))
	}
}
