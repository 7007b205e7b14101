package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Survival is the estimate of Kaplan and Meier of the share of runs that have
// not reached their target yet, by time. The slices have one element for each
// time at which a run reached it, in ascending order.
type Survival struct {
	Times    []float64
	AtRisk   []int     // runs neither there nor censored before
	Reached  []int     // runs that reached the target just then
	Survival []float64 // share not there after it
	Runs     int       // all of them
	Censored int       // those that ended without reaching it
}

// KaplanMeier estimates the times to a target when some runs ended without
// reaching it (Kaplan and Meier, 1958): times[i] is when run i reached it, or
// where it ended if censored[i].
//
//	S(t) = Π over times tⱼ ≤ t at which a run reached it of (1 − dⱼ/nⱼ)
//
// with dⱼ runs that reached it at tⱼ and nⱼ that had neither reached it nor
// been censored before tⱼ. A run censored at tⱼ is among the nⱼ: it was seen up
// to and with that time. Censoring is taken to say nothing of when the run
// would have arrived, which a common budget of steps satisfies, and a
// divergence does not: a run that diverged can be censored at the budget, as
// one that would not have arrived within it.
//
// Times are finite and zero or more; there is at least one.
func KaplanMeier(times []float64, censored []bool) (Survival, error) {
	if err := sample("KaplanMeier", "times", times); err != nil {
		return Survival{}, err
	}
	for i, t := range times {
		if t < 0 {
			return Survival{}, refuse("KaplanMeier", fmt.Sprintf("times[%d]", i), t, "[0, ∞)")
		}
	}
	if len(censored) != len(times) {
		return Survival{}, refuse("KaplanMeier", "len(censored)", len(censored), fmt.Sprintf("%d, that of times", len(times)))
	}
	order := make([]int, len(times))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case times[i] < times[j]:
			return -1
		case times[i] > times[j]:
			return 1
		}
		return 0
	})
	s := Survival{Runs: len(times)}
	share := 1.0
	for first := 0; first < len(order); {
		t, reached, next := times[order[first]], 0, first
		for ; next < len(order) && times[order[next]] == t; next++ {
			if !censored[order[next]] {
				reached++
			}
		}
		s.Censored += next - first - reached
		if reached > 0 {
			atRisk := len(order) - first
			share *= float64(atRisk-reached) / float64(atRisk)
			s.Times = append(s.Times, t)
			s.AtRisk = append(s.AtRisk, atRisk)
			s.Reached = append(s.Reached, reached)
			s.Survival = append(s.Survival, share)
		}
		first = next
	}
	return s, nil
}

// At is S(t), the share not there after time t: 1 before the first time, and
// the last value, by extrapolation, after the last.
func (s Survival) At(t float64) float64 {
	i := sort.Search(len(s.Times), func(i int) bool { return s.Times[i] > t })
	if i == 0 {
		return 1
	}
	if i > len(s.Survival) {
		return math.NaN() // a literal with too few values
	}
	return s.Survival[i-1]
}

// Median is the first time t with S(t) ≤ 1/2, and false where the curve ends
// above it: the median was not reached, and all that is known is that it is
// later. (R's survfit takes the middle of the step where S is exactly 1/2.)
func (s Survival) Median() (float64, bool) {
	const rounding = 1e-12 // of the product: 3/4·2/3 is 1/2
	for i, v := range s.Survival {
		if v <= 0.5+rounding && i < len(s.Times) {
			return s.Times[i], true
		}
	}
	return math.Inf(1), false
}

// Share is the share of the runs that reached the target. It is 1 − S at the
// end if all others were censored there; if some were censored before, 1 − S is
// the estimate of what it would have been.
func (s Survival) Share() float64 {
	return float64(s.Runs-s.Censored) / float64(s.Runs)
}
