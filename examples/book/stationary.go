package main

import (
	"fmt"
	"math"

	"descent/autograd"
	"gonum.org/v1/gonum/mat"
)

// stationary is what the test of second derivatives says of a point where the
// gradient is zero.
type stationary string

const (
	minimum      stationary = "local minimum" // all eigenvalues of the Hessian are positive
	maximum      stationary = "local maximum" // all are negative
	saddle       stationary = "saddle point"  // some are positive, some negative
	inconclusive stationary = "no verdict"    // some are zero, and the others of one sign
)

// classify applies the test to f at x, and returns the eigenvalues of the
// Hessian as well, in ascending order. Those within 1e-9 of zero, or within
// 1e-9 of the largest, count as zero. It is an error if the gradient is not
// zero to 1e-6.
func classify(f autograd.Function, x []float64) (stationary, []float64, error) {
	_, gradient, err := autograd.Gradient(f, x)
	if err != nil {
		return "", nil, err
	}
	if size := norm(gradient); !(size <= 1e-6) {
		return "", nil, fmt.Errorf("gradient of norm %.3g at %v: want a stationary point", size, x)
	}
	values, err := curvatures(f, x)
	if err != nil {
		return "", nil, err
	}
	zero := 1e-9 * math.Max(1, math.Max(-values[0], values[len(values)-1]))
	var positive, negative int
	for _, v := range values {
		switch {
		case v > zero:
			positive++
		case v < -zero:
			negative++
		}
	}
	switch {
	case positive > 0 && negative > 0:
		return saddle, values, nil
	case positive == len(values):
		return minimum, values, nil
	case negative == len(values):
		return maximum, values, nil
	}
	return inconclusive, values, nil
}

// curvatures are the eigenvalues of the Hessian of f at x, in ascending order.
func curvatures(f autograd.Function, x []float64) ([]float64, error) {
	rows, err := autograd.Hessian(f, x)
	if err != nil {
		return nil, err
	}
	h := mat.NewSymDense(len(x), nil)
	for i, row := range rows {
		for j := i; j < len(row); j++ {
			h.SetSym(i, j, row[j])
		}
	}
	return eigenvalues(h)
}

// eigenvalues are those of a symmetric matrix, in ascending order.
func eigenvalues(m mat.Symmetric) ([]float64, error) {
	var e mat.EigenSym
	if !e.Factorize(m, false) {
		return nil, fmt.Errorf("no eigenvalues of %v", mat.Formatted(m))
	}
	return e.Values(nil), nil
}

func secondOrderTest(p *page) error {
	p.say("Where the gradient is zero, the eigenvalues of the Hessian tell: all positive, a local minimum; all negative, a local maximum; some of each, a saddle point. If some are zero and the others of one sign, the test gives no verdict: the book leaves that case out, and its own x³ is one.")
	k := autograd.Const
	fourth := func(x autograd.Var) autograd.Var { return x.Index(0).Square().Square() }
	cube := func(x autograd.Var) autograd.Var { return x.Index(0).Pow(k(3)) }
	hill := func(x autograd.Var) autograd.Var { return x.Index(0).Square().Neg() }
	for _, c := range []struct {
		name string
		f    autograd.Function
		x    []float64
		want numbers
	}{
		{"x²", func(x autograd.Var) autograd.Var { return x.Index(0).Square() }, num(0), num(2)},
		{"−x²", hill, num(0), num(-2)},
		{"x³", cube, num(0), num(0)},
		{"x⁴", fourth, num(0), num(0)},
		{"x² + y²", func(x autograd.Var) autograd.Var { return x.Square().Sum() }, num(0, 0), num(2, 2)},
		{"x² − y²", saddleOf, num(0, 0), num(-2, 2)},
		{"xy", func(x autograd.Var) autograd.Var { return x.Index(0).Mul(x.Index(1)) }, num(0, 0), num(-1, 1)},
	} {
		verdict, values, err := classify(c.f, c.x)
		if err != nil {
			return err
		}
		p.exact(fmt.Sprintf("%s at 0, eigenvalues by theory and by autograd. Test: %s", c.name, verdict), c.want, values)
	}
	cubic, _, err := classify(cube, []float64{0})
	if err != nil {
		return err
	}
	quartic, _, err := classify(fourth, []float64{0})
	if err != nil {
		return err
	}
	p.erratum("kinds of points that the test tells apart", num(3), num(4), cubic == inconclusive && quartic == inconclusive,
		"the three cases leave out a zero eigenvalue: x³, which is no minimum at 0, and x⁴, which is one, have the same second derivative there.")
	top, values, err := classify(hill, []float64{0})
	if err != nil {
		return err
	}
	p.erratum("eigenvalue at the top of −x², which is a saddle point by the definition", nil, values, top == maximum,
		"a saddle point is defined as where the gradient vanishes and which is \u201cneither a global nor a local minimum\u201d: so is the top of −x², a maximum. The definition must exclude maxima too.")
	return nil
}
