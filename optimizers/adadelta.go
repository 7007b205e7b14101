package optimizers

import "descent/internal/kernel"

// Adadelta scales the gradient by the ratio of two running root mean squares,
// of the changes and of the gradients (Zeiler 2012, Algorithm 1), times a rate
// as in PyTorch.
//
// For each element, with gradient g and weight decay λ:
//
//	g ← g + λ·x
//	s ← ρ·s + (1−ρ)·g²
//	d = √(Δ + ε)/√(s + ε) · g
//	Δ ← ρ·Δ + (1−ρ)·d²
//	x ← x − lr · d
//
// Slots: "square_avg" (s) and "acc_delta" (Δ), each len(x), initially zero.
// Defaults ([DefaultAdadelta]): ρ 0.9, ε 1e-6, as in PyTorch; the paper's
// examples use ρ 0.95. The book (Dive into Deep Learning) uses ε 1e-5
// ([D2LAdadelta]), like MXNet; Keras uses ρ 0.95 and ε 1e-7.
// Usual rate: 1 (PyTorch); the paper and the book have no rate, which is the same.
type Adadelta struct {
	Rho         float64 // ρ in [0, 1)
	Eps         float64 // ε, more than 0: sets the size of the first steps
	WeightDecay float64 // λ, 0 or more, added to the gradient
}

var (
	_ Rule        = Adadelta{}
	_ Elementwise = Adadelta{}
	_ Bounded     = Adadelta{}
)

// DefaultAdadelta returns PyTorch's defaults: ρ 0.9 and ε 1e-6.
func DefaultAdadelta() Adadelta { return Adadelta{Rho: .9, Eps: 1e-6} }

// D2LAdadelta returns the book's variant: ρ 0.9 and ε 1e-5.
func D2LAdadelta() Adadelta { return Adadelta{Rho: .9, Eps: 1e-5} }

func (r Adadelta) Validate() error {
	return Check("Adadelta").Fraction("Rho", r.Rho).Positive("Eps", r.Eps).NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Adadelta) Elementwise(rule Rule) bool { return is[Adadelta](rule) }

func (r Adadelta) Slots() []string { return []string{"square_avg", "acc_delta"} }

func (r Adadelta) Bounds() (slots, globals map[string]Range) {
	return notNegative("square_avg", "acc_delta"), nil
}

func (r Adadelta) Update32(u Update[float32]) { adadelta(r, u) }

func (r Adadelta) Update64(u Update[float64]) { adadelta(r, u) }

func adadelta[T Float](r Adadelta, u Update[T]) {
	a := NewAverage[T](r.Rho)
	kernel.Set[T]{}.Adadelta(u.Value, u.Slots[0], u.Slots[1], u.Grad, &kernel.AdadeltaStep[T]{
		LR: T(u.LR), Decay: u.Coupled(r.WeightDecay), Rho: a.Beta, Gain: a.Gain, Epsilon: Epsilon[T](r.Eps),
	})
}
