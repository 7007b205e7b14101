package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
)

// Positive returns an error if a dimension is zero or negative.
func Positive(shape []int) error {
	for _, d := range shape {
		if d < 1 {
			return fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
		}
	}
	return nil
}

// Find returns the existing node of an operation with the given key and inputs, or
// nil.
func Find(key string, in gorgonia.Nodes) *gorgonia.Node {
	g := in[0].Graph()
	for it := g.To(in[0].ID()); it != nil && it.Next(); {
		n := it.Node().(*gorgonia.Node)
		if o, ok := n.Op().(*Op); ok && o.Key == key && slices.Equal(o.inputs, in) {
			return n
		}
	}
	return nil
}

// Size returns the number of elements of a shape, 1 for a scalar.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
