// Package minimize runs update rules and classical methods on plain objective
// functions and records the path that they take.
//
// [Run] takes steps from a start by a [Stepper]: [Descent] applies any rule of
// package optimizers, at the rates of any schedule; [Search] goes a [Length]
// along a [Direction] each time, which covers Newton's method, preconditioned
// descent and line searches. Run returns a [Path].
//
// [Method] lets gonum's optimize.Minimize run a rule, with gonum's recorders,
// convergence tests and limits; [Problem] and [FromProblem] translate
// objectives.
package minimize
