// Package graph is shared by the packages that use Gorgonia: it has operations in
// the form that Gorgonia expects, the memory of values, and traversals of a graph.
package graph
