package datasets

import (
	"fmt"
	"math"

	"descent/internal/rng"
)

// LinearConfig describes the data of [Linear].
type LinearConfig struct {
	Weights  []float64 // w, one for each input
	Bias     float64   // b
	Noise    float64   // standard deviation of ε; none if zero
	Examples int       // rows to draw
	Seed     uint64    // of X and ε
}

// Linear returns synthetic data for linear regression, generated as in section 3.3
// of the book Dive into Deep Learning:
//
//	y = X·w + b + ε,   X ~ N(0, 1),   ε ~ N(0, Noise²)
//
// Inputs have shape [len(Weights)]; there is one target. The book uses
// w = (2, −3.4), b = 4.2, Noise .01 and 1,000 examples. X is a function of
// the seed alone: the noise is drawn from a separate stream.
func Linear(c LinearConfig) (*Slices, error) {
	switch {
	case len(c.Weights) == 0:
		return nil, fmt.Errorf("datasets: Linear: 0 Weights: want 1 or more")
	case c.Examples < 1 || c.Examples > maxExamples:
		return nil, fmt.Errorf("datasets: Linear: Examples = %d: want [1, %d]", c.Examples, maxExamples)
	case !(c.Noise >= 0) || math.IsInf(c.Noise, 0):
		return nil, fmt.Errorf("datasets: Linear: Noise = %v: want a standard deviation, 0 or more", c.Noise)
	}
	for i, w := range append([]float64{c.Bias}, c.Weights...) {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			name := "Bias"
			if i > 0 {
				name = fmt.Sprintf("Weights[%d]", i-1)
			}
			return nil, fmt.Errorf("datasets: Linear: %s = %v: want a finite number", name, w)
		}
	}
	x, noise := rng.New(c.Seed, "linear", "inputs"), rng.New(c.Seed, "linear", "noise")
	a := Arrays{Shape: []int{len(c.Weights)}}
	for range c.Examples {
		y := c.Bias
		for _, w := range c.Weights {
			v := float32(rng.Normal(x))
			a.Inputs = append(a.Inputs, v)
			y += float64(w * float64(v))
		}
		a.Targets = append(a.Targets, float32(y+float64(c.Noise*rng.Normal(noise))))
	}
	return FromSlices(a)
}
