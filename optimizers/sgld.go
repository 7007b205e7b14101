package optimizers

import (
	"math"

	"descent/internal/elementary"
	"descent/internal/rng"
)

// SGLD is stochastic gradient Langevin dynamics (Welling and Teh 2011): the
// points that it visits are samples from the posterior of the parameters. The
// smaller the rate, the closer the approximation.
//
// For each element, with the gradient g of the mean loss, the negative
// log-likelihood, and a new standard normal ξ for each step:
//
//	x ← x − lr/2 · (N·g + λ·x) + √lr · ξ
//
// N is the number of examples in the entire data set, whatever the batch size, and
// λ the precision of a normal prior of mean zero. A group's multiplier of the
// weight decay multiplies λ: without decay, the prior is flat.
//
// ξ is a function of the optimizer's seed, the parameter's name, the step and
// the element's index: it is the same in both precisions except for rounding, and
// after [Optimizer.Restore]. On another machine it may differ in the last bits.
//
// Slots: none. There are no customary settings.
// Usual rate: well below 4/(N·h + λ), where h is the largest curvature of the mean
// loss and the steps become unstable; the paper decreases the rate as a·(b + t)^−γ,
// with γ in (½, 1].
type SGLD struct {
	Examples       int     // N, 1 or more
	PriorPrecision float64 // λ, 0 or more
}

var (
	_ Rule        = SGLD{}
	_ Elementwise = SGLD{}
)

func (r SGLD) Validate() error {
	return Check("SGLD").
		That(r.Examples > 0, "Examples", r.Examples, "1 or more").
		NotNegative("PriorPrecision", r.PriorPrecision).Err()
}

func (r SGLD) Elementwise(rule Rule) bool { return is[SGLD](rule) }

func (r SGLD) Slots() []string { return nil }

func (r SGLD) Update32(u Update[float32]) { sgld(r, u) }

func (r SGLD) Update64(u Update[float64]) { sgld(r, u) }

func sgld[T Float](r SGLD, u Update[T]) {
	gain, decay := T(u.LR/2*float64(r.Examples)), T(u.LR/2*r.PriorPrecision*u.Decay)
	root := math.Sqrt(u.LR)
	x, g := u.Value, u.Grad[:len(u.Value)]
	for i := 0; i < len(x); i += 2 {
		a, b := normals(u.Seed, uint64((u.First+i)/2)) // blocks begin at even indices
		x[i] += T(root*a) - (T(gain*g[i]) + T(decay*x[i]))
		if j := i + 1; j < len(x) {
			x[j] += T(root*b) - (T(gain*g[j]) + T(decay*x[j]))
		}
	}
}

// normals returns pair n = 0, 1, … of the independent standard normals of a
// key, by the transform of Box and Muller (1958).
func normals(key, n uint64) (a, b float64) {
	const unit = 1.0 / (1 << 53)
	u := float64(rng.Mix(key, 2*n+1)>>11+1) * unit // in (0, 1]
	v := float64(rng.Mix(key, 2*n+2)>>11) * unit   // in [0, 1)
	radius := math.Sqrt(-2 * math.Log(u))
	sin, cos := elementary.Sincos(2 * math.Pi * v)
	return radius * cos, radius * sin
}
