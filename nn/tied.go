package nn

import (
	"errors"
	"fmt"
	"strings"

	"descent/internal/isnil"
	"descent/nn/internal/paths"
	"gorgonia.org/gorgonia"
)

// Tied is a layer that uses the parameters of another layer (tied weights), which must
// have parameters of the same names and shapes. Both uses contribute to their
// gradients. The output of a language model is often tied to its embedding, which comes
// first (Press and Wolf 2017):
//
//	Sequential(Embedding{Width: 64}, …, Tied{To: "0", Layer: Dense{Units: 100, NoBias: true}})
//
// The parameters are saved once, under their names in the other layer. A layer with
// states, such as [BatchNorm], cannot be tied.
type Tied struct {
	Layer Layer

	// To is the path of the other layer, which must come before this one. The path is
	// relative to the layer that contains this one; if nothing is there, to the layer
	// that contains that one, and so on.
	To string
}

// Forward implements [Layer].
func (t Tied) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if isnil.Value(t.Layer) {
		return nil, invalid("Layer", nil, "a layer")
	}
	home, ok := paths.Outward(s.Path(), t.To, func(path string) bool {
		for name := range s.graph.nodes {
			if strings.HasPrefix(name, path+".") {
				return true
			}
		}
		return false
	})
	if !ok {
		return nil, invalid("To", fmt.Sprintf("%q", t.To), "the path of a layer before this one that has parameters")
	}
	c := *s
	c.names = home + "."
	return t.Layer.Forward(&c, x)
}

func (t Tied) String() string { return fmt.Sprintf("Tied(%s, %s)", t.To, describe(t.Layer)) }

// tied returns the node of a parameter that another layer has declared.
func (s *Scope) tied(full string, shape []int) (*gorgonia.Node, error) {
	n, ok := s.graph.nodes[full]
	if !ok {
		return nil, fmt.Errorf("no parameter %q to tie to: want the same names", full)
	}
	if got := n.Shape(); !got.Eq(shape) {
		return nil, fmt.Errorf("parameter %q of shape %v: want %v to tie to it", full, []int(got), shape)
	}
	return n, nil
}

var errTiedState = errors.New("states cannot be tied: want a layer with parameters only")
