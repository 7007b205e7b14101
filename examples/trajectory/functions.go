package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/autograd"
	"descent/internal/cli"
)

// function is an objective, built as an expression of package autograd.
type function struct {
	name    string
	formula string // for display
	dim     int    // the number of variables; 0 for any
	start   []float64
	build   autograd.Function

	// landmark returns the point that a figure of two variables marks, and its
	// label.
	landmark func(n int) (at []float64, called string)
}

var c = autograd.Const

// functions are in the order in which the help shows them. The starts are those
// of Dive into Deep Learning, or common ones for functions that it lacks.
var functions = []function{
	{
		name: "square", formula: "x²", dim: 1, start: []float64{10}, landmark: origin,
		build: func(x autograd.Var) autograd.Var { return x.Index(0).Square() },
	},
	{
		name: "xcos", formula: "x cos(.15πx)", dim: 1, start: []float64{10},
		build: func(v autograd.Var) autograd.Var {
			x := v.Index(0)
			return x.Mul(x.Mul(c(.15 * math.Pi)).Cos())
		},
	},
	{
		name: "cosh", formula: "cosh(.5x)", dim: 1, start: []float64{10}, landmark: origin,
		build: func(x autograd.Var) autograd.Var { return x.Index(0).Mul(c(.5)).Cosh() },
	},
	{
		name: "bowl", formula: "x₁² + 2x₂²", dim: 2, start: []float64{-5, -2}, landmark: origin,
		build: func(x autograd.Var) autograd.Var {
			return x.Index(0).Square().Add(c(2).Mul(x.Index(1).Square()))
		},
	},
	{
		name: "ravine", formula: ".1x₁² + 2x₂²", dim: 2, start: []float64{-5, -2}, landmark: origin,
		build: func(x autograd.Var) autograd.Var {
			return c(.1).Mul(x.Index(0).Square()).Add(c(2).Mul(x.Index(1).Square()))
		},
	},
	{
		name: "rotated", formula: ".1(x₁ + x₂)² + 2(x₁ − x₂)²", dim: 2, start: []float64{-5, -2}, landmark: origin,
		build: func(x autograd.Var) autograd.Var {
			a, b := x.Index(0), x.Index(1)
			return c(.1).Mul(a.Add(b).Square()).Add(c(2).Mul(a.Sub(b).Square()))
		},
	},
	{
		name: "saddle", formula: "x₁² − x₂²", dim: 2, start: []float64{-1, .01},
		build: func(x autograd.Var) autograd.Var { return x.Index(0).Square().Sub(x.Index(1).Square()) },
		landmark: func(n int) ([]float64, string) {
			return make([]float64, n), "saddle point"
		},
	},
	{
		name: "rosenbrock", formula: "Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²", start: []float64{-1.2, 1}, build: rosenbrock,
		landmark: func(n int) ([]float64, string) { return slices.Repeat([]float64{1}, n), "minimum" },
	},
	{
		name: "beale", formula: "(1.5 − x₁ + x₁x₂)² + (2.25 − x₁ + x₁x₂²)² + (2.625 − x₁ + x₁x₂³)²", dim: 2, start: []float64{1, 1}, build: beale,
		landmark: func(int) ([]float64, string) { return []float64{3, .5}, "minimum" },
	},
	{
		name: "rastrigin", formula: "Σ xᵢ² − 10cos(2πxᵢ) + 10", start: []float64{-1.8, .7}, landmark: origin,
		build: func(x autograd.Var) autograd.Var {
			return x.Square().Sub(c(10).Mul(x.Mul(c(2 * math.Pi)).Cos())).Add(c(10)).Sum()
		},
	},
}

func origin(n int) ([]float64, string) { return make([]float64, n), "minimum" }

// rosenbrock has two or more variables.
func rosenbrock(x autograd.Var) autograd.Var {
	node, err := x.Node()
	if err != nil {
		return x
	}
	n := node.Shape().TotalSize()
	head, tail := x.Slice(0, n-1), x.Slice(1, n)
	return c(100).Mul(tail.Sub(head.Square()).Square()).Add(c(1).Sub(head).Square()).Sum()
}

func beale(x autograd.Var) autograd.Var {
	a, b := x.Index(0), x.Index(1)
	term := func(constant float64, power autograd.Var) autograd.Var {
		return c(constant).Sub(a).Add(a.Mul(power)).Square()
	}
	return term(1.5, b).Add(term(2.25, b.Square())).Add(term(2.625, b.Square().Mul(b)))
}

// quadratic is ½Σcᵢxᵢ², started at (1, …, 1). The default coefficients are 1 and 10.
func quadratic(coefficients []float64) function {
	if coefficients == nil {
		coefficients = []float64{1, 10}
	}
	n := len(coefficients)
	f := function{
		name: "quadratic", formula: "½Σcᵢxᵢ², c = " + numbers(coefficients), dim: n, start: slices.Repeat([]float64{1}, n),
		build: func(x autograd.Var) autograd.Var {
			sum := c(0)
			for i, ci := range coefficients {
				sum = sum.Add(c(ci).Mul(x.Index(i).Square()))
			}
			return c(.5).Mul(sum)
		},
		landmark: origin,
	}
	if slices.Min(coefficients) < 0 {
		f.landmark = func(n int) ([]float64, string) { return make([]float64, n), "stationary point" }
	}
	return f
}

// allFunctions returns the functions, with the given coefficients for quadratic.
func allFunctions(coefficients []float64) []function {
	return slices.Insert(slices.Clone(functions), 5, quadratic(coefficients))
}

// functionOf returns the function called name.
func functionOf(name string, coefficients []float64) (function, error) {
	var names []string
	for _, f := range allFunctions(coefficients) {
		if f.name == name {
			return f, nil
		}
		names = append(names, f.name)
	}
	return function{}, cli.Usagef("trajectory: -f %q: want one of %s", name, strings.Join(names, ", "))
}

// fits returns an error if a point has the wrong number of variables.
func (f function) fits(x []float64) error {
	switch {
	case f.dim != 0 && len(x) != f.dim:
		return cli.Usagef("trajectory: -x0 %s: %s: want %d, for the variables of %s", numbers(x), count(len(x), "number"), f.dim, f.name)
	case f.name == "rosenbrock" && len(x) < 2:
		return cli.Usagef("trajectory: -x0 %s: %s: want 2 or more, for the variables of %s", numbers(x), count(len(x), "number"), f.name)
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
