package optimizers

import "descent/internal/kernel"

// SGD is stochastic gradient descent, plain or with momentum, as in PyTorch.
//
// For each element, with gradient g, weight decay λ, momentum μ, dampening τ
// and step t = 1, 2, …:
//
//	g ← g + λ·x
//	v ← g                  at t = 1, whatever τ
//	v ← μ·v + (1−τ)·g      afterwards
//	x ← x − lr · v         or, with Nesterov, x ← x − lr · (g + μ·v)
//
// Without momentum it is x ← x − lr·(g + λ·x).
//
// Slots: "momentum_buffer" (v), len(x), initially zero; none without momentum.
// The zero value is plain gradient descent, PyTorch's default. The book (Dive
// into Deep Learning) names only μ and uses τ = 0. MXNet and Keras use
// v ← μ·v − lr·g and x ← x + v, which is the same only while lr is constant.
type SGD struct {
	Momentum    float64 // μ in [0, 1)
	Dampening   float64 // τ in [0, 1); only with momentum
	Nesterov    bool    // look ahead; only with momentum and without dampening
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty of λ/2·‖x‖²)
}

var (
	_ Rule        = SGD{}
	_ Elementwise = SGD{}
)

func (r SGD) Validate() error {
	return Check("SGD").
		Fraction("Momentum", r.Momentum).
		Fraction("Dampening", r.Dampening).
		That(r.Dampening == 0 || r.Momentum != 0, "Dampening", r.Dampening, "0 without Momentum").
		That(!r.Nesterov || r.Momentum != 0, "Nesterov", r.Nesterov, "false without Momentum").
		That(!r.Nesterov || r.Dampening == 0, "Dampening", r.Dampening, "0 with Nesterov").
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r SGD) Elementwise(rule Rule) bool { return is[SGD](rule) }

func (r SGD) Slots() []string {
	if r.Momentum == 0 {
		return nil
	}
	return []string{"momentum_buffer"}
}

func (r SGD) Update32(u Update[float32]) { sgd(r, u) }

func (r SGD) Update64(u Update[float64]) { sgd(r, u) }

func sgd[T Float](r SGD, u Update[T]) {
	lr, decay, mu, keep := T(u.LR), u.Coupled(r.WeightDecay), T(r.Momentum), T(1-r.Dampening)
	var k kernel.Set[T] // the same bits with any instruction set
	if r.Momentum == 0 {
		k.SGD(u.Value, u.Grad, &kernel.SGDStep[T]{LR: lr, Decay: decay})
		return
	}
	v := u.Slots[0]
	if u.Step == 1 { // 0·v + 1·g, so that the kernels need no case for it
		clear(v)
		keep = 1
	}
	if r.Nesterov {
		k.Nesterov(u.Value, v, u.Grad, &kernel.NesterovStep[T]{LR: lr, Decay: decay, Mu: mu, Keep: keep})
		return
	}
	k.Momentum(u.Value, v, u.Grad, &kernel.MomentumStep[T]{LR: lr, Decay: decay, Mu: mu, Keep: keep})
}
