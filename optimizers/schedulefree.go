package optimizers

import "math"

// The Schedule-Free rules of Defazio et al. (2024) share this code. With training
// points y, an average x to evaluate at and a sequence z of plain steps,
//
//	y = (1−β)·z + β·x
//	z ← z − γ·d           d the direction of descent at y
//	x ← (1−c)·x + c·z     c the share of this step in the sum of weights
//
// the parameters hold y and a slot holds z. In terms of these, the step is
//
//	y ← (1−c)·y + c·z − γ·(1 − β·(1−c))·d
//
// and x is computed only for evaluation.

// The globals of a Schedule-Free rule.
const (
	weightSum = iota
	weightShare
)

func scheduleFreeGlobals() []string { return []string{"weights", "c"} }

func scheduleFreeBounds() map[string]Range {
	return map[string]Range{"weights": {0, everything.Max}, "c": {0, 1}}
}

// scheduleFreePower is the largest r for which weights do not overflow.
const scheduleFreePower = 16

// scheduleFreeWeigh adds the weight of a step, stepʳ·γ², to the sum of all, and
// sets c to its share, which is zero as long as all rates have been zero.
func scheduleFreeWeigh(globals []float64, step int, power, rate float64) {
	weight := float64(math.Pow(float64(step), power) * rate * rate)
	globals[weightSum] += weight
	if sum := globals[weightSum]; sum > 0 {
		globals[weightShare] = weight / sum
	}
}

// scheduleFreeStep is the factor of γ·d in the step of y.
func scheduleFreeStep(beta, c float64) float64 { return 1 - float64(beta*(1-c)) }

// scheduleFreeAverage writes x to dst.
func scheduleFreeAverage[T Float](beta float64, u Update[T], dst []T) {
	copy(dst, u.Value)
	Pull(dst, u.Slots[0], 1-1/beta)
}
