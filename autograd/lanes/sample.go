package lanes

import (
	"fmt"
	"math"

	"descent/internal/rng"
	"gorgonia.org/gorgonia"
)

var sampleNormal = Op[uint64]{
	Name: "sample", Inputs: []Input{{Name: "mean"}, {Name: "log variance"}, {Name: "source", Kind: Data, Optional: true}},
	F32: newSampleNormal[float32], F64: newSampleNormal[float64],
}

// SampleNormal draws from normal distributions of means μ and variances σ², so that
// gradients reach both (the reparameterization of Kingma and Welling 2014):
//
//	z = μ + σ·n
//
// with a number n from the standard normal distribution for each value. mean,
// logVariance, which is log σ², and the result are lanes of the same shape.
//
// The numbers are a function of key, the step of [Session.Run], the row's position in
// the batch and the value's position in the row. With a source, in lanes, they are a
// function of key, the row's values in source, as float32, and the value's position: a
// row then has the same numbers in every batch.
func (o Ops) SampleNormal(mean, logVariance, source *gorgonia.Node, key uint64) (*gorgonia.Node, error) {
	return sampleNormal.Add(o, key, mean, logVariance, source)
}

func newSampleNormal[T Float](s Site, key uint64) (Body[T], error) {
	if !s.in[0].Shape().Eq(s.in[1].Shape()) {
		return Body[T]{}, fmt.Errorf("means of shape %v with log variances of shape %v: want the same", s.Row(0), s.Row(1))
	}
	if s.Has(2) {
		if err := s.b.check(s.in[2], Input{}); err != nil {
			return Body[T]{}, fmt.Errorf("source: %w", err)
		}
	}
	n := size(s.Row(0))
	each := func(g Group[T], f func(at int, n float64)) {
		keys := rowKeys(g, key)
		if s.Has(2) {
			keys = sourceKeys(group(g.p.In[2], g.Index, size(s.Row(2))), key)
		}
		eachNormal(keys, n, f)
	}
	return Body[T]{
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			each(g, func(at int, n float64) {
				sigma := math.Exp(float64(g.In(1)[at]) / 2)
				g.Out()[at] = T(float64(g.In(0)[at]) + float64(sigma*n))
			})
		}),
		// dμ = dz and d log σ² = dz·σ·n/2
		Backward: EachGroup(func(g Group[T]) {
			dz := g.OutGrad()
			if d := g.Grad(0); d != nil {
				copy(d, dz)
			}
			if d := g.Grad(1); d != nil {
				each(g, func(at int, n float64) {
					if d[at] = 0; dz[at] != 0 { // a row that is left out may hold anything
						d[at] = T(float64(dz[at]) * math.Exp(float64(g.In(1)[at])/2) * n / 2)
					}
				})
			}
		}),
	}, nil
}

// sourceKeys returns the keys of a group's rows by their values.
func sourceKeys[T Float](values []T, key uint64) (keys [Lanes]uint64) {
	for i, v := range values {
		l := i % Lanes
		keys[l] = (keys[l] ^ uint64(math.Float32bits(float32(v)))) * 0x100000001b3 // FNV-1a, by words
	}
	for l, k := range keys {
		keys[l] = rng.Mix(rng.Mix(key, 1)+k, 1)
	}
	return keys
}
