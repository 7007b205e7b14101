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
func (s *sum) addTimes(v, n float64) {
	product := float64(v * n) // rounded here, on every machine
	s.add(product)
	s.low += math.FMA(v, n, -product)
}

// over is the sum divided by n.
func (s *sum) over(n float64) float64 {
	whole := s.high + s.low
	mean := whole / n
	rest := math.FMA(-mean, n, whole) + (s.low - (whole - s.high))
	return mean + rest/n
}
