package minimize

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/internal/isnil"
)

// Stepper moves from point to point: it is a [Descent] or a [Search].
type Stepper interface {
	// run takes the given number of steps from w.x.
	run(w *walk, steps int) error
}

// Path is the record of a [Run].
type Path struct {
	// Points are the start and the point after each step. If a rule trains at
	// one point and is evaluated at another (an [optimizers.Evaluator]), they
	// are the points of evaluation.
	Points [][]float64
	// Values are the values of the objective at Points.
	Values []float64
	// Training are the points at which a rule trains, if they differ from the
	// points of evaluation: the gradients were computed there. Nil for other
	// rules.
	Training [][]float64

	Evaluations int // calls of the objective, with or without a gradient, including those of line searches
	Gradients   int // calls of the objective with a gradient
	Hessians    int // calls of the Hessian
}

// Run takes the given number of steps from the start, and returns the start and
// the point after each step. It changes none of its arguments.
//
// A plain rule costs one evaluation per step, with the gradient, and one of the
// value alone at the end. A rule with a point of evaluation costs another one per
// step.
//
// On an error, Run also returns the path so far. It returns an error if the
// context ends, which is checked before each evaluation; if the objective
// returns one; and, wrapping [optimizers.ErrNotFinite], if a coordinate, a
// value, or an element of a gradient or a Hessian is NaN or infinite. Such a
// point is not part of the path. Steps are counted from 1: an error before the
// first is "after step 0".
func Run(ctx context.Context, f Objective, start []float64, steps int, by Stepper) (Path, error) {
	switch {
	case ctx == nil:
		return Path{}, errors.New("minimize: ctx is nil: want e.g. context.Background()")
	case f == nil:
		return Path{}, errors.New("minimize: f is nil: want a function")
	case isnil.Value(by):
		return Path{}, errors.New("minimize: by is nil: want a Descent or a Search")
	case len(start) == 0:
		return Path{}, errors.New("minimize: len(start) = 0: want 1 or more")
	case steps < 0:
		return Path{}, fmt.Errorf("minimize: steps = %d: want 0 or more", steps)
	}
	if i := notFinite(start); i >= 0 {
		return Path{}, fmt.Errorf("minimize: start[%d] = %v: want a finite number", i, start[i])
	}
	w := &walk{ctx: ctx, f: f, x: slices.Clone(start)}
	err := by.run(w, steps)
	return w.path, err
}

// notFinite returns the index of the first element that is NaN or infinite, or −1.
func notFinite(v []float64) int {
	return slices.IndexFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}
