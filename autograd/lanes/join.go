package lanes

import (
	"errors"
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
)

// several is an operation on any number of inputs in lanes.
func several(name string, n int, f32 func(Site, struct{}) (Body[float32], error), f64 func(Site, struct{}) (Body[float64], error)) Op[struct{}] {
	o := Op[struct{}]{Name: name, Inputs: make([]Input, n), F32: f32, F64: f64}
	for i := range o.Inputs {
		o.Inputs[i].Name = fmt.Sprintf("input %d", i)
	}
	return o
}

// Sum adds y = x₀ + x₁ + …, elementwise on lanes of one shape.
func (o Ops) Sum(xs ...*gorgonia.Node) (*gorgonia.Node, error) {
	sum := several("sum", len(xs), newSum[float32], newSum[float64])
	sum.Channelwise = true
	return sum.Add(o, struct{}{}, xs...)
}

func newSum[T Float](s Site, _ struct{}) (Body[T], error) {
	if len(s.inputs) == 0 {
		return Body[T]{}, errors.New("no inputs: want 1 or more")
	}
	for i := range s.inputs {
		if !slices.Equal(s.Row(i), s.Row(0)) {
			return Body[T]{}, fmt.Errorf("rows of shapes %v and %v: want one shape", s.Row(0), s.Row(i))
		}
	}
	k := set[T](s)
	return Body[T]{
		Joins: true,
		Shape: s.Shape(0),
		Forward: EachGroup(func(g Group[T]) {
			y, sum := g.Out(), g.In(0)
			if len(s.inputs) == 1 {
				copy(y, sum)
			}
			for i := range s.inputs[1:] {
				k.Add(y, sum, g.In(i+1))
				sum = y
			}
		}),
		through: true,
	}, nil
}

// Concat concatenates the channels of activations: rows [C₀, …], [C₁, …] and so on,
// which agree in all dimensions except the first, to rows [C₀ + C₁ + …, …].
func (o Ops) Concat(xs ...*gorgonia.Node) (*gorgonia.Node, error) {
	return several("concat", len(xs), newConcat[float32], newConcat[float64]).Add(o, struct{}{}, xs...)
}

func newConcat[T Float](s Site, _ struct{}) (Body[T], error) {
	if len(s.inputs) == 0 {
		return Body[T]{}, errors.New("no inputs: want 1 or more")
	}
	row := slices.Clone(s.Row(0))
	for i := range s.inputs[1:] {
		other := s.Row(i + 1)
		if !slices.Equal(other[1:], row[1:]) {
			return Body[T]{}, fmt.Errorf("rows of shapes %v and %v: want them equal except in the first dimension", s.Row(0), other)
		}
		row[0] += other[0]
	}
	return Body[T]{
		Joins: true,
		Shape: s.InLanes(row...),
		Forward: EachGroup(func(g Group[T]) {
			y := g.Out()
			for i := range s.inputs {
				y = y[copy(y, g.In(i)):]
			}
		}),
		Backward: EachGroup(func(g Group[T]) {
			dy := g.OutGrad()
			for i := range s.inputs {
				copy(g.Grad(i), dy)
				dy = dy[len(g.In(i)):]
			}
		}),
	}, nil
}
