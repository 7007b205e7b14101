package main

import (
	"descent/autograd/lanes"
	"descent/nn"

	"gorgonia.org/gorgonia"
)

// Embedding is the first layer of a network for tokens. It returns the row of a table
// for each token.
type Embedding struct{ Tokens, Width int }

var embedding = lanes.Op[struct{}]{
	Name:   "embedding",
	Inputs: []lanes.Input{{Name: "tokens", Kind: lanes.Data, Dims: 2}, {Name: "table", Kind: lanes.Param, Dims: 2}},
	F32:    newEmbedding[float32], F64: newEmbedding[float64],
}

func newEmbedding[T lanes.Float](s lanes.Site, _ struct{}) (lanes.Body[T], error) {
	length, width := s.Shape(0)[1], s.Shape(1)[1]
	// each calls f with the places in the table and in lanes for the tokens of a group.
	each := func(g lanes.Group[T], f func(row, place int)) {
		for r := range lanes.Lanes {
			from := min(lanes.Lanes*g.Index+r, g.Pass().Rows()-1) * length
			for i, token := range g.Pass().Ints(0)[from : from+length] {
				for w := range width {
					f(int(token)*width+w, (i*width+w)*lanes.Lanes+r)
				}
			}
		}
	}
	return lanes.Body[T]{
		// y [length, width, 16] from tokens [n, length] and the table [tokens, width]
		Shape:   s.InLanes(length, width),
		Forward: lanes.EachGroup(func(g lanes.Group[T]) { each(g, func(row, place int) { g.Out()[place] = g.In(1)[row] }) }),
		Backward: lanes.EachGroup(func(g lanes.Group[T]) {
			clear(g.Grad(1))
			each(g, func(row, place int) { g.Grad(1)[row] += g.OutGrad()[place] })
		}),
	}, nil
}

// Forward adds the layer to a graph.
func (l Embedding) Forward(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	table, err := s.Param("weight", nn.Normal{SD: 1}, nn.Fans{}, l.Tokens, l.Width)
	if err != nil {
		return nil, err
	}
	return embedding.Add(s, struct{}{}, x, table)
}
