package optimizers

import (
	"math"
	"strconv"

	"descent/internal/elementary"
	"descent/internal/kernel"
	"descent/internal/rng"
)

// PSGDKron is preconditioned SGD with a triangular Kronecker factor for each
// dimension, fitted so that preconditioned gradients are white (Li, 2018, and
// Pooladzandi and Li, 2024; in the form of kron_torch by Walters).
//
// For each parameter tensor, with gradient g and step t = 1, 2, …:
//
//	m ← μ·m + (1−μ)·g
//	h = m/(1−μᵗ)
//	A = h multiplied along each dimension i by Qᵢ                  A, B and Qᵢ only
//	B = V multiplied along each dimension i by Qᵢ^−ᵀ, V normal     with probability p
//	Qᵢ ← Qᵢ − η·triu(A₍ᵢ₎A₍ᵢ₎ᵀ − B₍ᵢ₎B₍ᵢ₎ᵀ)·Qᵢ / ‖A₍ᵢ₎A₍ᵢ₎ᵀ + B₍ᵢ₎B₍ᵢ₎ᵀ‖
//	s = h multiplied along each dimension i by QᵢᵀQᵢ
//	x ← x − lr·c·f(s/c),    f(z) = 0.9·tanh z + 0.1·sign(z)·ln(1+|z|)
//
// where A₍ᵢ₎ is A unfolded along dimension i, triu the upper triangle, and ‖·‖ a
// lower bound of the spectral norm, by two steps of the power iteration from the
// longest row. Qᵢ starts as the identity. A dimension of 1 or larger than MaxDim, and
// that of a vector, has only the diagonal, with the largest element for the norm:
// this is the authors' fallback, and it is silent. In one of 100 fitting steps, the
// Qᵢ are scaled to the same largest element. A gradient of zeros fits nothing.
//
// p is 1 up to step Flat and then e^(−Anneal·(t−1−Flat)), but at least MinProb. Each
// parameter has its own draw; kron_torch draws once for all.
//
// State: the slot "momentum_buffer" (m), len(x), initially zero, and for each
// dimension i from 0 "Q.i" (Qᵢ), [dᵢ, dᵢ] or [dᵢ].
// Defaults ([DefaultPSGDKron]): μ 0.9, η 0.1, p 1 for 250 steps and then falling by
// 0.001 to 0.03, MaxDim 8,192, c 1.5, as in kron_torch 0.2. For its weight decay of
// matrices, use [DecoupledDecay].
// Usual rate: 0.001, and less than that of AdamW.
type PSGDKron struct {
	Momentum float64 // μ in [0, 1)
	FitRate  float64 // η in (0, 1): the learning rate of the factors
	Flat     int     // first steps, which all fit the factors, 0 or more
	Anneal   float64 // 0 or more: how fast p falls after these
	MinProb  float64 // the smallest p, in [0, 1]
	MaxDim   int     // the largest dimension with a matrix, 0 or more
	Trust    float64 // c, more than 0: steps of this size and more are shortened
}

var (
	_ Rule      = PSGDKron{}
	_ Shaper    = PSGDKron{}
	_ Scratcher = PSGDKron{}
)

// DefaultPSGDKron returns kron_torch's defaults.
func DefaultPSGDKron() PSGDKron {
	return PSGDKron{Momentum: .9, FitRate: .1, Flat: 250, Anneal: .001, MinProb: .03, MaxDim: 8192, Trust: 1.5}
}

func (r PSGDKron) Validate() error {
	return Check("PSGDKron").
		Fraction("Momentum", r.Momentum).
		That(r.FitRate > 0 && r.FitRate < 1, "FitRate", r.FitRate, "(0, 1)").
		That(r.Flat >= 0, "Flat", r.Flat, "0 or more").
		NotNegative("Anneal", r.Anneal).
		That(r.MinProb >= 0 && r.MinProb <= 1, "MinProb", r.MinProb, "[0, 1]").
		That(r.MaxDim >= 0, "MaxDim", r.MaxDim, "0 or more").
		Positive("Trust", r.Trust).Err()
}

func (r PSGDKron) Slots() []string { return []string{"momentum_buffer"} }

// triangular reports whether a dimension has a matrix.
func (r PSGDKron) triangular(shape []int, d int) bool {
	return len(shape) > 1 && d > 1 && d <= r.MaxDim
}

func (r PSGDKron) Shaped(shape []int) (all []SlotShape) {
	for i, d := range dimensions(shape) {
		s := SlotShape{Name: "Q." + strconv.Itoa(i), Shape: []int{d}}
		if r.triangular(shape, d) {
			s.Shape = []int{d, d}
		}
		all = append(all, s)
	}
	return all
}

// Scratch returns room for the preconditioned gradient, A and B, three matrices, and
// more.
func (r PSGDKron) Scratch(shape []int) int {
	n, ok := elements(shape)
	if !ok {
		return 0
	}
	d := largest(shape, r.MaxDim)
	return 4*n + 2*max(d*d, largest(shape, n)) + max(n, d*d)
}

func (r PSGDKron) Update32(u Update[float32]) { psgdKron(r, u) }

func (r PSGDKron) Update64(u Update[float64]) { psgdKron(r, u) }

func psgdKron[T Float](r PSGDKron, u Update[T]) {
	n, shape := len(u.Value), dimensions(u.Shape)
	m, h, other, scratch := u.Slots[0], u.Scratch[:n], u.Scratch[n:][:n], u.Scratch[2*n:]
	if u.Step == 1 {
		for i, q := range u.Shaped {
			stride := 1
			if r.triangular(shape, shape[i]) {
				stride += shape[i]
			}
			for k := 0; k < len(q); k += stride {
				q[k] = 1
			}
		}
	}
	a, rate := NewAverage[T](r.Momentum), T(1/Unbias(r.Momentum, u.Step))
	largest := T(0)
	for i, g := range u.Grad {
		m[i] = a.Mean(m[i], g)
		h[i] = rate * m[i]
		largest = max(largest, h[i], -h[i])
	}
	p := math.Exp(-r.Anneal * max(0, float64(u.Step-1-r.Flat)))
	if uniform(^u.Seed, 1) < max(p, r.MinProb) && largest > 0 {
		if uniform(^u.Seed, 2) < .01 {
			balance(u.Shaped)
		}
		fitFactors(r, u, shape, h)
	}
	for i, q := range u.Shaped {
		if r.triangular(shape, shape[i]) {
			multiply(other, h, shape, i, q, false, scratch)
			multiply(h, other, shape, i, q, true, scratch)
			continue
		}
		_, after := around(shape, i)
		for k := range h {
			f := q[k/after%shape[i]]
			h[k] *= T(f * f)
		}
	}
	for i, s := range h {
		z := float64(s) / r.Trust
		f := float64(.9*elementary.Tanh(z)) + math.Copysign(float64(.1*math.Log(math.Abs(z)+1)), z)
		u.Value[i] -= T(u.LR * r.Trust * f)
	}
}

// uniform returns random number n of a key, in [0, 1).
func uniform(key, n uint64) float64 { return float64(rng.Mix(key, n)>>11) / (1 << 53) }

// balance scales factors to the same largest element.
func balance[T Float](factors [][]T) {
	if len(factors) < 2 {
		return
	}
	mean := 1.0
	for _, q := range factors {
		mean *= math.Pow(float64(largestOf(q)), 1/float64(len(factors)))
	}
	for _, q := range factors {
		kernel.Set[T]{}.Scale(q, q, T(mean/float64(largestOf(q))))
	}
}

func largestOf[T Float](x []T) (largest T) {
	for _, v := range x {
		largest = max(largest, v, -v)
	}
	return largest
}
