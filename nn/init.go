package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"descent/internal/rng"
)

// Fans are the number of inputs per output and the number of outputs per input.
// They determine the spread of initial weights. For a convolution both count the
// pixels of the kernel.
type Fans struct{ In, Out int }

// Initializer draws the initial values of a parameter, which must be finite. It
// must draw only from r, which is seeded by the model's seed and the parameter's
// full name, so that the values do not depend on other layers.
type Initializer interface {
	Init(dst []float32, fans Fans, r *rand.Rand) error
}

// XavierUniform draws from U(−a, a), a = Gain·√(6/(in + out)). This variance keeps
// activations and gradients of similar size (Glorot and Bengio 2010, eq. 16).
type XavierUniform struct {
	Gain float64 // if zero, 1
}

// XavierNormal draws from N(0, s²), s = Gain·√(2/(in + out)) (Glorot and Bengio
// 2010).
type XavierNormal struct {
	Gain float64 // if zero, 1
}

// HeUniform draws from U(−a, a), a = √(6/in), for layers before a ReLU (He et
// al. 2015).
type HeUniform struct{}

// HeNormal draws from N(0, s²), s = √(2/in), for layers before a ReLU (He et
// al. 2015, eq. 10).
type HeNormal struct{}

// Uniform draws from U(Low, High).
type Uniform struct{ Low, High float64 }

// Normal draws from N(Mean, SD²).
type Normal struct{ Mean, SD float64 }

// TruncatedNormal draws from N(Mean, SD²) and redraws values more than 2·SD from
// the mean, as TensorFlow's truncated_normal does. The standard deviation of the
// result is 0.880·SD.
type TruncatedNormal struct{ Mean, SD float64 }

// Constant fills the parameter with one value.
type Constant float64

// TorchDefault draws from U(−1/√in, 1/√in), as PyTorch does for the weights and
// the biases of its convolutions and linear layers. Layers use it unless they
// document another default.
type TorchDefault struct{}

// Init implements [Initializer].
func (x XavierUniform) Init(dst []float32, f Fans, r *rand.Rand) error {
	return scaled("XavierUniform", symmetric, x.Gain, 6, f.In+f.Out, dst, r)
}

// Init implements [Initializer].
func (x XavierNormal) Init(dst []float32, f Fans, r *rand.Rand) error {
	return scaled("XavierNormal", centered, x.Gain, 2, f.In+f.Out, dst, r)
}

// Init implements [Initializer].
func (HeUniform) Init(dst []float32, f Fans, r *rand.Rand) error {
	return scaled("HeUniform", symmetric, 1, 6, f.In, dst, r)
}

// Init implements [Initializer].
func (HeNormal) Init(dst []float32, f Fans, r *rand.Rand) error {
	return scaled("HeNormal", centered, 1, 2, f.In, dst, r)
}

// Init implements [Initializer].
func (TorchDefault) Init(dst []float32, f Fans, r *rand.Rand) error {
	return scaled("TorchDefault", symmetric, 1, 1, f.In, dst, r)
}

// Init implements [Initializer].
func (u Uniform) Init(dst []float32, _ Fans, r *rand.Rand) error {
	if !(u.Low <= u.High) || math.IsInf(u.Low, 0) || math.IsInf(u.High, 0) {
		return fmt.Errorf("Uniform: Low = %v, High = %v: want finite numbers, Low ≤ High", u.Low, u.High)
	}
	for i := range dst {
		dst[i] = float32(u.Low + float64((u.High-u.Low)*r.Float64())) // rounded twice on every processor
	}
	return nil
}

// Init implements [Initializer].
func (n Normal) Init(dst []float32, _ Fans, r *rand.Rand) error {
	return within("Normal", n, math.Inf(1), dst, r)
}

// Init implements [Initializer].
func (n TruncatedNormal) Init(dst []float32, _ Fans, r *rand.Rand) error {
	return within("TruncatedNormal", Normal(n), 2, dst, r)
}

// Init implements [Initializer].
func (c Constant) Init(dst []float32, _ Fans, _ *rand.Rand) error {
	for i := range dst {
		dst[i] = float32(c)
	}
	return nil
}

// symmetric is U(−a, a), and centered N(0, s²).
func symmetric(a float64) Initializer { return Uniform{-a, a} }
func centered(s float64) Initializer  { return Normal{SD: s} }

// scaled draws from a distribution of width gain·√(c/fan), a gain of zero meaning 1.
func scaled(name string, of func(width float64) Initializer, gain, c float64, fan int, dst []float32, r *rand.Rand) error {
	if !(gain >= 0) || math.IsInf(gain, 0) {
		return fmt.Errorf("%s: Gain = %v: want 0 (1) or more, finite", name, gain)
	}
	if fan < 1 {
		return fmt.Errorf("%s: fans add up to %d: want 1 or more", name, fan)
	}
	if gain == 0 {
		gain = 1
	}
	return of(gain*math.Sqrt(c/float64(fan))).Init(dst, Fans{}, r)
}

// within draws from a normal distribution, and redraws values more than most
// standard deviations from the mean.
func within(name string, n Normal, most float64, dst []float32, r *rand.Rand) error {
	if !(n.SD >= 0) || math.IsInf(n.SD, 0) || math.IsNaN(n.Mean) || math.IsInf(n.Mean, 0) {
		return fmt.Errorf("%s: Mean = %v, SD = %v: want finite numbers, SD ≥ 0", name, n.Mean, n.SD)
	}
	for i := range dst {
		z := rng.Normal(r)
		for math.Abs(z) > most {
			z = rng.Normal(r)
		}
		dst[i] = float32(n.Mean + float64(n.SD*z))
	}
	return nil
}
