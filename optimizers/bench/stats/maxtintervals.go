package stats

import (
	"math"
	"slices"

	"descent/internal/rng"
)

// MaxTIntervals are simultaneous confidence intervals of the means of the
// comparisons of [MaxT]: with probability level, all of them hold.
func MaxTIntervals(d [][]float64, level float64, draws int, seed uint64) ([]Interval, error) {
	if err := comparisons("MaxTIntervals", d, draws); err != nil {
		return nil, err
	}
	if err := inside("MaxTIntervals", "level", level); err != nil {
		return nil, err
	}
	return maxTIntervals(d, level, ExactStudies, draws, seed), nil
}

func maxTIntervals(d [][]float64, level float64, exact, draws int, seed uint64) []Interval {
	if len(d) == 0 {
		return nil
	}
	units, n := make([][]float64, len(d)), make([]float64, len(d))
	family := make([]Comparison, len(d))
	for j, x := range d {
		family[j], units[j] = compare(x)
		n[j] = float64(family[j].Studies)
	}
	var largest []float64 // |t| of each flip
	flip(units, exact, draws, rng.New(seed, "stats", "max-T"), func(sums []float64) {
		var highest float64
		for j, t := range sums {
			highest = max(highest, student(t, n[j]))
		}
		largest = append(largest, highest)
	})
	slices.Sort(largest)
	t := largest[int(math.Ceil(float64(level*float64(len(largest)))))-1]
	intervals := make([]Interval, len(d))
	for j, c := range family {
		half := t * c.SD / math.Sqrt(n[j])
		intervals[j] = Interval{c.Mean - half, c.Mean + half}
	}
	return intervals
}

// student returns Student's |t| of n observations with Σx/√Σx² = t.
func student(t, n float64) float64 {
	square := min(float64(t*t), n)
	return math.Sqrt(square * (n - 1) / (n - square))
}
