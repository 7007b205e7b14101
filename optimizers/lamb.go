package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// LAMB is [Adam] with a step proportional to each tensor's norm, for large batches
// (You et al., 2019, Algorithm 2).
//
// For each parameter tensor x, with gradient g, weight decay λ and step
// t = 1, 2, …:
//
//	m ← β1·m + (1−β1)·g
//	v ← β2·v + (1−β2)·g²
//	u = (m/(1−β1ᵗ)) / (√(v/(1−β2ᵗ)) + ε) + λ·x
//	x ← x − lr · ‖x‖/‖u‖ · u
//
// with Euclidean norms over the tensor. The ratio is 1 if either norm is zero, so
// that a zero tensor can move. It is not bounded: the paper's φ is the identity.
//
// Slots: "exp_avg" (m), "exp_avg_sq" (v), each len(x), initially zero.
// Defaults ([DefaultLAMB]): β1 0.9, β2 0.999, ε 1e-6, λ 0.01, as in the paper.
// Biases and normalizations are usually excluded from the decay, by a [Group]
// with NoDecay. PyTorch and the book have no LAMB.
// Usual rate: proportional to the root of the batch size; the paper uses 0.0006
// for 512 examples and 0.005 for 32,768.
type LAMB struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): of the average squared gradient
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more: part of the direction, not of the gradient
}

var (
	_ Rule      = LAMB{}
	_ Scratcher = LAMB{}
	_ Bounded   = LAMB{}
)

// DefaultLAMB returns the paper's settings.
func DefaultLAMB() LAMB { return LAMB{Beta1: .9, Beta2: .999, Eps: 1e-6, WeightDecay: .01} }

func (r LAMB) Validate() error {
	return Check("LAMB").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r LAMB) Slots() []string { return []string{"exp_avg", "exp_avg_sq"} }

func (r LAMB) Bounds() (slots, globals map[string]Range) { return notNegative("exp_avg_sq"), nil }

func (r LAMB) Scratch(shape []int) int {
	n, _ := elements(shape)
	return n
}

func (r LAMB) Update32(u Update[float32]) { lamb(r, u) }

func (r LAMB) Update64(u Update[float64]) { lamb(r, u) }

func lamb[T Float](r LAMB, u Update[T]) {
	a, b := NewAverage[T](r.Beta1), NewAverage[T](r.Beta2)
	l := lambBlocks[T]{u, kernel.LAMBStep[T]{
		Beta1: a.Beta, Gain1: a.Gain, Beta2: b.Beta, Gain2: b.Gain,
		Mean: T(1 / Unbias(r.Beta1, u.Step)), Root: T(1 / math.Sqrt(Unbias(r.Beta2, u.Step))),
		Epsilon: Epsilon[T](r.Eps), Decay: u.Coupled(r.WeightDecay),
	}}
	x, d := u.Value, u.Scratch[:len(u.Value)]
	ofX, ofD := l.direct()
	size := product(normOf(x, ofX))
	scale, length := normOf(d, ofD)
	if size == 0 || length == 0 {
		size, scale, length = 1, 1, 1
	}
	if rate := u.LR * (size / (scale * length)); fits[T](rate) {
		descend(u.Workers, x, d, &kernel.SGDStep[T]{LR: T(rate)})
		return
	}
	for i, d := range d { // T does not hold the rate, but the step
		x[i] -= T(float64(d) / scale / length * (u.LR * size))
	}
}

// lambBlocks finds the direction of a parameter block by block.
type lambBlocks[T Float] struct {
	Update[T]
	step kernel.LAMBStep[T]
}

// direct writes the direction to Scratch, and returns the sums of the squares of
// the parameter and of it.
func (l lambBlocks[T]) direct() (ofX, ofD float64) {
	n := blocks(len(l.Value))
	if l.Workers == nil {
		for i := range n {
			x, d := l.one(i)
			ofX, ofD = ofX+x, ofD+d
		}
		return ofX, ofD
	}
	sums, shared := make([][2]float64, n), l
	l.Workers.Run(n, func(i, _ int) { sums[i][0], sums[i][1] = shared.one(i) })
	for _, s := range sums {
		ofX, ofD = ofX+s[0], ofD+s[1]
	}
	return ofX, ofD
}

func (l *lambBlocks[T]) one(i int) (ofX, ofD float64) {
	from, to := block(len(l.Value), i)
	x, d := l.Value[from:to], l.Scratch[from:to]
	var k kernel.Set[T]
	k.LAMB(x, l.Slots[0][from:to], l.Slots[1][from:to], d, l.Grad[from:to], &l.step)
	return k.SumSquares(x), k.SumSquares(d)
}
