package bench

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
)

// Contender is an optimizer that takes part in the benchmark, with its search
// space.
type Contender struct {
	Name  string // unique in a plan
	Space Space
	// Make returns the setup for values of the space's dimensions, in their
	// order.
	Make func(values []float64) Setup
	// MakeFor, if not nil, is used instead of Make. It returns the setup for the
	// named workload.
	MakeFor func(workload string, values []float64) Setup
	// Default, if not nil, is the default setup in the rule's documentation, for a
	// comparison without tuning.
	Default *Setup
}

// AtDefault returns the contender with its default setup and an empty space. A
// contender with an empty space is returned unchanged.
//
// AtDefault returns an error if there is no default.
func (o Contender) AtDefault() (Contender, error) {
	if len(o.Space) == 0 {
		return o, nil
	}
	if o.Default == nil {
		return Contender{}, fmt.Errorf("bench: optimizer %s: Default is nil: want a default setup, or values for %s", o.Name, o.Space.names())
	}
	setup := *o.Default
	return Contender{Name: o.Name, Make: func([]float64) Setup { return setup }, Default: o.Default}, nil
}

// Setup returns the setup from MakeFor or Make, or the zero Setup if both are nil.
func (o Contender) Setup(workload string, values []float64) Setup {
	switch {
	case o.MakeFor != nil:
		return o.MakeFor(workload, values)
	case o.Make != nil:
		return o.Make(values)
	}
	return Setup{}
}

// checked returns a setup and its description if the setup is valid.
func (o Contender) checked(workload string, values []float64) (s Setup, fields string, err error) {
	s = o.Setup(workload, values)
	if isnil.Value(s.Rule) {
		return s, "", errors.New("the Setup from Make has no Rule")
	}
	if err = s.Rule.Validate(); err == nil {
		err = lrsched.Validate(lrsched.Constant(s.LR))
	}
	if err == nil {
		fields, err = s.describe()
	}
	if err != nil && len(o.Space) > 0 {
		err = prefix.Error(fmt.Sprintf("for %s = %v", o.Space.names(), values), err)
	}
	return s, fields, err
}

// Setup is a rule with its groups and its learning rate.
type Setup struct {
	Rule   optimizers.Rule
	Groups []optimizers.Group
	LR     float64
}

// Space is the search space of a [Contender]. An empty space means one fixed
// setup, without tuning.
type Space []Dimension

// Dimension is one number to tune.
type Dimension struct {
	Name string  `json:"name"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Log spaces the values evenly on a logarithmic scale.
	Log bool `json:"log,omitempty"`
	// FromOne spaces the values v evenly in the logarithm of 1 − v, which suits
	// momentum. Low and High are values of v, below 1.
	FromOne bool `json:"from_one,omitempty"`
}

// Rate is the usual name of the learning rate's dimension.
const Rate = "lr"

// Fix returns the contender with one dimension fixed at a value, which may lie
// outside its range. With all dimensions fixed, there is no tuning.
//
// Fix returns an error if there is no such dimension.
func (o Contender) Fix(dimension string, value float64) (Contender, error) {
	i := slices.IndexFunc(o.Space, func(d Dimension) bool { return d.Name == dimension })
	if i < 0 {
		return Contender{}, fmt.Errorf("bench: optimizer %s: dimension %q: want %s", o.Name, dimension, o.Space.names())
	}
	if o.Make == nil && o.MakeFor == nil {
		return Contender{}, fmt.Errorf("bench: optimizer %s: Make is nil: want a function", o.Name)
	}
	whole, with := o, func(values []float64) []float64 {
		return slices.Insert(slices.Clone(values), min(i, len(values)), value)
	}
	if o.Make != nil {
		o.Make = func(values []float64) Setup { return whole.Make(with(values)) }
	}
	if o.MakeFor != nil {
		o.MakeFor = func(workload string, values []float64) Setup { return whole.MakeFor(workload, with(values)) }
	}
	o.Space = slices.Delete(slices.Clone(o.Space), i, i+1)
	return o, nil
}

func (s Space) names() string {
	if len(s) == 0 {
		return "none: all are fixed"
	}
	names := make([]string, len(s))
	for i, d := range s {
		names[i] = d.Name
	}
	return strings.Join(names, ", ")
}
