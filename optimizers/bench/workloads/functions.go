package workloads

import (
	"math"
	"math/rand/v2"

	"descent/internal/rng"
	"descent/optimizers/bench"
)

// Rosenbrock returns "rosenbrock-noisy": Rosenbrock's valley,
//
//	f(x, y) = (1 − x)² + 100·(y − x²)²
//
// started near the usual point (−1.2, 1), with noise N(0, 0.1²) added. Each
// component of the gradient has noise N(0, 1). An epoch is 100 steps.
func Rosenbrock() Function {
	return Function{
		About: bench.Info{
			Name: "rosenbrock-noisy", About: "Rosenbrock's valley of two variables, with noise added to the gradient", Version: "1",
			Metric: "value", Target: .02, Epochs: 20,
		},
		Steps: 100, Shape: []int{2},
		Start: func(x []float64, r *rand.Rand) {
			x[0] = -1.2 + float64(.1*rng.Normal(r))
			x[1] = 1 + float64(.1*rng.Normal(r))
		},
		Value: func(x []float64) float64 {
			a, b := 1-x[0], x[1]-float64(x[0]*x[0])
			return float64(a*a) + float64(100*b*b)
		},
		Gradient: func(dst, x []float64, r *rand.Rand) {
			a, b := 1-x[0], x[1]-float64(x[0]*x[0])
			dst[0] = float64(-2*a) - float64(400*x[0]*b) + rng.Normal(r)
			dst[1] = float64(200*b) + rng.Normal(r)
		},
	}
}

const (
	quadraticSide  = 10 // x is a square matrix of this size
	quadraticLow   = .02
	quadraticHigh  = 20.
	quadraticNoise = .1
)

// Quadratic returns "quadratic": an ill-conditioned quadratic function of 100
// variables,
//
//	f(x) = ½·xᵀ·Q·x
//
// started at x ~ N(0, 1). The eigenvalues of Q are spaced evenly on a logarithmic
// scale from 0.02 to 20. Its eigenvectors are random and the same in all runs. The
// gradient is Q·(x − ξ) with a new ξ ~ N(0, 0.1²) in each step. x has the shape
// [10, 10], for rules that need matrices. An epoch is 100 steps.
func Quadratic() Function {
	q := ellipsoid(quadraticSide*quadraticSide, quadraticLow, quadraticHigh)
	return Function{
		About: bench.Info{
			Name: "quadratic", About: "a quadratic function of 100 variables with condition number 1,000, and noise in the gradient", Version: "1",
			Metric: "value", Target: .2, Epochs: 20,
		},
		Steps: 100, Shape: []int{quadraticSide, quadraticSide},
		Start: func(x []float64, r *rand.Rand) {
			for i := range x {
				x[i] = rng.Normal(r)
			}
		},
		Value: func(x []float64) float64 {
			sum := 0.
			for i, row := range q {
				sum += float64(x[i] * dot(row, x))
			}
			return sum / 2
		},
		Gradient: func(dst, x []float64, r *rand.Rand) {
			at := make([]float64, len(x))
			for i := range at {
				at[i] = x[i] - float64(quadraticNoise*rng.Normal(r))
			}
			for i, row := range q {
				dst[i] = dot(row, at)
			}
		},
	}
}

// ellipsoid returns a symmetric n×n matrix with random eigenvectors, and
// eigenvalues spaced evenly on a logarithmic scale.
func ellipsoid(n int, low, high float64) [][]float64 {
	directions := orthonormal(n, rng.New(splitSeed, "bench", "quadratic"))
	q := make([][]float64, n)
	for i := range q {
		q[i] = make([]float64, n)
	}
	for k, d := range directions {
		eigenvalue := low * math.Pow(high/low, float64(k)/float64(n-1))
		for i := range q {
			for j := range q[i] {
				q[i][j] += float64(eigenvalue * d[i] * d[j])
			}
		}
	}
	return q
}

// orthonormal returns n random orthonormal vectors: normal vectors after two
// passes of the Gram–Schmidt method, the second to remove rounding errors.
func orthonormal(n int, r *rand.Rand) [][]float64 {
	all := make([][]float64, n)
	for i := range all {
		v := make([]float64, n)
		for j := range v {
			v[j] = rng.Normal(r)
		}
		for range 2 {
			for _, u := range all[:i] {
				along := dot(u, v)
				for j := range v {
					v[j] -= float64(along * u[j])
				}
			}
		}
		length := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= length
		}
		all[i] = v
	}
	return all
}

func dot(a, b []float64) float64 {
	sum := 0.
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}
