package datasets

import (
	"math"

	"descent/internal/twosum"
)

// moments are the mean and the population standard deviation of numbers whose
// magnitudes are at most 1. The mean is mean + rest: the nearest float64 and its
// rounding error, since numbers close to a large mean differ in digits that the
// rounded mean has lost.
type moments struct{ mean, rest, sd float64 }

// momentsOf takes three passes, the second for the error of the first.
func momentsOf(x []float64) (m moments) {
	n := float64(len(x))
	var total, missed, squares twosum.Total
	for _, v := range x {
		total.Add(v)
	}
	mean := total.Value() / n
	for _, v := range x {
		hi, lo := twosum.Sum(v, -mean)
		missed.Add(hi)
		missed.Add(lo)
	}
	m.mean, m.rest = twosum.Sum(mean, missed.Value()/n)
	for _, v := range x {
		d := m.deviation(v)
		squares.Add(float64(d * d))
	}
	m.sd = math.Sqrt(squares.Value() / n)
	return m
}

// deviation returns the difference of x from the mean.
func (m moments) deviation(x float64) float64 {
	hi, lo := twosum.Sum(x, -m.mean)
	return hi + (lo - m.rest)
}
