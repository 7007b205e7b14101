package optimizers

// EMA wraps a rule so that it is evaluated at an exponential moving average of
// its parameters. It does not change training.
//
// With the parameters x after update t = 1, 2, … of the inner rule, and x₀
// before the first:
//
//	a ← d·a + (1−d)·x       starting from a = x₀
//
// With Debias, a starts at 0 and the average is a/(1−dᵗ): the weights of x₁ to xₜ
// then sum to 1 and x₀ has no weight. [Optimizer.Swap] puts the average in place
// for evaluation and saving.
//
// Slots: those of the inner rule, and "average" (a), len(x).
// Defaults ([DefaultEMA]): d 0.999, as in PyTorch's get_ema_avg_fn, which starts
// at x₁. Keras and TensorFlow start at x₀; Optax's ema is the form with Debias.
type EMA struct {
	Rule   Rule    // the inner rule, trained and evaluated at one point
	Decay  float64 // d in [0, 1); the average covers about 1/(1−d) updates
	Debias bool    // start at zero and correct for it
}

// DefaultEMA returns EMA around a rule with PyTorch's decay.
func DefaultEMA(rule Rule) EMA { return EMA{Rule: rule, Decay: 0.999} }

var (
	_ Wrapper     = EMA{}
	_ Elementwise = EMA{}
	_ Evaluator   = EMA{}
)

func (r EMA) Validate() error {
	return Check("EMA").onePoint(r.Rule).Inner(r.Rule, "average").Fraction("Decay", r.Decay).Err()
}

func (r EMA) Slots() []string { return WithSlots(r.Rule, "average") }

func (r EMA) Elementwise(rule Rule) bool { return is[EMA](rule) && elementwise(r.Rule) }

func (r EMA) Unwrap() Rule { return r.Rule }

func (r EMA) Update32(u Update[float32]) { ema(r, u) }

func (r EMA) Update64(u Update[float64]) { ema(r, u) }

func (r EMA) Evaluate32(u Update[float32], dst []float32) { emaAverage(r, u, dst) }

func (r EMA) Evaluate64(u Update[float64], dst []float64) { emaAverage(r, u, dst) }

func ema[T Float](r EMA, u Update[T]) {
	average := u.Slots[len(u.Slots)-1]
	if u.Step == 1 && !r.Debias {
		copy(average, u.Value)
	}
	u.Apply(r.Rule, 1)
	Pull(average, u.Value, 1-r.Decay)
}

func emaAverage[T Float](r EMA, u Update[T], dst []T) {
	scale := T(1)
	if r.Debias {
		scale = T(1 / Unbias(r.Decay, u.Step))
	}
	for i, a := range u.Slots[len(u.Slots)-1] {
		dst[i] = scale * a
	}
}
