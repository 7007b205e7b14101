package optimizers

import "descent/internal/kernel"

// LARS is layer-wise adaptive rate scaling (You, Gitman and Ginsburg 2017,
// Algorithm 1), for training with large batches: momentum, with the rate of
// each parameter scaled by the ratio of the norms of parameter and gradient.
//
// For each parameter, with gradient g, weight decay λ, momentum μ and trust
// coefficient c:
//
//	r = c·‖x‖/(‖g‖ + λ·‖x‖ + ε)      or 1 if ‖x‖ or ‖g‖ is zero
//	v ← μ·v + lr·r · (g + λ·x)
//	x ← x − v
//
// Parameters of fewer than two dimensions, which are biases and the scales of
// normalizations, have r = 1 and λ = 0. Norms are Euclidean, over the entire
// parameter, in float64. The rate is part of v, so a change of rate affects only
// later gradients, unlike in [SGD].
//
// Slots: "momentum_buffer" (v), len(x), initially zero; none without momentum.
// Defaults ([DefaultLARS]): c 0.001, μ 0.9, λ 0.0005, ε 0, as in the paper;
// libraries use an ε of up to 1e-5.
// Usual rate: on the order of 1 to 10, after a warmup, because c multiplies it.
type LARS struct {
	TrustCoefficient float64 // c, more than 0
	Momentum         float64 // μ in [0, 1)
	Eps              float64 // ε, 0 or more
	WeightDecay      float64 // λ, 0 or more, added to the gradient
}

var _ Rule = LARS{}

// DefaultLARS returns the paper's settings.
func DefaultLARS() LARS { return LARS{TrustCoefficient: .001, Momentum: .9, WeightDecay: .0005} }

func (r LARS) Validate() error {
	return Check("LARS").
		Positive("TrustCoefficient", r.TrustCoefficient).
		Fraction("Momentum", r.Momentum).
		NotNegative("Eps", r.Eps).
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r LARS) Slots() []string {
	if r.Momentum == 0 {
		return nil
	}
	return []string{"momentum_buffer"}
}

func (r LARS) Update32(u Update[float32]) { lars(r, u) }

func (r LARS) Update64(u Update[float64]) { lars(r, u) }

func lars[T Float](r LARS, u Update[T]) {
	if len(u.Shape) < 2 {
		larsStep(r, u, T(u.LR), 0)
		return
	}
	x, decay := product(normOf(u.Value, sumSquares(u.Workers, u.Value))), r.WeightDecay*u.Decay
	scale, root := normOf(u.Grad, sumSquares(u.Workers, u.Grad))
	if x == 0 || root == 0 {
		larsStep(r, u, T(u.LR), T(decay))
		return
	}
	lr := u.LR * (r.TrustCoefficient * x / (float64(scale*root) + float64(decay*x) + r.Eps))
	if fits[T](lr) {
		larsStep(r, u, T(lr), T(decay))
		return
	}
	larsWide(r, u, u.LR*r.TrustCoefficient*x, decay, scale, root+(float64(decay*x)+r.Eps)/scale)
}

// larsStep is descent at the rate of the parameter.
func larsStep[T Float](r LARS, u Update[T], lr, decay T) {
	if r.Momentum == 0 {
		descend(u.Workers, u.Value, u.Grad, &kernel.SGDStep[T]{LR: lr, Decay: decay})
		return
	}
	descendWith(u.Workers, u.Value, u.Slots[0], u.Grad, &kernel.MomentumStep[T]{LR: 1, Decay: decay, Mu: T(r.Momentum), Keep: lr})
}

// larsWide is larsStep at the rate length/(scale·root), where T does not hold
// the rate, but its product with the gradient.
func larsWide[T Float](r LARS, u Update[T], length, decay, scale, root float64) {
	x, mu := u.Value, T(r.Momentum)
	for i, g := range u.Grad {
		h := float64(g) + float64(decay*float64(x[i]))
		d := T(h / scale / root * length)
		if r.Momentum != 0 {
			v := u.Slots[0]
			v[i] = T(mu*v[i]) + d
			d = v[i]
		}
		x[i] -= d
	}
}
