package bench

import (
	"fmt"
	"slices"
	"strings"

	"descent/optimizers"
)

// Optimizer is what is compared: settings to choose from, and what a rule is
// tuned by.
type Optimizer struct {
	Name  string // under which it is entered; two may be the same otherwise
	Space Space
	// Make returns the setting for values of the space's dimensions, in their
	// order.
	Make func(values []float64) Setting
}

// Setting is a rule with everything that it is run with.
type Setting struct {
	Rule   optimizers.Rule
	Groups []optimizers.Group
	LR     float64
}

// Space is what an optimizer is tuned by. An empty one has one setting, which
// was fixed beforehand: there is no tuning.
type Space []Dimension

// Dimension is one number to be tuned.
type Dimension struct {
	Name string  `json:"name"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Log spaces the values evenly in their logarithm.
	Log bool `json:"log,omitempty"`
	// FromOne spaces the values v evenly in the logarithm of 1 − v, as suits a
	// momentum: Low and High are those of v, below 1.
	FromOne bool `json:"from_one,omitempty"`
}

// Rate is the usual name of the dimension that is the learning rate.
const Rate = "lr"

// Fix returns the optimizer with one dimension fixed at a value, which need not
// lie in its range: it is not tuned any more. With all of them fixed, there is
// no tuning.
//
// It is an error if there is no such dimension.
func (o Optimizer) Fix(dimension string, value float64) (Optimizer, error) {
	i := slices.IndexFunc(o.Space, func(d Dimension) bool { return d.Name == dimension })
	if i < 0 {
		return Optimizer{}, fmt.Errorf("bench: optimizer %s: dimension %q: want %s", o.Name, dimension, o.Space.names())
	}
	if o.Make == nil {
		return Optimizer{}, fmt.Errorf("bench: optimizer %s: Make is nil: want a function", o.Name)
	}
	whole := o.Make
	o.Make = func(values []float64) Setting {
		return whole(slices.Insert(slices.Clone(values), min(i, len(values)), value))
	}
	o.Space = slices.Delete(slices.Clone(o.Space), i, i+1)
	return o, nil
}

func (s Space) names() string {
	if len(s) == 0 {
		return "none, all are fixed"
	}
	names := make([]string, len(s))
	for i, d := range s {
		names[i] = d.Name
	}
	return strings.Join(names, ", ")
}
