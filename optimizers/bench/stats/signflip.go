package stats

import (
	"math"
	"math/rand/v2"

	"descent/internal/rng"
)

// ExactPairs is the maximum number of nonzero differences for which [SignFlip]
// enumerates all signs.
const ExactPairs = 20

// tie is the fraction of Σ|d| within which two sums count as equal, as differences
// of numbers like 0.91 and 0.90 are equal only up to rounding. It can only increase
// the p-value.
const tie = 1e-10

// Test is the result of [SignFlip].
type Test struct {
	Pairs   int     // all differences
	Nonzero int     // nonzero differences, which determine P
	Mean    float64 // mean of all differences
	P       float64 // two-sided p-value, in (0, 1]
	Exact   bool    // all signs were enumerated
	Signs   int     // 2ⁿ for n nonzero differences, or the number drawn
}

// SignFlip tests whether the mean of paired differences is zero, two-sided
// (Fisher, 1935). Under the null hypothesis the members of a pair can be exchanged,
// so that all signs of the differences are equally likely.
//
//	p = #{ s ∈ {−1, 1}ⁿ : |Σ sᵢ·dᵢ| ≥ |Σ dᵢ| } / 2ⁿ
//
// For more than [ExactPairs] nonzero differences, it draws m = draws random signs
// and returns (b+1)/(m+1), where b of them are as extreme, which also keeps the level
// (Phipson and Smyth, 2010). Otherwise draws and seed are not used.
//
// The level is exact if the differences are independent and symmetric about zero
// under the null hypothesis; for skewed differences it is approximate. Zeros count in
// the mean but do not change p; if all are zero, p = 1. [SmallestP] is the minimum p
// for n nonzero differences. Sums that differ by less than 1e-10·Σ|d| count as equal.
// Empty or non-finite differences are an error: the caller must replace the metrics
// of diverged runs.
func SignFlip(d []float64, draws int, seed uint64) (Test, error) {
	if err := sample("SignFlip", "d", d); err != nil {
		return Test{}, err
	}
	if draws < 1 {
		return Test{}, refuse("SignFlip", "draws", draws, "1 or more")
	}
	var scale float64 // so that sums do not overflow
	for _, v := range d {
		scale = max(scale, math.Abs(v))
	}
	if scale == 0 {
		return Test{Pairs: len(d), P: 1, Exact: true, Signs: 1}, nil
	}
	var nonzero []float64
	var sum, size float64
	for _, v := range d {
		if v != 0 {
			v /= scale
			nonzero = append(nonzero, v)
			sum += v
			size += math.Abs(v)
		}
	}
	t := Test{Pairs: len(d), Nonzero: len(nonzero), Mean: mean(d)}
	bound := math.Abs(sum) - float64(tie*size)
	if t.Nonzero <= ExactPairs {
		t.Exact, t.Signs = true, 1<<t.Nonzero
		// −s is as extreme as s, so the first sign can be fixed.
		t.P = float64(2*extreme(nonzero[1:], nonzero[0], bound)) / float64(t.Signs)
		return t, nil
	}
	t.Signs = draws
	t.P = float64(drawExtreme(nonzero, bound, draws, rng.New(seed, "stats", "sign flip"))+1) / float64(draws+1)
	return t, nil
}

// extreme counts the signs of d with |sum + Σ sᵢ·dᵢ| ≥ bound.
func extreme(d []float64, sum, bound float64) int {
	if len(d) == 0 {
		if math.Abs(sum) >= bound {
			return 1
		}
		return 0
	}
	return extreme(d[1:], sum+d[0], bound) + extreme(d[1:], sum-d[0], bound)
}

// drawExtreme counts the random signs with |Σ sᵢ·dᵢ| ≥ bound.
func drawExtreme(d []float64, bound float64, draws int, r *rand.Rand) int {
	var count int
	for range draws {
		var sum float64
		var bits uint64
		for i, v := range d {
			if i%64 == 0 {
				bits = r.Uint64()
			}
			if bits&1 == 0 {
				v = -v
			}
			bits >>= 1
			sum += v
		}
		if math.Abs(sum) >= bound {
			count++
		}
	}
	return count
}

// SmallestP returns the minimum p-value of [SignFlip] for n nonzero differences:
// 2/2ⁿ, when all have one sign, and 1 for n < 2. With random signs it is
// 1/(draws+1) if that is larger. A test whose minimum p-value is above its level can
// show nothing: 5 % needs six pairs.
func SmallestP(n int) float64 {
	if n < 2 {
		return 1
	}
	return math.Ldexp(1, 1-n)
}
