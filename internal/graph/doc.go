// Package graph is what the packages over Gorgonia share: an operation as
// Gorgonia sees it, the memory of its values, and ways over a graph.
package graph
