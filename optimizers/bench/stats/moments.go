package stats

import "math"

// Total is a sum that keeps what rounding takes from each addition (Neumaier,
// 1974): it is about as exact as one in twice the precision. The zero value is
// the sum of nothing. A sum that is not finite is NaN.
type Total struct{ sum, lost float64 }

// Add adds v.
func (t *Total) Add(v float64) {
	s := t.sum + v
	if math.Abs(t.sum) >= math.Abs(v) {
		t.lost += (t.sum - s) + v
	} else {
		t.lost += (v - s) + t.sum
	}
	t.sum = s
}

// Value is the sum so far.
func (t *Total) Value() float64 { return t.sum + t.lost }

// centered is a sample as a mean and what each number differs from it by, all to
// be multiplied by 2ᵖ, so that no sum overflows. The differences are from the mean
// as it was before rounding: 10¹² and a little is no harder than the little.
type centered struct {
	mean  float64
	d     []float64
	power int
}

// center is of at least one finite number.
func center(x []float64) centered {
	c := centered{d: make([]float64, len(x)), power: exponent(x)}
	n := float64(len(x))
	var t Total
	for i, v := range x {
		c.d[i] = math.Ldexp(v, -c.power)
		t.Add(c.d[i])
	}
	high := t.Value() / n
	low := (math.FMA(-n, high, t.sum) + t.lost) / n // what its rounding left
	for i, v := range c.d {
		c.d[i] = (v - high) - low // the first is exact for numbers that are near each other
	}
	c.mean = high + low
	return c
}

// exponent is that of the largest number.
func exponent(x []float64) int {
	var largest float64
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	_, e := math.Frexp(largest)
	return e
}

// deviation is √(Σd²/(n−1)), NaN for one number. Σd is zero but for rounding.
func (c centered) deviation() float64 {
	e := exponent(c.d)
	var squares, rest Total
	for _, d := range c.d {
		d = math.Ldexp(d, -e)
		squares.Add(float64(d * d))
		rest.Add(d)
	}
	n, r := float64(len(c.d)), rest.Value()
	return math.Ldexp(math.Sqrt((squares.Value()-float64(r*r)/n)/(n-1)), e+c.power)
}

func mean(x []float64) float64 {
	c := center(x)
	return math.Ldexp(c.mean, c.power)
}
