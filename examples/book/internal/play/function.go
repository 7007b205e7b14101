package play

import "math"

// function is a function with its derivatives, which a test compares with those of
// autograd.
type function struct {
	value    func(x []float64) float64
	gradient func(x, grad []float64)
	hessian  func(x []float64) [][]float64

	x, y   [2]float64                         // the window
	levels []float64                          // of the contours
	level  func(v float64) (line [][]float64) // the points where f is v, in order
}

// objective is the function in the form for package minimize.
func (f function) objective(x, grad []float64) (float64, error) {
	if grad != nil {
		f.gradient(x, grad)
	}
	return f.value(x), nil
}

// second is the Hessian in the form for package minimize.
func (f function) second(x []float64) ([][]float64, error) { return f.hessian(x), nil }

// square is x², and wave x·cos(0.15πx).
var (
	square = function{
		value:    func(x []float64) float64 { return x[0] * x[0] },
		gradient: func(x, grad []float64) { grad[0] = 2 * x[0] },
		hessian:  func([]float64) [][]float64 { return [][]float64{{2}} },
	}
	wave = function{
		value:    func(x []float64) float64 { return x[0] * math.Cos(frequency*x[0]) },
		gradient: func(x, grad []float64) { sin, cos := math.Sincos(frequency * x[0]); grad[0] = cos - frequency*x[0]*sin },
		hessian: func(x []float64) [][]float64 {
			sin, cos := math.Sincos(frequency * x[0])
			return [][]float64{{-2*frequency*sin - frequency*frequency*x[0]*cos}}
		},
	}
)

const frequency = 0.15 * math.Pi

// oval is x₁² + 2x₂², and ravine 0.1x₁² + 2x₂².
var (
	oval   = quadratic(1, 2, [2]float64{-3, 1})
	ravine = quadratic(0.1, 2, [2]float64{-3, 2})
)

// quadratic is ax₁² + bx₂², in a window with this range of x₂.
func quadratic(a, b float64, y [2]float64) function {
	return function{
		value:    func(x []float64) float64 { return a*x[0]*x[0] + b*x[1]*x[1] },
		gradient: func(x, grad []float64) { grad[0], grad[1] = 2*a*x[0], 2*b*x[1] },
		hessian:  func([]float64) [][]float64 { return [][]float64{{2 * a, 0}, {0, 2 * b}} },
		x:        [2]float64{-5.5, 2}, y: y,
		levels: []float64{0.1, 0.5, 1, 2, 4, 7, 11, 16, 22, 29, 37},
		level: func(v float64) (line [][]float64) {
			for k := range 97 {
				sin, cos := math.Sincos(2 * math.Pi * float64(k) / 96)
				line = append(line, []float64{math.Sqrt(v/a) * cos, math.Sqrt(v/b) * sin})
			}
			return line
		},
	}
}

// rosenbrock is 100(x₁ − x₀²)² + (1 − x₀)².
var rosenbrock = function{
	value: func(x []float64) float64 {
		c := x[1] - x[0]*x[0]
		return 100*c*c + (1-x[0])*(1-x[0])
	},
	gradient: func(x, grad []float64) {
		c := x[1] - x[0]*x[0]
		grad[0], grad[1] = -400*x[0]*c-2*(1-x[0]), 200*c
	},
	hessian: func(x []float64) [][]float64 {
		return [][]float64{{1200*x[0]*x[0] - 400*x[1] + 2, -400 * x[0]}, {-400 * x[0], 200}}
	},
	x: [2]float64{-5, 5}, y: [2]float64{-5, 5},
	levels: []float64{1, 32, 243, 1024, 3125, 7776, 16807, 32768, 59049},
	level: func(v float64) (line [][]float64) {
		for k := range 401 { // over the upper branch from the left, and back over the lower one
			angle := math.Pi * float64(k) / 200
			x := 1 - math.Sqrt(v)*math.Cos(angle)
			line = append(line, []float64{x, x*x + math.Copysign(math.Sqrt(max(v-(1-x)*(1-x), 0)/100), math.Sin(angle))})
		}
		return line
	},
}
