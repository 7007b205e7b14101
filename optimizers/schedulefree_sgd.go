package optimizers

import "descent/internal/kernel"

// ScheduleFreeSGD is stochastic gradient descent that needs no schedule of
// falling rates (Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky 2024, "The
// Road Less Scheduled"): it averages the points of descent, computes gradients
// near the average, and is evaluated at the average.
//
// For each element, with gradient g at y, learning rate γₜ, weight decay λ and
// step t = 1, 2, …, starting from z = x = y:
//
//	c = tʳ·γₜ² / Σᵢ iʳ·γᵢ²          0 while all rates so far are 0
//	z ← z − γₜ·(g + λ·y)
//	x ← (1−c)·x + c·z
//	y ← (1−β)·z + β·x
//
// The parameters in memory are y, and [Optimizer.Swap] puts x there for
// evaluation and saving.
//
// Slots: "z", len(x), initially the parameters before the first step. Globals:
// "weights", the sum above, and "c". The multiplier of a group applies to γ in the
// step of its z, not in c.
// Defaults ([DefaultScheduleFreeSGD]): β 0.9, r 0, as in the paper and its
// implementation, whose weight_lr_power is 2 here. The implementation weights
// a step by the largest rate so far, which is the same unless the rate falls.
// The rate should be constant, or [descent/lrsched.Warmup] to a constant rate.
// Usual rate: 1 in that implementation; 10 to 50 times that of SGD with
// momentum.
type ScheduleFreeSGD struct {
	Beta        float64 // β in (0, 1)
	Power       float64 // r in [0, 16]; larger forgets early points sooner
	WeightDecay float64 // λ, 0 or more, added to the gradient (an L2 penalty at y)
}

// DefaultScheduleFreeSGD returns the paper's settings.
func DefaultScheduleFreeSGD() ScheduleFreeSGD { return ScheduleFreeSGD{Beta: 0.9} }

var (
	_ Rule        = ScheduleFreeSGD{}
	_ Elementwise = ScheduleFreeSGD{}
	_ Preparer    = ScheduleFreeSGD{}
	_ Evaluator   = ScheduleFreeSGD{}
	_ Bounded     = ScheduleFreeSGD{}
)

func (r ScheduleFreeSGD) Validate() error {
	return Check("ScheduleFreeSGD").
		That(r.Beta > 0 && r.Beta < 1, "Beta", r.Beta, "(0, 1)").
		That(r.Power >= 0 && r.Power <= scheduleFreePower, "Power", r.Power, "[0, 16]").
		NotNegative("WeightDecay", r.WeightDecay).Err()
}

func (r ScheduleFreeSGD) Elementwise(rule Rule) bool { return is[ScheduleFreeSGD](rule) }

func (r ScheduleFreeSGD) Slots() []string { return []string{"z"} }

func (r ScheduleFreeSGD) Globals() []string { return scheduleFreeGlobals() }

func (r ScheduleFreeSGD) Bounds() (slots, globals map[string]Range) { return nil, scheduleFreeBounds() }

func (r ScheduleFreeSGD) Prepare32(p Preparation[float32]) {
	scheduleFreeWeigh(p.Globals, p.Step, r.Power, p.LR)
}

func (r ScheduleFreeSGD) Prepare64(p Preparation[float64]) {
	scheduleFreeWeigh(p.Globals, p.Step, r.Power, p.LR)
}

func (r ScheduleFreeSGD) Update32(u Update[float32]) { scheduleFreeSGD(r, u) }

func (r ScheduleFreeSGD) Update64(u Update[float64]) { scheduleFreeSGD(r, u) }

func (r ScheduleFreeSGD) Evaluate32(u Update[float32], dst []float32) {
	scheduleFreeAverage(r.Beta, u, dst)
}

func (r ScheduleFreeSGD) Evaluate64(u Update[float64], dst []float64) {
	scheduleFreeAverage(r.Beta, u, dst)
}

func scheduleFreeSGD[T Float](r ScheduleFreeSGD, u Update[T]) {
	y, z := u.Value, u.Slots[0]
	if u.Step == 1 {
		copy(z, y)
	}
	share := u.Globals[weightShare]
	kernel.Set[T]{}.ScheduleFreeSGD(y, z, u.Grad, &kernel.ScheduleFreeSGDStep[T]{
		LR: T(u.LR), Part: T(u.LR * scheduleFreeStep(r.Beta, share)), Share: T(share), Decay: u.Coupled(r.WeightDecay),
	})
}
