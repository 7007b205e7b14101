// Package solver applies update rules in programs of Gorgonia's, in the place
// of its own solvers.
package solver
