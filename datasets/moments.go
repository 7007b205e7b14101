package datasets

import "math"

// moments are the mean and the standard deviation, that of the population, of
// numbers whose magnitudes are at most 1. The mean is mean + rest: the nearest
// float64, and what it lacks, since numbers that lie closely around a large
// mean differ in digits that the mean alone has lost.
type moments struct{ mean, rest, sd float64 }

// momentsOf takes three passes, the second for the error of the first.
func momentsOf(x []float64) (m moments) {
	n := float64(len(x))
	var total, missed, squares sum
	for _, v := range x {
		total.add(v)
	}
	mean := total.value() / n
	for _, v := range x {
		hi, lo := twoSum(v, -mean)
		missed.add(hi)
		missed.add(lo)
	}
	m.mean, m.rest = twoSum(mean, missed.value()/n)
	for _, v := range x {
		d := m.deviation(v)
		squares.add(float64(d * d))
	}
	m.sd = math.Sqrt(squares.value() / n)
	return m
}

// deviation is how far x lies from the mean.
func (m moments) deviation(x float64) float64 {
	hi, lo := twoSum(x, -m.mean)
	return hi + (lo - m.rest)
}

// sum adds numbers up as if with twice the digits (Ogita, Rump and Oishi,
// 2005, Algorithm 4.4): lo is what the roundings of hi have lost.
type sum struct{ hi, lo float64 }

func (s *sum) add(x float64) {
	hi, lo := twoSum(s.hi, x)
	s.hi, s.lo = hi, s.lo+lo
}

func (s *sum) value() float64 { return s.hi + s.lo }

// twoSum is a + b without an error: the nearest float64, and what it lacks
// (Knuth, The Art of Computer Programming, 4.2.2).
func twoSum(a, b float64) (hi, lo float64) {
	hi = a + b
	c := hi - a
	return hi, (a - (hi - c)) + (b - c)
}
