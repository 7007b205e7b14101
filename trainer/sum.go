package trainer

import (
	"math"

	"descent/internal/twosum"
)

// sum is a weighted sum: the mean of equal numbers is that number, and a large
// offset costs no digits.
type sum struct{ twosum.Total }

// addTimes adds v·n: the rounded product, and the rounding error.
func (s *sum) addTimes(v, n float64) {
	product := float64(v * n) // rounded here, on every machine
	s.Add(product)
	s.Low += math.FMA(v, n, -product)
}

// over is the sum divided by n.
func (s *sum) over(n float64) float64 {
	whole := s.Value()
	mean := whole / n
	rest := math.FMA(-mean, n, whole) + (s.Low - (whole - s.High))
	return mean + rest/n
}
