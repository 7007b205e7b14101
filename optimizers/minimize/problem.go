package minimize

import (
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Problem translates an objective and its Hessian, which may be nil, for
// gonum's optimize.Minimize. If either returns an error, the problem's Status ends
// the run with it. One goroutine at a time calls them. Gonum requests values and
// gradients separately, so a step costs two calls of f.
func Problem(f Objective, hessian Hessian) optimize.Problem {
	if f == nil {
		f = func(_, _ []float64) (float64, error) {
			return 0, errors.New("minimize: Problem: f is nil: want a function")
		}
	}
	var mu sync.Mutex
	var failed error
	keep := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	p := optimize.Problem{
		Func: func(x []float64) float64 {
			mu.Lock()
			defer mu.Unlock()
			value, err := f(x, nil)
			keep(err)
			return value
		},
		Grad: func(grad, x []float64) {
			mu.Lock()
			defer mu.Unlock()
			_, err := f(x, grad)
			keep(err)
		},
		Status: func() (optimize.Status, error) {
			mu.Lock()
			defer mu.Unlock()
			if failed != nil {
				return optimize.Failure, failed
			}
			return optimize.NotTerminated, nil
		},
	}
	if hessian != nil {
		p.Hess = func(dst *mat.SymDense, x []float64) {
			mu.Lock()
			defer mu.Unlock()
			rows, err := hessian(x)
			if err != nil {
				keep(err)
				return
			}
			h, err := symmetric(rows, len(x))
			if err != nil {
				keep(fmt.Errorf("minimize: Problem: %w", err))
				return
			}
			dst.CopySym(h)
		}
	}
	return p
}

// FromProblem translates a gonum problem, such as one of package
// optimize/functions. The Hessian is nil if the problem has none. Without a gradient,
// a call for it returns optimize.ErrMissingGrad. A Status that ends a run is an error.
func FromProblem(p optimize.Problem) (Objective, Hessian) {
	status := func() error { // called after each evaluation, as gonum does
		if p.Status == nil {
			return nil
		}
		status, err := p.Status()
		if err == nil && status != optimize.NotTerminated {
			err = fmt.Errorf("minimize: FromProblem: the problem ends the run: %v", status)
		}
		return err
	}
	f := func(x, grad []float64) (float64, error) {
		if p.Func == nil {
			return 0, errors.New("minimize: FromProblem: Func is nil")
		}
		if grad != nil {
			if p.Grad == nil {
				return 0, optimize.ErrMissingGrad
			}
			p.Grad(grad, x)
		}
		return p.Func(x), status()
	}
	if p.Hess == nil {
		return f, nil
	}
	return f, func(x []float64) ([][]float64, error) {
		h := mat.NewSymDense(len(x), nil)
		p.Hess(h, x)
		rows := make([][]float64, len(x))
		for i := range rows {
			rows[i] = mat.Row(nil, i, h)
		}
		return rows, status()
	}
}
