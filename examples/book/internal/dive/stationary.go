package dive

import (
	"fmt"
	"math"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"

	"gonum.org/v1/gonum/mat"
)

// stationary is the result of the second-derivative test at a point where the
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
	if size := paths.Norm(gradient); !(size <= 1e-6) {
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

func secondOrderTest(p *page.Page) error {
	p.Say("If the gradient is zero, the eigenvalues of the Hessian classify the point. If all are positive, it is a local minimum; if all are negative, a local maximum; if both signs occur, a saddle point. If some are zero and the others have one sign, the test is inconclusive. The book omits this case, although its own x³ is an example.")
	k := autograd.Const
	fourth := func(x autograd.Var) autograd.Var { return x.Index(0).Square().Square() }
	cube := func(x autograd.Var) autograd.Var { return x.Index(0).Pow(k(3)) }
	hill := func(x autograd.Var) autograd.Var { return x.Index(0).Square().Neg() }
	for _, c := range []struct {
		name string
		f    autograd.Function
		x    []float64
		want page.Numbers
	}{
		{"x²", func(x autograd.Var) autograd.Var { return x.Index(0).Square() }, page.Num(0), page.Num(2)},
		{"−x²", hill, page.Num(0), page.Num(-2)},
		{"x³", cube, page.Num(0), page.Num(0)},
		{"x⁴", fourth, page.Num(0), page.Num(0)},
		{"x² + y²", func(x autograd.Var) autograd.Var { return x.Square().Sum() }, page.Num(0, 0), page.Num(2, 2)},
		{"x² − y²", saddleOf, page.Num(0, 0), page.Num(-2, 2)},
		{"xy", func(x autograd.Var) autograd.Var { return x.Index(0).Mul(x.Index(1)) }, page.Num(0, 0), page.Num(-1, 1)},
	} {
		verdict, values, err := classify(c.f, c.x)
		if err != nil {
			return err
		}
		p.Check(fmt.Sprintf("%s at 0: eigenvalues by theory (expected) and by autograd (computed). Test: %s", c.name, verdict), c.want, values)
	}
	cubic, _, err := classify(cube, []float64{0})
	if err != nil {
		return err
	}
	quartic, _, err := classify(fourth, []float64{0})
	if err != nil {
		return err
	}
	p.Erratum("number of outcomes of the test", page.Num(3), page.Num(4), cubic == inconclusive && quartic == inconclusive,
		page.Slip{
			Place: "11.1, after the figure of the saddle", Quote: "a local minimum, a local maximum, or a saddle point",
			Right: "a fourth case: if some eigenvalues are zero and the others have one sign, the test is inconclusive",
			Why:   "At 0, x³, which has no minimum there, and x⁴, which has one, have the same second derivative.",
		})
	top, values, err := classify(hill, []float64{0})
	if err != nil {
		return err
	}
	p.Erratum("eigenvalue at the maximum of −x², which is a saddle point by the book's definition", nil, values, top == maximum,
		page.Slip{
			Place: "11.1, Saddle Points", Quote: "all gradients of a function vanish but which is neither a global nor a local minimum",
			Right: "neither a minimum nor a maximum",
			Why:   "By the printed definition, the maximum of −x² is a saddle point.",
		})
	return nil
}
