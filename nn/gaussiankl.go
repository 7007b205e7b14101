package nn

import (
	"fmt"
	"math"

	"descent/autograd"
	"gorgonia.org/gorgonia"
)

// AddGaussianKL adds to the loss, as [Scope.AddLoss] does, weight times the mean over
// rows of the Kullback-Leibler divergence of normal distributions from the standard
// normal distribution,
//
//	½·Σ (μ² + σ² − log σ² − 1)
//
// summed over the values of a row. A variational autoencoder adds it to the loss of its
// output (Kingma and Welling 2014). mean and logVariance, which is log σ², are in lanes
// and have the same shape; weight is finite and 0 or more. Most losses here are means
// over the outputs of a row. The paper has a sum: to match it, use a weight of 1 divided
// by the number of outputs.
//
// It respects weights, one per row.
func (s *Scope) AddGaussianKL(mean, logVariance *gorgonia.Node, weight float64) error {
	if !(weight >= 0 && weight <= math.MaxFloat64) {
		return fmt.Errorf("gaussian kl: %w", invalid("weight", weight, "0 or more, finite"))
	}
	kl, err := s.GaussianKL(mean, logVariance)
	if err != nil {
		return err
	}
	if kl, err = s.ToRows(kl, s.Rows()); err != nil {
		return err
	}
	term, err := autograd.Wrap(s.MeanRows(kl)).Mul(autograd.Const(weight)).Node()
	if err != nil {
		return err
	}
	return s.AddLoss(term)
}
