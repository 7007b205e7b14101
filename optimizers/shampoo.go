package optimizers

import (
	"math"
	"strconv"
)

// Shampoo multiplies the gradient along each dimension by an inverse root of its
// accumulated outer products (Gupta, Koren and Singer, 2018, Algorithm 2).
//
// For each parameter tensor of k dimensions d₁ … d_k, with gradient G, where G₍ᵢ₎
// is G unfolded along dimension i, a matrix with dᵢ rows:
//
//	Hᵢ ← Hᵢ + G₍ᵢ₎·G₍ᵢ₎ᵀ                     starting from ε·I
//	Pᵢ ← Hᵢ^(−1/2k)                          in step 1 and multiples of Interval
//	M ← μ·M + (1−μ)·G
//	x ← x − lr·(M multiplied along each dimension i by Pᵢ)
//
// For a matrix, the step is thus L^(−¼)·M·R^(−¼). A vector has one dimension, and so
// does a scalar. For a dimension larger than MaxDim, only the diagonal of Hᵢ is kept
// and its root is computed every step: this is the paper's fallback, and it is
// silent.
//
// State: with momentum, the slot "exp_avg" (M), len(x); for each dimension i from
// 0, "preconditioner.i" (Hᵢ − ε·I) and "inverse.i" (Pᵢ), each [dᵢ, dᵢ], or for a
// large dimension only "preconditioner.i", [dᵢ]; initially zero.
// Defaults ([DefaultShampoo]): ε 0.1 and MaxDim 768, as in the authors' TensorFlow
// code; Interval 20, which "usually leads to no loss of accuracy" according to that
// code; μ 0.9, as in the paper's experiments.
// Later forms forget old gradients and take the length of the step from another
// rule ("Scalable Second Order Optimization", Anil et al., 2020); PyTorch has no
// Shampoo.
// The decompositions cost dᵢ³ every interval.
// Usual rate: 0.1.
type Shampoo struct {
	Momentum float64 // μ in [0, 1)
	Eps      float64 // ε, more than 0
	Interval int     // steps from one root to the next, 1 or more
	MaxDim   int     // the largest dimension with a matrix, 0 or more
}

var (
	_ Rule        = Shampoo{}
	_ Shaper      = Shampoo{}
	_ Scratcher   = Shampoo{}
	_ Scratcher64 = Shampoo{}
)

// DefaultShampoo returns the authors' settings.
func DefaultShampoo() Shampoo { return Shampoo{Momentum: .9, Eps: .1, Interval: 20, MaxDim: 768} }

func (r Shampoo) Validate() error {
	return Check("Shampoo").
		Fraction("Momentum", r.Momentum).
		Positive("Eps", r.Eps).
		That(r.Interval >= 1, "Interval", r.Interval, "1 or more").
		That(r.MaxDim >= 0, "MaxDim", r.MaxDim, "0 or more").Err()
}

func (r Shampoo) Slots() []string {
	if r.Momentum > 0 {
		return []string{"exp_avg"}
	}
	return nil
}

func (r Shampoo) Shaped(shape []int) (all []SlotShape) {
	for i, d := range dimensions(shape) {
		name := "preconditioner." + strconv.Itoa(i)
		if d > r.MaxDim {
			all = append(all, SlotShape{Name: name, Shape: []int{d}})
			continue
		}
		square := []int{d, d}
		all = append(all, SlotShape{Name: name, Shape: square}, SlotShape{Name: "inverse." + strconv.Itoa(i), Shape: square})
	}
	return all
}

func (r Shampoo) Scratch(shape []int) int { return kroneckerScratch(shape, r.MaxDim) }

func (r Shampoo) Scratch64(shape []int) int {
	return decomposeScratch(largest(shape, r.MaxDim))
}

func (r Shampoo) Update32(u Update[float32]) { shampoo(r, u) }

func (r Shampoo) Update64(u Update[float64]) { shampoo(r, u) }

func shampoo[T Float](r Shampoo, u Update[T]) {
	n := len(u.Value)
	x, other, scratch := u.Scratch[:n], u.Scratch[n:][:n], u.Scratch[2*n:]
	copy(x, u.Grad)
	if r.Momentum > 0 {
		a := NewAverage[T](r.Momentum)
		for i, g := range u.Grad {
			u.Slots[0][i] = a.Mean(u.Slots[0][i], g)
		}
		copy(x, u.Slots[0])
	}

	shape, state := dimensions(u.Shape), u.Shaped
	power := float64(2 * len(shape))
	for i, d := range shape {
		h := state[0]
		if d > r.MaxDim {
			addSquares(h, u.Grad, shape, i, 1)
			for j, v := range h {
				scratch[j] = T(math.Pow(float64(v)+r.Eps, -1/power))
			}
			_, after := around(shape, i)
			for k := range x {
				x[k] *= scratch[k/after%d]
			}
			state = state[1:]
			continue
		}
		addGram(h, u.Grad, shape, i, 1, scratch)
		if u.Step%r.Interval == 0 || u.Step == 1 {
			inverseRoot(state[1], h, d, power, r.Eps, u.Scratch64)
		}
		multiply(other, x, shape, i, state[1], false, scratch)
		x, other = other, x
		state = state[2:]
	}
	lr := T(u.LR)
	for i, s := range x {
		u.Value[i] -= T(lr * s)
	}
}
