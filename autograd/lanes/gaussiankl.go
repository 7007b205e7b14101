package lanes

import (
	"fmt"

	"descent/internal/elementary"
	"gorgonia.org/gorgonia"
)

var gaussianKL = Op[struct{}]{Name: "gaussian kl", Inputs: []Input{{Name: "mean"}, {Name: "log variance"}}, F32: newGaussianKL[float32], F64: newGaussianKL[float64]}

// GaussianKL adds, for each row, the Kullback-Leibler divergence of normal
// distributions of means μ and variances σ² from the standard normal distribution
// (Kingma and Welling 2014, appendix B):
//
//	½·Σ (μ² + σ² − log σ² − 1)
//
// over the values of the row. mean and logVariance, which is log σ², are lanes of the
// same shape; the result is lanes [groups, 1, 16].
func (o Ops) GaussianKL(mean, logVariance *gorgonia.Node) (*gorgonia.Node, error) {
	return gaussianKL.Add(o, struct{}{}, mean, logVariance)
}

func newGaussianKL[T Float](s Site, _ struct{}) (Body[T], error) {
	if !s.in[0].Shape().Eq(s.in[1].Shape()) {
		return Body[T]{}, fmt.Errorf("means of shape %v with log variances of shape %v: want the same", s.Row(0), s.Row(1))
	}
	return Body[T]{
		Shape: s.InLanes(1),
		Forward: EachGroup(func(g Group[T]) {
			var sum [Lanes]float64
			for i, v := range g.In(0) {
				log := float64(g.In(1)[i])
				// σ² − 1 is precise near σ = 1, and with it the small difference.
				sum[i%Lanes] += float64(float64(v)*float64(v)) + (elementary.Expm1(log) - log)
			}
			for l, v := range sum {
				g.Out()[l] = T(v / 2)
			}
		}),
		// dμ = dy·μ and d log σ² = dy·(σ² − 1)/2
		Backward: EachGroup(func(g Group[T]) {
			for k, slope := range []func(v float64) float64{
				func(v float64) float64 { return v },
				func(v float64) float64 { return elementary.Expm1(v) / 2 },
			} {
				d := g.Grad(k)
				for i := range d {
					dy := float64(g.OutGrad()[i%Lanes])
					if d[i] = 0; dy != 0 { // a row that is left out may hold anything
						d[i] = T(dy * slope(float64(g.In(k)[i])))
					}
				}
			}
		}),
	}, nil
}
