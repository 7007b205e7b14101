package optimizers

// Adamax is the form of [Adam] with the infinity norm (Kingma and Ba, 2014,
// Algorithm 2), as in PyTorch.
//
// For each element, with gradient g, weight decay λ and step t = 1, 2, …:
//
//	g ← g + λ·x
//	m ← β1·m + (1−β1)·g
//	u ← max(β2·u, |g| + ε)
//	x ← x − lr/(1−β1ᵗ) · m/u
//
// u needs no correction: it does not average with the zero it began at.
//
// Slots: "exp_avg" (m), "exp_inf" (u), each len(x), initially zero.
// Defaults ([DefaultAdamax]): β1 0.9, β2 0.999, ε 1e-8, as in PyTorch. The
// paper has no ε; Keras adds 1e-7 to u instead.
// Usual rate: 0.002.
type Adamax struct {
	Beta1       float64 // β1 in [0, 1): of the average gradient
	Beta2       float64 // β2 in [0, 1): how fast the largest gradient is forgotten
	Eps         float64 // ε, more than 0
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
}

var (
	_ Rule    = Adamax{}
	_ Bounded = Adamax{}
)

// DefaultAdamax returns the defaults of PyTorch.
func DefaultAdamax() Adamax { return Adamax{Beta1: .9, Beta2: .999, Eps: 1e-8} }

func (r Adamax) Validate() error {
	return Check("Adamax").adam(r.Beta1, r.Beta2, r.Eps, r.WeightDecay).Err()
}

func (r Adamax) Slots() []string { return []string{"exp_avg", "exp_inf"} }

func (r Adamax) Bounds() (slots, globals map[string]Range) { return notNegative("exp_inf"), nil }

func (r Adamax) Update32(u Update[float32]) { adamax(r, u) }

func (r Adamax) Update64(u Update[float64]) { adamax(r, u) }

func adamax[T Float](r Adamax, u Update[T]) {
	a, beta2 := NewAverage[T](r.Beta1), T(r.Beta2)
	eps := Epsilon[T](r.Eps)
	decay := u.Coupled(r.WeightDecay)
	rate := T(u.LR / Unbias(r.Beta1, u.Step))

	g := u.Grad
	x, m, top := u.Value[:len(g)], u.Slots[0][:len(g)], u.Slots[1][:len(g)]
	for i := range g {
		h := g[i] + T(decay*x[i])
		m[i] = a.Mean(m[i], h)
		top[i] = max(T(beta2*top[i]), max(h, -h)+eps)
		x[i] -= T(rate*m[i]) / top[i]
	}
}
