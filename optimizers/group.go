package optimizers

import (
	"errors"
	"fmt"
	"math"
	"path"

	"descent/internal/isnil"
	"descent/internal/prefix"
)

// Group treats some of the parameters differently. A parameter belongs to the
// first group of [Config] that matches it.
type Group struct {
	// Names are patterns for the names of the group's parameters, in the syntax
	// of [path.Match]: "*.bias", "0.*".
	Names []string
	// Vectors also matches every parameter of fewer than two dimensions: biases,
	// and the scales of normalizations.
	Vectors bool
	// Optional allows a group without parameters, for settings shared by many
	// models. If false, that is an error: a pattern may be misspelled.
	Optional bool

	Rule       Rule    // if nil, the optimizer's
	LRScale    float64 // multiplies the learning rate; if zero, 1
	DecayScale float64 // multiplies the rule's own weight decay; if zero, 1
	NoDecay    bool    // turns the rule's weight decay off
}

// check returns an error if a group is invalid.
func (g Group) check() error {
	for _, pattern := range g.Names {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("pattern %q in Names: %w", pattern, err)
		}
	}
	switch {
	case len(g.Names) == 0 && !g.Vectors:
		return errors.New("takes no parameter: want Names or Vectors")
	case !(g.LRScale >= 0) || math.IsInf(g.LRScale, 1):
		return fmt.Errorf("LRScale = %v: want a finite number, 0 or more (0 for 1)", g.LRScale)
	case !(g.DecayScale >= 0) || math.IsInf(g.DecayScale, 1):
		return fmt.Errorf("DecayScale = %v: want a finite number, 0 or more (0 for 1)", g.DecayScale)
	case g.NoDecay && g.DecayScale != 0:
		return fmt.Errorf("DecayScale = %v: want 0 with NoDecay", g.DecayScale)
	}
	if g.Rule != nil && isnil.Value(g.Rule) {
		return fmt.Errorf("Rule is a nil %T: want a Rule, or nil for the optimizer's", g.Rule)
	}
	if g.Rule != nil {
		return prefix.Error("optimizers", g.Rule.Validate(), "Rule")
	}
	return nil
}

// takes reports whether a parameter belongs to the group.
func (g Group) takes(name string, shape []int) bool {
	for _, pattern := range g.Names {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return g.Vectors && len(shape) < 2
}

// scales returns the multipliers of learning rate and weight decay.
func (g Group) scales() (lr, decay float64) {
	lr, decay = g.LRScale, g.DecayScale
	if lr == 0 {
		lr = 1
	}
	if decay == 0 && !g.NoDecay {
		decay = 1
	}
	return lr, decay
}

// assign returns the index of each parameter's group, or -1. A group without
// parameters is an error, unless it is optional: a pattern is misspelled, or an earlier
// group takes them all.
func assign[T Float](groups []Group, params []Param[T]) ([]int, error) {
	for i, g := range groups {
		if err := g.check(); err != nil {
			return nil, prefix.Error("optimizers", err, "Config", fmt.Sprintf("Groups[%d]", i))
		}
	}
	of, used := make([]int, len(params)), make([]bool, len(groups))
	for i, p := range params {
		of[i] = -1
		for j, g := range groups {
			if g.takes(p.Name, p.Shape) {
				of[i], used[j] = j, true
				break
			}
		}
	}
	for j, ok := range used {
		if !ok && !groups[j].Optional {
			return nil, fmt.Errorf("optimizers: Config: Groups[%d]: takes none of the %d parameters (Names %q, Vectors %v)", j, len(params), groups[j].Names, groups[j].Vectors)
		}
	}
	return of, nil
}
