package optimizers

// Rule is an update rule: hyperparameters and a formula, no state. The zero
// value of a hyperparameter means zero; where a rule has customary settings, a
// DefaultX function returns them filled in.
//
// Update32 and Update64 change u.Value and u.Slots in place, leave u.Grad as
// it is, allocate nothing, and do the same in both precisions. An [Optimizer]
// calls them once per parameter and step, in the order of the parameters.
type Rule interface {
	// Validate names the first hyperparameter that is out of range, its value
	// and the range.
	Validate() error
	// Slots names the state vectors that the rule keeps per parameter. The
	// names depend on the hyperparameters alone.
	Slots() []string
	Update32(u Update[float32])
	Update64(u Update[float64])
}

// Update is what a rule is given to update one parameter tensor once.
type Update[T Float] struct {
	Name  string  // of the parameter
	Shape []int   // of Value
	Step  int     // count of this update, from 1
	LR    float64 // learning rate of this update, zero or more
	Decay float64 // multiplier of the rule's own weight decay for this parameter; 1 is all of it
	Value []T     // the parameter, to be changed in place
	Grad  []T     // its gradient, after clipping; not to be changed
	Slots [][]T   // in the order of Rule.Slots, each len(Value), zero before step 1
	// Scratch is working memory of the length that the rule's [Scratcher]
	// asks for, with undefined contents; nil if it has none.
	Scratch []T
	// Seed is 64 random bits of its own for each seed of the optimizer,
	// parameter name and step, to key a generator with.
	Seed uint64
}

// Scratcher is implemented by a [Rule] that needs working memory.
type Scratcher interface {
	// Scratch is the number of elements wanted for a parameter of this shape.
	// All parameters share the memory.
	Scratch(shape []int) int
}

// apply calls the rule's method for the element type.
func apply[T Float](rule Rule, u *Update[T]) {
	switch u := any(u).(type) {
	case *Update[float32]:
		rule.Update32(*u)
	case *Update[float64]:
		rule.Update64(*u)
	}
}
