package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"descent/internal/rng"
)

// ExactStudies is the maximum number of studies for which [MaxT] and
// [MaxTIntervals] enumerate all flips.
const ExactStudies = 16

// tie is the maximum difference of values of T/√k that count as equal, as differences of
// numbers like 0.91 and 0.90 are equal only up to rounding. It can only increase
// p-values.
const tie = 1e-10

// Comparison is one comparison of a [Family].
type Comparison struct {
	Studies  int     // that have the difference
	Nonzero  int     // of these, with a nonzero difference
	Mean     float64 // mean of the differences; NaN without studies
	SD       float64 // √(Σ(d−d̄)²/(n−1)); NaN for fewer than two studies
	T        float64 // the statistic |Σd|/√Σd², in [0, √n]; 0 if all are zero
	P        float64 // two-sided p-value of the comparison alone, in (0, 1]
	Adjusted float64 // p-value adjusted for the whole family, P or more
}

// Family is the result of [MaxT].
type Family struct {
	Comparisons []Comparison // in the order of the argument
	Studies     int          // of the argument
	Exact       bool         // all flips were enumerated
	Flips       int          // the denominator of the p-values: 2ᵏ⁻¹ for k studies, or draws + 1
}

// MaxT is a two-sided test of a family of comparisons on common studies. It tests which
// means of the differences d[j], by study, are not zero. If those with an adjusted
// p ≤ α are called different, the probability of any false one is α or less. MaxT is the
// step-down max-T procedure (Westfall and Young, 1993, Algorithm 2.8; Romano and Wolf,
// 2005) with joint sign flips. It uses the dependence between the comparisons, such as
// that of all pairs of a few entries, and finds more than the method of Holm (1979).
//
// A flip changes the sign of the differences of whole studies, the same for all
// comparisons. With the statistics
//
//	Tⱼ(ε) = |Σ εᵢ·dⱼᵢ| / √Σ dⱼᵢ²,  ε ∈ {−1, 1}ᵏ
//
// and Tⱼ = Tⱼ(1), in the order T₁ ≥ … ≥ Tₘ,
//
//	P        = #{ ε : Tⱼ(ε) ≥ Tⱼ } / 2ᵏ
//	Adjusted = max over l ≤ j of #{ ε : max over i ≥ l of Tᵢ(ε) ≥ Tₗ } / 2ᵏ
//
// T increases with Student's |t| = T·√((n−1)/(n−T²)) and stays finite for equal
// differences. For more than [ExactStudies] studies, it draws random flips and counts
// the observed signs as one more (Phipson and Smyth, 2010). Otherwise draws and seed
// are not used.
//
// The level is exact if the differences of a study are jointly symmetric about their
// means. It holds well beyond that. In simulations of 4 to 16 entries, all pairs or all
// against one, in 6 to 16 studies, a false difference was found at 5 % in at most 5.7 %
// of benchmarks: for normal, heavy-tailed, exponential and lognormal scores, for normal
// scores with standard deviations from 1 to 10, and along with true differences. With
// five studies nothing is found.
//
// The level does not hold for scores with both skewness and unequal variances, whose
// differences are skewed. With standard deviations from 1 to 10, the error is up to 7 %,
// 15 % and 22 % for lognormal scores with σ = 0.2 and 0.5 and for exponential scores. It
// grows with the number of entries, and 16 studies do not lower it. Compare such scores
// on a scale on which they are about symmetric: the logarithm of a loss or an error rate,
// for a comparison of geometric means. testdata/familywise.txt has all figures.
//
// NaN is a missing difference: that study does not count in this comparison. With n
// studies T is at most √n, so a comparison with many missing is unlikely to be found.
// Zeros count in the mean and do not change T. A comparison without nonzero differences
// has p = 1. Values of T that differ by less than 1e-10·√k count as equal. With k
// studies, the minimum of P and Adjusted is 2/2ᵏ; [StudiesNeeded] returns the number of
// studies that a level requires.
func MaxT(d [][]float64, draws int, seed uint64) (Family, error) {
	if err := comparisons("MaxT", d, draws); err != nil {
		return Family{}, err
	}
	return maxT(d, ExactStudies, draws, seed), nil
}

// maxT enumerates the flips of at most exact studies.
func maxT(d [][]float64, exact, draws int, seed uint64) Family {
	f := Family{Comparisons: make([]Comparison, len(d))}
	if len(d) == 0 {
		return f
	}
	f.Studies = len(d[0])
	units := make([][]float64, len(d))
	order := make([]int, len(d))
	for j, x := range d {
		f.Comparisons[j], units[j] = compare(x)
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f.Comparisons[b].T, f.Comparisons[a].T) })

	bounds, sorted := make([]float64, len(d)), make([][]float64, len(d))
	for rank, j := range order {
		sorted[rank] = units[j]
		bounds[rank] = f.Comparisons[j].T - float64(tie*math.Sqrt(float64(f.Studies)))
	}
	alone, joint := make([]int, len(d)), make([]int, len(d))
	f.Flips, f.Exact = flip(sorted, exact, draws, rng.New(seed, "stats", "max-T"), func(sums []float64) {
		var highest float64
		for rank := len(sums) - 1; rank >= 0; rank-- {
			t := math.Abs(sums[rank])
			highest = max(highest, t)
			if highest < bounds[rank] {
				continue
			}
			joint[rank]++
			if t >= bounds[rank] {
				alone[rank]++
			}
		}
	})
	var most int
	for rank, j := range order {
		most = max(most, joint[rank])
		f.Comparisons[j].P = float64(alone[rank]) / float64(f.Flips)
		f.Comparisons[j].Adjusted = float64(most) / float64(f.Flips)
	}
	return f
}

// compare returns the comparison without its p-values, and the differences divided by
// √Σd², with zeros for missing ones.
func compare(d []float64) (Comparison, []float64) {
	var present []float64
	for _, v := range d {
		if !math.IsNaN(v) {
			present = append(present, v)
		}
	}
	c := Comparison{Studies: len(present), Mean: math.NaN(), SD: math.NaN()}
	for _, v := range present {
		if v != 0 {
			c.Nonzero++
		}
	}
	if len(present) > 0 {
		s := center(present)
		c.Mean, c.SD = math.Ldexp(s.mean, s.power), s.deviation()
	}
	unit := unit(d)
	var sum float64
	for _, v := range unit {
		sum += v
	}
	c.T = math.Abs(sum)
	return c, unit
}

// unit returns d/√Σd², with zeros for NaN. If all are zero, so is the result.
func unit(d []float64) []float64 {
	u := make([]float64, len(d))
	var scale, squares float64 // so that squares do not overflow
	for i, v := range d {
		if !math.IsNaN(v) {
			u[i] = v
			scale = max(scale, math.Abs(v))
		}
	}
	if scale == 0 {
		return u
	}
	for i := range u {
		u[i] /= scale
		squares += float64(u[i] * u[i])
	}
	size := math.Sqrt(squares)
	for i := range u {
		u[i] /= size
	}
	return u
}

// comparisons rejects families with infinite differences or different numbers of them.
func comparisons(function string, d [][]float64, draws int) error {
	if draws < 1 {
		return refuse(function, "draws", draws, "1 or more")
	}
	for j, x := range d {
		if len(x) == 0 {
			return refuse(function, fmt.Sprintf("len(d[%d])", j), 0, "1 or more")
		}
		if len(x) != len(d[0]) {
			return refuse(function, fmt.Sprintf("len(d[%d])", j), len(x), fmt.Sprintf("%d, the length of d[0]", len(d[0])))
		}
		for i, v := range x {
			if math.IsInf(v, 0) {
				return refuse(function, fmt.Sprintf("d[%d][%d]", j, i), v, "a finite number, or NaN for a missing one")
			}
		}
	}
	return nil
}

// StudiesNeeded returns the smallest number of studies for which a p-value of
// [MaxT] can be as small as the level: 6 for 0.05.
func StudiesNeeded(level float64) (int, error) {
	if err := inside("StudiesNeeded", "level", level); err != nil {
		return 0, err
	}
	k := 2
	for smallestP(k) > level {
		k++
	}
	return k, nil
}

// smallestP returns the minimum p-value of n studies: when all differences have one
// sign.
func smallestP(n int) float64 {
	if n < 2 {
		return 1
	}
	return math.Ldexp(1, 1-n)
}
