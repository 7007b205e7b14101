package nn_test

import (
	"fmt"
	"log"
	"math"
	"testing"

	"descent/autograd"
	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// Latent is the middle of a variational autoencoder: it draws from normal
// distributions of which it learns the means and variances, z = μ + σ·n, and in
// evaluation passes the means on.
type Latent struct {
	Units  int
	Weight float64 // of the divergence
}

// Forward implements nn.Layer.
func (l Latent) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	mean, err := s.Apply("mean", nn.Dense{Units: l.Units}, x)
	if err != nil {
		return nil, err
	}
	logVariance, err := s.Apply("log_variance", nn.Dense{Units: l.Units}, x)
	if err != nil {
		return nil, err
	}
	if err := s.AddGaussianKL(mean, logVariance, l.Weight); err != nil {
		return nil, err
	}
	if !s.Training() {
		return mean, nil
	}
	sigma := autograd.Wrap(logVariance, nil).Mul(autograd.Const(.5)).Exp()
	scaled, err := autograd.Wrap(mean, nil).Div(sigma).Node()
	if err != nil {
		return nil, err
	}
	return autograd.Wrap(s.Noise(scaled, 1, s.Key("latent"))).Mul(sigma).Node() // (μ/σ + n)·σ
}

// A variational autoencoder of two numbers, of which one is known from the other.
func ExampleScope_AddGaussianKL() {
	model, err := nn.NewModel(nn.Sequential(Latent{Units: 1, Weight: .01}, nn.Dense{Units: 2}), nn.Config{Input: []int{2}, Loss: nn.SquaredError{}, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer model.Close()
	batch := &datasets.Batch{Rows: 50}
	for i := range batch.Rows {
		v := float32(i)/25 - 1
		batch.Inputs = append(batch.Inputs, v, -2*v)
	}
	batch.Targets = batch.Inputs
	for range 2000 {
		if _, _, err := model.Step(batch); err != nil {
			log.Fatal(err)
		}
		for _, p := range model.Params() {
			for i, g := range p.Grad {
				p.Value[i] -= .05 * g
			}
		}
	}
	y, err := model.Predict(nil, []float32{.5, -1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", y)
	// Output: [0.5 -1.0]
}

// The term is the weight times the mean over rows of the divergence, with the weights
// of the rows, in the loss and in the gradients.
func TestAddGaussianKL(t *testing.T) {
	const rows, in, units = 21, 3, 2
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
		_, err := nn.NewModel(nn.Sequential(Latent{Units: units, Weight: weight}), nn.Config{Input: []int{in}, Loss: nn.SquaredError{}})
		assert.EqualError(t, err, fmt.Sprintf("nn: layer 0 (nn_test.Latent): gaussian kl: weight = %v: want 0 or more, finite", weight))
	}
}
