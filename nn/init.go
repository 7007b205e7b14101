package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Fans are the numbers of values that an output is computed from, and that an
// input goes into: what the spread of initial weights is chosen by. For a
// convolution both count the pixels of the kernel.
type Fans struct{ In, Out int }

// Initializer draws the initial values of a parameter. It must draw from r
// alone.
type Initializer interface {
	Init(dst []float32, fans Fans, r *rand.Rand) error
}

// XavierUniform draws from U(−a, a), a = Gain·√(6/(in + out)): the variance
// that keeps activations and gradients alike (Glorot and Bengio 2010, eq. 16).
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

// Constant sets every value to itself.
type Constant float64

// TorchDefault draws from U(−1/√in, 1/√in), as PyTorch does for the weights and
// the biases of its convolutions and linear layers. The layers here use it
// where no other is given.
type TorchDefault struct{}

// Init implements [Initializer].
func (x XavierUniform) Init(dst []float32, f Fans, r *rand.Rand) error {
	return uniform(dst, gain(x.Gain)*math.Sqrt(6/float64(f.In+f.Out)), r)
}

// Init implements [Initializer].
func (x XavierNormal) Init(dst []float32, f Fans, r *rand.Rand) error {
	return Normal{SD: gain(x.Gain) * math.Sqrt(2/float64(f.In+f.Out))}.Init(dst, f, r)
}

// Init implements [Initializer].
func (HeUniform) Init(dst []float32, f Fans, r *rand.Rand) error {
	return uniform(dst, math.Sqrt(6/float64(f.In)), r)
}

// Init implements [Initializer].
func (HeNormal) Init(dst []float32, f Fans, r *rand.Rand) error {
	return Normal{SD: math.Sqrt(2 / float64(f.In))}.Init(dst, f, r)
}

// Init implements [Initializer].
func (u Uniform) Init(dst []float32, _ Fans, r *rand.Rand) error {
	if !(u.Low <= u.High) || math.IsInf(u.Low, 0) || math.IsInf(u.High, 0) {
		return fmt.Errorf("Uniform: Low = %v, High = %v: want finite numbers, Low ≤ High", u.Low, u.High)
	}
	for i := range dst {
		dst[i] = float32(u.Low + (u.High-u.Low)*r.Float64())
	}
	return nil
}

// Init implements [Initializer].
func (n Normal) Init(dst []float32, _ Fans, r *rand.Rand) error {
	if !(n.SD >= 0) || math.IsInf(n.SD, 0) || math.IsNaN(n.Mean) || math.IsInf(n.Mean, 0) {
		return fmt.Errorf("Normal: Mean = %v, SD = %v: want finite numbers, SD ≥ 0", n.Mean, n.SD)
	}
	for i := range dst {
		dst[i] = float32(n.Mean + n.SD*r.NormFloat64())
	}
	return nil
}

// Init implements [Initializer].
func (c Constant) Init(dst []float32, _ Fans, _ *rand.Rand) error {
	for i := range dst {
		dst[i] = float32(c)
	}
	return nil
}

// Init implements [Initializer].
func (TorchDefault) Init(dst []float32, f Fans, r *rand.Rand) error {
	return uniform(dst, 1/math.Sqrt(float64(f.In)), r)
}

func gain(g float64) float64 {
	if g == 0 {
		return 1
	}
	return g
}

func uniform(dst []float32, a float64, r *rand.Rand) error {
	return Uniform{-a, a}.Init(dst, Fans{}, r)
}

// orDefault returns init, or PyTorch's if it is nil.
func orDefault(init Initializer) Initializer {
	if init == nil {
		return TorchDefault{}
	}
	return init
}
