package trainer

import "math"

// sum is a sum in twice the precision of a float64: high + low. The mean of
// equal numbers is that number, and a large offset costs no digits.
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	high := s.high + v
	part := high - s.high // of v, in high
	s.low += (s.high - (high - part)) + (v - part)
	s.high = high
}

// addTimes adds v·n: rounded, and what rounding lost.
func (s *sum) addTimes(v float64, n int) {
	product := float64(v * float64(n)) // rounded here, on every machine
	s.add(product)
	s.low += math.FMA(v, float64(n), -product)
}

// over is the sum divided by n.
func (s *sum) over(n int) float64 {
	count, whole := float64(n), s.high+s.low
	mean := whole / count
	rest := math.FMA(-mean, count, whole) + (s.low - (whole - s.high))
	return mean + rest/count
}
