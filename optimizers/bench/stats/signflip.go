package stats

import (
	"math"
	"math/rand/v2"

	"descent/internal/rng"
)

// ExactPairs is the largest number of nonzero differences for which
// [SignFlip] looks at all signs.
const ExactPairs = 20

// tie is the part of Σ|d| by which two sums may differ and count as equal.
// Differences of numbers like 0.91 and 0.90 are equal only up to rounding;
// the p-value can but grow by it.
const tie = 1e-10

// Test is the result of [SignFlip].
type Test struct {
	Pairs   int     // differences
	Nonzero int     // those that are not zero, which alone carry evidence
	Mean    float64 // the mean of all the differences
	P       float64 // two-sided p-value, in (0, 1]
	Exact   bool    // all signs were looked at
	Signs   int     // how many: 2ⁿ of n nonzero differences, or the number drawn
}

// SignFlip tests whether the mean of paired differences is zero, two-sided
// (Fisher, 1935): if the two of a pair could as well be exchanged, any signs of
// the differences were as likely.
//
//	p = #{ s ∈ {−1, 1}ⁿ : |Σ sᵢ·dᵢ| ≥ |Σ dᵢ| } / 2ⁿ
//
// Beyond [ExactPairs] nonzero differences it draws m signs at random and gives
// (b+1)/(m+1) with b of them as extreme, which keeps the level too (Phipson
// and Smyth, 2010); m is draws, and neither it nor the seed is used otherwise.
//
// The level holds exactly if the differences are independent and each is
// distributed symmetrically about zero when there is no effect; for skewed
// differences it is approximate. Zeros count in the mean, and change nothing in p:
// all zeros give p = 1. [SmallestP] is the smallest p of n nonzero
// differences. Sums that differ by less than 1e-10·Σ|d| count as equal.
// No difference at all, or one that is not finite, is an error: the caller
// says what a diverged run counts as.
func SignFlip(d []float64, draws int, seed uint64) (Test, error) {
	if err := sample("SignFlip", "d", d); err != nil {
		return Test{}, err
	}
	if draws < 1 {
		return Test{}, refuse("SignFlip", "draws", draws, "at least 1")
	}
	var scale float64 // that sums do not overflow
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
		// −s is as extreme as s, so the first sign can stay.
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

// drawExtreme counts those of random signs with |Σ sᵢ·dᵢ| ≥ bound.
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

// SmallestP is the smallest p-value that [SignFlip] can give for n nonzero
// differences: 2/2ⁿ, when all have one sign, and 1 for n < 2. Of drawn signs
// it is 1/(draws+1) if that is more. A test that cannot go below its level
// shows nothing, whatever the data: at 5 % it takes six pairs.
func SmallestP(n int) float64 {
	if n < 2 {
		return 1
	}
	return math.Ldexp(1, 1-n)
}
