// Package solver applies update rules in Gorgonia programs, in place of the
// stock solvers.
package solver
