package minimize

import (
	"context"
	"fmt"
	"math"
	"slices"

	"descent/internal/prefix"
	"descent/optimizers"
)

// walk is a run in progress.
type walk struct {
	ctx  context.Context
	f    Objective
	x    []float64 // the current point
	step int       // steps done
	path Path
}

// call evaluates the objective without checking the results. The caller adds the
// place to its errors.
func (w *walk) call(x, grad []float64) (float64, error) {
	if w.ctx.Err() != nil {
		return 0, context.Cause(w.ctx)
	}
	w.path.Evaluations++
	if grad != nil {
		w.path.Gradients++
	}
	value, err := w.f(x, grad)
	if err != nil {
		return 0, prefix.Error("minimize", err, "objective")
	}
	return value, nil
}

// evaluate evaluates the objective at a point where it must be finite.
func (w *walk) evaluate(x, grad []float64) (float64, error) {
	if err := w.finite("x", x); err != nil {
		return 0, err
	}
	value, err := w.call(x, grad)
	if err != nil {
		return 0, prefix.Error("minimize", err, fmt.Sprintf("after step %d", w.step))
	}
	return value, w.checked(x, value, grad)
}

// checked returns an error unless the value and the gradient at x are finite.
func (w *walk) checked(x []float64, value float64, grad []float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("minimize: after step %d: value = %v at x = %v: %w", w.step, value, x, optimizers.ErrNotFinite)
	}
	return w.finite("gradient", grad)
}

// finite returns an error unless all elements of a vector are finite.
func (w *walk) finite(what string, v []float64) error {
	if i := notFinite(v); i >= 0 {
		return fmt.Errorf("minimize: after step %d: %s[%d] = %v: %w", w.step, what, i, v[i], optimizers.ErrNotFinite)
	}
	return nil
}

// record adds a point to the path.
func (w *walk) record(x []float64, value float64) {
	w.path.Points = append(w.path.Points, slices.Clone(x))
	w.path.Values = append(w.path.Values, value)
}
