package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Children returns the inputs of n in order.
func Children(g *gorgonia.ExprGraph, n *gorgonia.Node) gorgonia.Nodes {
	var in gorgonia.Nodes
	for it := g.From(n.ID()); it.Next(); {
		in = append(in, it.Node().(*gorgonia.Node))
	}
	return in
}

// Positive returns an error if a dimension is zero or negative.
func Positive(shape []int) error {
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
		}
	}
	return nil
}
