package lrsched_test

import (
	"fmt"
	"math"

	"descent/lrsched"
)

// show prints the rates of some updates.
func show(s lrsched.Schedule, updates ...int) {
	for i, t := range updates {
		if i > 0 {
			fmt.Print("  ")
		}
		fmt.Printf("%d: %.4g", t, s.At(t))
	}
	fmt.Println()
}

func ExampleSquareRoot() {
	show(lrsched.SquareRoot{Base: 1}, 0, 3, 99)
	// Output: 0: 1  3: 0.5  99: 0.1
}

func ExampleInverseTime() {
	show(lrsched.InverseTime{Base: 0.1, Decay: 0.01}, 0, 100, 300)
	// Output: 0: 0.1  100: 0.05  300: 0.025
}

func ExamplePolynomial() {
	show(lrsched.Polynomial{Base: 1, Beta: 0.1, Alpha: 0.5}, 0, 30, 150)
	// Output: 0: 1  30: 0.5  150: 0.25
}

func ExampleExponential() {
	show(lrsched.Exponential{Base: 0.8, Gamma: 0.5}, 0, 1, 2, 3)
	// Output: 0: 0.8  1: 0.4  2: 0.2  3: 0.1
}

func ExampleExponentialDecay() {
	show(lrsched.ExponentialDecay(1, 0.1), 0, 10, 20)
	// Output: 0: 1  10: 0.3679  20: 0.1353
}

func ExampleStep() {
	show(lrsched.Step{Base: 1, Factor: 0.1, Every: 30}, 0, 29, 30, 60)
	// Output: 0: 1  29: 1  30: 0.1  60: 0.01
}

func ExampleFactor() {
	show(lrsched.Factor{Base: 2, Factor: 0.5, Every: 10, Floor: 0.3}, 0, 9, 10, 20, 30, 40)
	// Output: 0: 2  9: 2  10: 1  20: 0.5  30: 0.3  40: 0.3
}

func ExampleMultiFactor() {
	show(lrsched.MultiFactor{Base: 0.5, Factor: 0.5, Milestones: []int{15, 30}}, 14, 15, 29, 30)
	// Output: 14: 0.5  15: 0.25  29: 0.25  30: 0.125
}

func ExampleLinear() {
	show(lrsched.Linear{Base: 0.3, Final: 0.1, To: 4}, 0, 1, 2, 4, 5)
	// Output: 0: 0.3  1: 0.25  2: 0.2  4: 0.1  5: 0.1
}

func ExamplePoly() {
	show(lrsched.Poly{Base: 1, Power: 2, To: 4}, 0, 1, 2, 3, 4, 5)
	// Output: 0: 1  1: 0.5625  2: 0.25  3: 0.0625  4: 0  5: 0
}

// Two cycles, the second twice as long, and then the last rate.
func ExampleCosineRestarts() {
	show(lrsched.CosineRestarts{Base: 1, First: 2, Mult: 2, Cycles: 2}, 0, 1, 2, 4, 6, 7)
	// Output: 0: 1  1: 0.5  2: 1  4: 0.5  6: 0  7: 0
}

func ExampleDefaultOneCycle() {
	show(lrsched.DefaultOneCycle(0.5, 100), 0, 15, 29, 64, 99, 1000)
	// Output: 0: 0.02  15: 0.273  29: 0.5  64: 0.25  99: 2e-06  1000: 2e-06
}

func ExampleOneCycle() {
	show(lrsched.OneCycle{Max: 1, Updates: 10, Up: 0.3, Div: 2, FinalDiv: 5, Anneal: lrsched.AnnealLinear, ThreePhase: true}, 0, 2, 4, 9)
	// Output: 0: 0.5  2: 1  4: 0.5  9: 0.1
}

func ExampleCyclic() {
	show(lrsched.Cyclic{Base: 0.1, Max: 0.5, Up: 2, Mode: lrsched.Triangular2}, 0, 1, 2, 3, 4, 5, 6)
	// Output: 0: 0.1  1: 0.3  2: 0.5  3: 0.3  4: 0.1  5: 0.2  6: 0.3
}

func ExampleTrapezoid() {
	show(lrsched.Trapezoid{Base: 0.4, Up: 4, Hold: 10, Down: 5}, 0, 2, 4, 14, 16, 19, 20)
	// Output: 0: 0  2: 0.2  4: 0.4  14: 0.4  16: 0.24  19: 0  20: 0
}

func ExampleNoam() {
	show(lrsched.Noam{Factor: 1, Width: 512, Warmup: 4000}, 0, 1999, 3999, 15999)
	// Output: 0: 1.747e-07  1999: 0.0003494  3999: 0.0006988  15999: 0.0003494
}

// A warmup at a constant rate, MXNet's other warmup_mode.
func ExampleWarmup_constant() {
	show(lrsched.Warmup{Steps: 5, Begin: 0.01, Constant: true, Then: lrsched.Constant(0.3)}, 0, 4, 5)
	// Output: 0: 0.01  4: 0.01  5: 0.3
}

// A warmup followed by a decay that begins at its highest rate.
func ExampleWarmup_squareRoot() {
	const steps, rate = 100, 0.1
	decay := lrsched.Shift{By: -1, Then: lrsched.SquareRoot{Base: rate * math.Sqrt(steps)}}
	show(lrsched.Warmup{Steps: steps, Then: decay}, 0, 50, 100, 400, 1600)
	// Output: 0: 0  50: 0.05  100: 0.1  400: 0.05  1600: 0.025
}
