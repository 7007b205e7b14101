package nn

import (
	"cmp"
	"fmt"
	"math"

	"descent/internal/rng"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Latent is the middle of a variational autoencoder (Kingma and Welling 2014): rows
// [in] to rows [Units], drawn from normal distributions
//
//	z = μ + σ·n,  n ~ N(0, 1)
//
// whose means μ and log σ² are the outputs of two [Dense] layers with the parameters
// "mean.weight", "mean.bias", "log_variance.weight" and "log_variance.bias". The means
// are the [Model.Features] of "mean", appended to the layer's path. The layer adds the
// divergence of the distributions from N(0, 1) to the loss, as [Scope.AddGaussianKL]
// does; use a loss that is a sum over the values of a row, such as [Reconstruction].
//
// The numbers n are drawn in evaluation too. In training they are a function of the
// model's seed, the step number, the layer's path, and the row's position in the batch;
// otherwise they are a function of the path and of the network's input row, or of the
// layer's if the network reads tokens. Different rows therefore have different numbers, and a row always has the same prediction: alone,
// in any batch, and after the model is saved and loaded. Gradients treat the numbers as
// constants.
type Latent struct {
	Units  int         // size of a code: 1 or more
	Beta   float64     // weight of the divergence (Higgins et al. 2017), 0 or more; if zero, 1
	Mean   bool        // in evaluation, return the means instead of drawing
	Weight Initializer // of both layers; if nil, TorchDefault
	Bias   Initializer // of both layers; if nil, TorchDefault
}

// Forward implements [Layer].
func (l Latent) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if err := checkSize("Units", l.Units, 1); err != nil {
		return nil, err
	}
	if !(l.Beta >= 0 && l.Beta <= math.MaxFloat64) {
		return nil, invalid("Beta", l.Beta, "0 (1) or more, finite")
	}
	dense := Dense{Units: l.Units, Weight: l.Weight, Bias: l.Bias}
	mean, err := s.Apply("mean", dense, x)
	if err != nil {
		return nil, err
	}
	logVariance, err := s.Apply("log_variance", dense, x)
	if err != nil {
		return nil, err
	}
	if err := s.AddGaussianKL(mean, logVariance, cmp.Or(l.Beta, 1)); err != nil {
		return nil, err
	}
	if s.Training() {
		return s.SampleNormal(mean, logVariance, nil, s.Key("latent"))
	}
	if l.Mean {
		return mean, nil
	}
	source := s.Inputs()
	if source.Dtype() == tensor.Int32 { // tokens are not in lanes
		source = x
	}
	return s.SampleNormal(mean, logVariance, source, rng.Key(0, "latent", s.path))
}

func (l Latent) String() string {
	beta := ""
	if l.Beta != 0 && l.Beta != 1 {
		beta = fmt.Sprintf(", beta %g", l.Beta)
	}
	return fmt.Sprintf("Latent(%d%s%s)", l.Units, beta, option(l.Mean, ", mean"))
}
