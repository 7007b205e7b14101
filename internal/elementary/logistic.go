package elementary

import "math"

// Expm1 returns e^x − 1 within 4 units in the last place, also near 0. It uses
// Kahan's method, which cancels the rounding of e^x.
func Expm1(x float64) float64 {
	e := math.Exp(x)
	switch d := e - 1; {
	case d == 0:
		return x
	case d == -1 || e > math.MaxFloat64:
		return d
	default:
		return d * (x / math.Log(e))
	}
}

// Log1p returns log(1 + x) for x ≥ 0 within 4 units in the last place, also near 0.
// It uses the method of [Expm1].
func Log1p(x float64) float64 {
	u := 1 + x
	if u == 1 || u > math.MaxFloat64 {
		return x
	}
	return x * (math.Log(u) / (u - 1))
}

// Logistic returns 1/(1 + e^−x), computed so that no power overflows.
func Logistic(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// Softplus returns log(1 + e^x), computed so that no power overflows.
func Softplus(x float64) float64 { return max(x, 0) + Log1p(math.Exp(-math.Abs(x))) }
