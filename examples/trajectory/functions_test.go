package main

import (
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGradients(t *testing.T) {
	points := map[int][][]float64{
		1: {{.3}, {-1.7}, {2.9}},
		2: {{.3, -.7}, {-1.2, 1}, {2.5, .6}},
		4: {{.3, -.7, 1.1, -.2}},
	}
	for _, f := range allFunctions([]float64{3, -2}) {
		dims := []int{f.dim}
		switch {
		case f.name == "rosenbrock":
			dims = []int{2, 4}
		case f.dim == 0:
			dims = []int{1, 2, 4}
		}
		for _, n := range dims {
			o, err := autograd.NewObjective(f.build, n)
			require.NoError(t, err, f.name)
			for _, x := range points[n] {
				assert.NoError(t, autograd.CheckGradient(o.Evaluate, x, 1e-7), "%s at %v", f.name, x)
			}
			assert.NoError(t, f.fits(f.start), f.name)
			if f.landmark != nil { // the gradient vanishes there
				at, _ := f.landmark(n)
				grad := make([]float64, n)
				_, err := o.Evaluate(at, grad)
				require.NoError(t, err)
				assert.InDeltaSlice(t, make([]float64, n), grad, 1e-12, f.name)
			}
		}
	}
}

func TestValues(t *testing.T) {
	for line, want := range map[string]float64{
		"-f square -x0 3":                    9,
		"-f xcos -x0 2":                      1.1755705045849463, // 2cos(.3π)
		"-f cosh -x0 2":                      1.5430806348152437, // cosh 1
		"-f bowl -x0 3,2":                    17,
		"-f ravine -x0 3,2":                  8.9,
		"-f quadratic -x0 3,2":               24.5,
		"-f quadratic -coef 2,4,6 -x0 1,2,3": 36,
		"-f rotated -x0 3,2":                 4.5,
		"-f saddle -x0 3,2":                  5,
		"-f rosenbrock -x0 -1.2,1 -lr .001":  24.2,
		"-f rosenbrock -x0 0,1,2 -lr .001":   201,
		"-f beale -x0 0,0":                   14.203125,
		"-f beale -x0 1,2 -lr 1e-4":          126.453125,
		"-f rastrigin -x0 .5,1,0":            21.25,
	} {
		assert.InDelta(t, want, reported(t, line+" -steps 1").Runs[0].Values[0], 1e-12, line)
	}
}
