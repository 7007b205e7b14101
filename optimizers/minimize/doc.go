// Package minimize runs update rules and classical methods on plain objective
// functions and records their paths.
//
// [Run] takes steps from a start with a [Stepper] and returns a [Path]. [Descent]
// applies any rule of package optimizers, at the rates of any schedule. [Search]
// moves a [Length] along a [Direction] in each step, which covers Newton's method,
// preconditioned descent and line searches.
//
// [Method] lets gonum's optimize.Minimize run a rule, with gonum's recorders,
// convergence tests and limits; [Problem] and [FromProblem] translate
// objectives.
package minimize
