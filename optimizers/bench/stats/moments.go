package stats

import (
	"math"

	"descent/internal/twosum"
)

// centered is a sample as its mean and the deviations from it, all scaled by 2⁻ᵖ so
// that no sum overflows. The deviations are from the mean before rounding, so that a
// large mean costs no accuracy.
type centered struct {
	mean  float64
	d     []float64
	power int
}

// center needs 1 or more finite numbers.
func center(x []float64) centered {
	c := centered{d: make([]float64, len(x)), power: exponent(x)}
	n := float64(len(x))
	var t twosum.Total
	for i, v := range x {
		c.d[i] = math.Ldexp(v, -c.power)
		t.Add(c.d[i])
	}
	high := t.Value() / n
	low := (math.FMA(-n, high, t.High) + t.Low) / n // the rounding error of high
	for i, v := range c.d {
		c.d[i] = (v - high) - low // the first difference is exact for close numbers
	}
	c.mean = high + low
	return c
}

// exponent returns the exponent of the largest number.
func exponent(x []float64) int {
	var largest float64
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	_, e := math.Frexp(largest)
	return e
}

// deviation returns √(Σd²/(n−1)), or NaN for one number. Σd is zero up to rounding.
func (c centered) deviation() float64 {
	e := exponent(c.d)
	var squares, rest twosum.Total
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
