package optimizers

import "descent/internal/kernel"

// Adagrad divides the gradient by the root of the sum of all squared gradients
// (Duchi, Hazan and Singer 2011), as in PyTorch.
//
// For each element, with gradient g, weight decay λ, rate decay d and step
// t = 1, 2, …:
//
//	g ← g + λ·x
//	s ← s + g²
//	x ← x − lr/(1 + (t−1)·d) · g/(√s + ε)      or g/√(s + ε), with EpsInside
//
// Slots: "sum" (s), len(x), set to InitialAccumulator at step 1.
// Defaults ([DefaultAdagrad]): ε 1e-10, the rest zero, as in PyTorch. The book
// (Dive into Deep Learning) uses ε 1e-6 inside the root ([D2LAdagrad]), and MXNet
// 1e-7, also inside. Keras and Optax start s at 0.1, with ε 1e-7 inside.
// Usual rate: 0.01 (PyTorch); 0.1 in the book.
type Adagrad struct {
	LRDecay            float64 // d, 0 or more: decay of the rate; prefer a schedule
	InitialAccumulator float64 // s before the first step, 0 or more
	Eps                float64 // ε, more than 0
	EpsInside          bool    // ε inside the root
	WeightDecay        float64 // λ, 0 or more, added to the gradient
}

var (
	_ Rule        = Adagrad{}
	_ Elementwise = Adagrad{}
	_ Bounded     = Adagrad{}
)

// DefaultAdagrad returns PyTorch's defaults: ε 1e-10 outside the root.
func DefaultAdagrad() Adagrad { return Adagrad{Eps: 1e-10} }

// D2LAdagrad returns the book's variant: ε 1e-6 inside the root.
func D2LAdagrad() Adagrad { return Adagrad{Eps: 1e-6, EpsInside: true} }

func (r Adagrad) Validate() error {
	return Check("Adagrad").
		NotNegative("LRDecay", r.LRDecay).
		NotNegative("InitialAccumulator", r.InitialAccumulator).
		Positive("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r Adagrad) Elementwise(rule Rule) bool { return is[Adagrad](rule) }

func (r Adagrad) Slots() []string { return []string{"sum"} }

func (r Adagrad) Bounds() (slots, globals map[string]Range) { return notNegative("sum"), nil }

func (r Adagrad) Update32(u Update[float32]) { adagrad(r, u) }

func (r Adagrad) Update64(u Update[float64]) { adagrad(r, u) }

func adagrad[T Float](r Adagrad, u Update[T]) {
	lr, decay := T(u.LR/(1+float64(float64(u.Step-1)*r.LRDecay))), u.Coupled(r.WeightDecay)
	in, out := epsilons[T](r.Eps, r.EpsInside)
	s := u.Slots[0]
	if u.Step == 1 {
		for i := range s {
			s[i] = T(r.InitialAccumulator)
		}
	}
	kernel.Set[T]{}.Adagrad(u.Value, s, u.Grad, &kernel.AdagradStep[T]{LR: lr, Decay: decay, Inside: in, Outside: out})
}
