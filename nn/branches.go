package nn

import (
	"fmt"
	"slices"
	"strconv"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Residual adds the outputs of two layers for the same row (He et al. 2016):
//
//	y = Body(x) + Shortcut(x)
//
// The names of their parameters begin with "body." and "shortcut.". If the shapes
// of the outputs differ, the error names both.
type Residual struct {
	Body     Layer
	Shortcut Layer // if nil, x itself

	relu bool // computes the ReLU that follows; the body ends in a batch normalization
}

// Forward implements [Layer].
func (r Residual) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if s.joins() && r.endsInNorm() {
		return r.forwardInNorm(s, x)
	}
	body, err := s.Apply("body", r.Body, x)
	if err != nil {
		return nil, err
	}
	shortcut, what := x, "the input, which is the shortcut"
	if r.Shortcut != nil {
		what = "the shortcut"
		if shortcut, err = s.Apply("shortcut", r.Shortcut, x); err != nil {
			return nil, err
		}
	}
	if b, c := lanes.RowShape(body), lanes.RowShape(shortcut); !slices.Equal(b, c) {
		return nil, fmt.Errorf("rows of shape %v from the body and %v from %s: want one shape", b, c, what)
	}
	return s.Sum(body, shortcut)
}

// endsInNorm reports whether the last layer of the body is a batch normalization.
func (r Residual) endsInNorm() bool {
	q, _ := r.Body.(Seq)
	if len(q) == 0 {
		return false
	}
	_, ok := q[len(q)-1].(BatchNorm)
	return ok
}

// forwardInNorm lets the normalization add the shortcut.
func (r Residual) forwardInNorm(s *Scope, x *gorgonia.Node) (_ *gorgonia.Node, err error) {
	shortcut := x
	if r.Shortcut != nil {
		if shortcut, err = s.Apply("shortcut", r.Shortcut, x); err != nil {
			return nil, err
		}
	}
	body := slices.Clone(r.Body.(Seq))
	last := body[len(body)-1].(BatchNorm)
	last.add, last.relu = shortcut, r.relu
	body[len(body)-1] = last
	return s.Apply("body", body, x)
}

func (r Residual) String() string { return "Residual" }

// Branches gives its input to several layers and adds their outputs, or with Concat
// concatenates the channels: rows [C₀, H, W] and [C₁, H, W] become rows
// [C₀ + C₁, H, W]. The path of each layer is its index: the parameters of the first
// are named "0.weight" and "0.bias".
//
// If the shapes of the outputs differ (with Concat, in a dimension other than the
// first), the error names both.
type Branches struct {
	Layers []Layer // one or more; an empty [Sequential] passes the input on
	Concat bool    // concatenate the channels instead of adding
}

// Forward implements [Layer].
func (b Branches) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if len(b.Layers) == 0 {
		return nil, invalid("Layers", b.Layers, "one or more")
	}
	all := make([]*gorgonia.Node, len(b.Layers))
	for i, l := range b.Layers {
		var err error
		if all[i], err = s.Apply(strconv.Itoa(i), l, x); err != nil {
			return nil, err
		}
		first, other := lanes.RowShape(all[0]), lanes.RowShape(all[i])
		switch {
		case b.Concat && !slices.Equal(first[1:], other[1:]):
			return nil, fmt.Errorf("rows of shape %v from layer 0 and %v from layer %d: want them equal except in the first dimension", first, other, i)
		case !b.Concat && !slices.Equal(first, other):
			return nil, fmt.Errorf("rows of shape %v from layer 0 and %v from layer %d: want one shape", first, other, i)
		}
	}
	if b.Concat {
		return s.Ops.Concat(all...)
	}
	return s.Ops.Sum(all...)
}

func (b Branches) String() string { return "Branches" + option(b.Concat, "(concat)") }
