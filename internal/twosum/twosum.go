// Package twosum adds numbers as if with twice the digits of a float64.
package twosum

// Total is a sum, High + Low, in twice the precision (Ogita, Rump and Oishi 2005,
// Algorithm 4.4): Low is what High has lost by rounding. The zero value is an empty
// sum. A sum that is not finite is NaN.
type Total struct{ High, Low float64 }

// Add adds v.
func (t *Total) Add(v float64) {
	high, low := Sum(t.High, v)
	t.High, t.Low = high, t.Low+low
}

// Value returns the sum so far.
func (t *Total) Value() float64 { return t.High + t.Low }

// Sum returns a + b exactly: the nearest float64, and its rounding error (Knuth, The
// Art of Computer Programming, 4.2.2).
func Sum(a, b float64) (high, low float64) {
	high = a + b
	part := high - a // of b, in high
	return high, (a - (high - part)) + (b - part)
}
