package optimizers

import (
	"math"

	"descent/internal/kernel"
)

// ScheduleFreeAdamW is [ScheduleFreeSGD] with the steps of AdamW (Defazio et
// al. 2024, Algorithm 1).
//
// For each element, with gradient g at y, learning rate γ, weight decay λ and
// step t = 1, 2, …, starting from z = x = y:
//
//	v ← β2·v + (1−β2)·g²
//	γₜ = γ·√(1−β2ᵗ)                with the warmup folded in
//	c = tʳ·γₜ² / Σᵢ iʳ·γᵢ²         0 while all rates so far are 0
//	z ← z − γₜ·(g/(√v + ε) + λ·y)
//	x ← (1−c)·x + c·z
//	y ← (1−β)·z + β·x
//
// The parameters in memory are y, and [Optimizer.Swap] puts x there for
// evaluation and saving. There is no average of gradients: β takes its place.
//
// Slots: "z", len(x), initially the parameters before the first step;
// "exp_avg_sq" (v), len(x), initially zero. Globals: "weights", the sum above, and
// "c". The multiplier of a group applies to γ in the step of its z, not in c.
// Defaults ([DefaultScheduleFreeAdamW]): β 0.9, β2 0.999, ε 1e-8, λ 0, r 0, as
// in the authors' implementation; the paper's experiments choose λ as for AdamW.
// Later versions of the implementation divide by √(v/(1−β2ᵗ)) + ε instead, and
// weight a step by the largest rate so far.
// Usual rate: 0.0025, 1 to 10 times that of AdamW.
type ScheduleFreeAdamW struct {
	Beta        float64 // β in (0, 1), between z and x
	Beta2       float64 // β2 in [0, 1), of the mean of squares
	Eps         float64 // ε, more than 0
	Power       float64 // r in [0, 16]; larger forgets early points sooner
	WeightDecay float64 // λ, 0 or more, decoupled, at y
}

// DefaultScheduleFreeAdamW returns the settings of the authors' implementation.
func DefaultScheduleFreeAdamW() ScheduleFreeAdamW {
	return ScheduleFreeAdamW{Beta: 0.9, Beta2: 0.999, Eps: 1e-8}
}

var (
	_ Rule        = ScheduleFreeAdamW{}
	_ Elementwise = ScheduleFreeAdamW{}
	_ Preparer    = ScheduleFreeAdamW{}
	_ Evaluator   = ScheduleFreeAdamW{}
	_ Bounded     = ScheduleFreeAdamW{}
)

func (r ScheduleFreeAdamW) Validate() error {
	return Check("ScheduleFreeAdamW").
		That(r.Beta > 0 && r.Beta < 1, "Beta", r.Beta, "(0, 1)").
		Fraction("Beta2", r.Beta2).
		Positive("Eps", r.Eps).
		That(r.Power >= 0 && r.Power <= scheduleFreePower, "Power", r.Power, "[0, 16]").
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r ScheduleFreeAdamW) Elementwise(rule Rule) bool { return is[ScheduleFreeAdamW](rule) }

func (r ScheduleFreeAdamW) Slots() []string { return []string{"z", "exp_avg_sq"} }

func (r ScheduleFreeAdamW) Globals() []string { return scheduleFreeGlobals() }

func (r ScheduleFreeAdamW) Bounds() (slots, globals map[string]Range) {
	return notNegative("exp_avg_sq"), scheduleFreeBounds()
}

func (r ScheduleFreeAdamW) Prepare32(p Preparation[float32]) {
	scheduleFreeWeigh(p.Globals, p.Step, r.Power, p.LR*r.warmup(p.Step))
}

func (r ScheduleFreeAdamW) Prepare64(p Preparation[float64]) {
	scheduleFreeWeigh(p.Globals, p.Step, r.Power, p.LR*r.warmup(p.Step))
}

func (r ScheduleFreeAdamW) Update32(u Update[float32]) { scheduleFreeAdamW(r, u) }

func (r ScheduleFreeAdamW) Update64(u Update[float64]) { scheduleFreeAdamW(r, u) }

func (r ScheduleFreeAdamW) Evaluate32(u Update[float32], dst []float32) {
	scheduleFreeAverage(r.Beta, u, dst)
}

func (r ScheduleFreeAdamW) Evaluate64(u Update[float64], dst []float64) {
	scheduleFreeAverage(r.Beta, u, dst)
}

// warmup is γₜ/γ.
func (r ScheduleFreeAdamW) warmup(step int) float64 { return math.Sqrt(Unbias(r.Beta2, step)) }

func scheduleFreeAdamW[T Float](r ScheduleFreeAdamW, u Update[T]) {
	y, z := u.Value, u.Slots[0]
	if u.Step == 1 {
		copy(z, y)
	}
	share, rate, b := u.Globals[weightShare], u.LR*r.warmup(u.Step), NewAverage[T](r.Beta2)
	kernel.Set[T]{}.ScheduleFreeAdamW(y, z, u.Slots[1], u.Grad, &kernel.ScheduleFreeAdamWStep[T]{
		LR: T(rate), Part: T(rate * scheduleFreeStep(r.Beta, share)), Share: T(share), Decay: u.Coupled(r.WeightDecay),
		Beta2: b.Beta, Gain2: b.Gain, Epsilon: Epsilon[T](r.Eps),
	})
}
