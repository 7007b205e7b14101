package minimize

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"descent/internal/isnil"
)

// Stepper is a way to go from point to point: [Descent] or [Search].
type Stepper interface {
	// run walks that many steps on from w.x.
	run(w *walk, steps int) error
}

// Path is what [Run] did.
type Path struct {
	// Points are the start and the point after each step. Where a rule trains
	// at one point and is evaluated at another (an
	// [optimizers.Evaluator]), they are the points of evaluation.
	Points [][]float64
	// Values are those of the objective at Points.
	Values []float64
	// Training are the points that a rule trains at, where they are not the
	// points of evaluation: that is where the gradients were taken. Nil for
	// other rules.
	Training [][]float64

	Evaluations int // calls of the objective, with a gradient or without, those of line searches included
	Gradients   int // those of them that wanted a gradient
	Hessians    int // calls of the Hessian
}

// Run takes so many steps from the start, and returns the start and the point
// after each step. It changes none of its arguments.
//
// A plain rule costs one evaluation a step, with the gradient, and one of the
// value alone at the end. A rule with a point of evaluation costs another one a
// step.
//
// On an error Run returns the path so far with it. It is an error if the
// context ends, which is checked before each evaluation; if the objective
// returns one; and, wrapping [optimizers.ErrNotFinite], if a coordinate, a
// value, or an element of a gradient or a Hessian is NaN or infinite. Such a
// point is not part of the path. Steps are counted from 1: what is found
// before the first one is "after step 0".
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

// notFinite is the index of the first element that is NaN or infinite, or −1.
func notFinite(v []float64) int {
	return slices.IndexFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
}
