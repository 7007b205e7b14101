package bench

import "descent/optimizers"

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
