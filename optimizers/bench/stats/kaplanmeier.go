package stats

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Survival is the Kaplan–Meier estimate of the fraction of runs that have not
// reached their target yet, by time. The slices have one element for each time at
// which a run reached it, in ascending order.
type Survival struct {
	Times    []float64
	AtRisk   []int     // runs that had neither reached it nor been censored before
	Reached  []int     // runs that reached it at this time
	Survival []float64 // fraction that has not reached it after this time
	Runs     int       // all runs
	Censored int       // runs that ended without reaching it
}

// KaplanMeier estimates the times to a target if some runs ended without reaching
// it (Kaplan and Meier, 1958). times[i] is when run i reached it or, if
// censored[i], when it ended.
//
//	S(t) = Π over times tⱼ ≤ t at which a run reached it of (1 − dⱼ/nⱼ)
//
// with dⱼ the runs that reached it at tⱼ, and nⱼ those that had not reached it and
// were not censored before tⱼ. A run censored at tⱼ counts in nⱼ. Censoring is
// assumed to be independent of when the run would have reached the target. This
// holds for a common budget of steps, but not for divergence: censor a diverged run
// at the budget.
//
// There must be 1 or more times, each finite and 0 or more.
func KaplanMeier(times []float64, censored []bool) (Survival, error) {
	if err := sample("KaplanMeier", "times", times); err != nil {
		return Survival{}, err
	}
	for i, t := range times {
		if t < 0 {
			return Survival{}, refuse("KaplanMeier", fmt.Sprintf("times[%d]", i), t, "0 or more")
		}
	}
	if len(censored) != len(times) {
		return Survival{}, refuse("KaplanMeier", "len(censored)", len(censored), fmt.Sprintf("%d, the length of times", len(times)))
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

// At returns S(t), the fraction that has not reached the target after time t: 1
// before the first time, and the last value after the last time.
func (s Survival) At(t float64) float64 {
	i := sort.Search(len(s.Times), func(i int) bool { return s.Times[i] > t })
	if i == 0 {
		return 1
	}
	if i > len(s.Survival) {
		return math.NaN() // a Survival literal with too few values
	}
	return s.Survival[i-1]
}

// Median returns the first time t with S(t) ≤ 1/2. It returns false if the curve
// ends above 1/2, so that the median is unknown. (R's survfit takes the middle of
// the step where S is exactly 1/2.)
func (s Survival) Median() (float64, bool) {
	const rounding = 1e-12 // of the product: 3/4·2/3 is 1/2
	for i, v := range s.Survival {
		if v <= 0.5+rounding && i < len(s.Times) {
			return s.Times[i], true
		}
	}
	return math.Inf(1), false
}

// Share returns the fraction of runs that reached the target. It is 1 − S at the
// end if all other runs were censored there. If some were censored earlier, 1 − S
// estimates the fraction without censoring.
func (s Survival) Share() float64 {
	return float64(s.Runs-s.Censored) / float64(s.Runs)
}
