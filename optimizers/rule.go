package optimizers

import "descent/internal/caught"

// Rule is an update rule: hyperparameters and a formula, no state. The zero
// value of a hyperparameter means zero; if a rule has customary settings, a
// DefaultX function returns them.
//
// Update32 and Update64 change u.Value and u.Slots in place, leave u.Grad
// unchanged, allocate nothing, and do the same in both precisions. An [Optimizer]
// calls them once per parameter and step, in the order of the parameters, and
// skips frozen parameters ([Param]). If the rule is [Elementwise], it calls them
// for blocks of parameters in any order.
//
// A rule may also implement [Elementwise], [Shaper], [Preparer], [Evaluator], [Fitter],
// [Scratcher], [Scratcher64], [Bounded] and [Wrapper].
type Rule interface {
	// Validate returns an error that names the first hyperparameter out of range,
	// its value and the range, or nil.
	Validate() error
	// Slots returns the names of the state vectors that the rule keeps per
	// parameter. They depend only on the hyperparameters. Vectors that PyTorch
	// also keeps have PyTorch's names, such as "exp_avg".
	Slots() []string
	Update32(u Update[float32])
	Update64(u Update[float64])
}

// Update describes one update of one parameter tensor.
type Update[T Float] struct {
	Name     string    // of the parameter
	Shape    []int     // of Value
	Step     int       // count of this update of this parameter, from 1
	RuleStep int       // steps of the rule, as in [Preparation], including those in which the parameter was frozen
	LR       float64   // learning rate of this update for this parameter, 0 or more
	Decay    float64   // multiplier of the rule's own weight decay for this parameter; 1 for full decay
	Value    []T       // the parameter; the rule changes it in place
	Grad     []T       // its gradient, after clipping; read-only
	Slots    [][]T     // in the order of Rule.Slots, each len(Value), zero before step 1
	Shaped   [][]T     // of a [Shaper], in its order, zero before step 1; nil for other rules
	Globals  []float64 // of a [Preparer], in the order of its names; nil for other rules
	Scratch  []T       // working memory of a [Scratcher], with undefined contents; nil for other rules
	Seed     uint64    // random bits, a function of the optimizer's seed, the name and the step
	First    int       // index of Value[0] in the parameter; not 0 in later blocks of it ([Elementwise])
	Workers  Workers   // share the work of a large parameter; nil in a block, or if the caller works alone

	Scratch64 []float64 // working memory of a [Scratcher64], like Scratch
}

// Preparer is implemented by a [Rule] that reads all parameters before it
// updates any, or that keeps numbers for all of them together.
type Preparer interface {
	// Globals returns the names of the numbers that the rule keeps for all
	// parameters together. They are zero before step 1, and part of the state.
	Globals() []string
	// Prepare32 and Prepare64 are called once per step, before the first update,
	// if there is one. They may change globals and slots, but not values.
	Prepare32(p Preparation[float32])
	Prepare64(p Preparation[float64])
}

// Preparation describes a step, before its updates, to a [Preparer].
type Preparation[T Float] struct {
	Step    int         // count of the rule's steps with an update, from 1
	LR      float64     // learning rate of this step, before the multipliers of groups
	Updates []Update[T] // the coming updates, of all parameters of the rule that are not frozen
	Globals []float64   // in the order of their names; the rule may change them in place
}

// Evaluator is implemented by a [Rule] that trains at one point and is
// evaluated, and saved for use, at another, such as an average.
// [Optimizer.Swap] puts the latter in place.
type Evaluator interface {
	// Evaluate32 and Evaluate64 write the value of one parameter at the point
	// of evaluation to dst, from u.Value, u.Slots and u.Globals as update
	// u.Step left them; u.Grad is nil. At least one update has been done.
	Evaluate32(u Update[float32], dst []float32)
	Evaluate64(u Update[float64], dst []float64)
}

// Fitter is implemented by a [Rule] that suits only some shapes.
type Fitter interface {
	// Fits returns an error that says which shapes suit the rule, or nil.
	Fits(shape []int) error
}

// Scratcher is implemented by a [Rule] that needs working memory.
type Scratcher interface {
	// Scratch returns the number of elements needed for a parameter of this
	// shape. All parameters share the memory.
	Scratch(shape []int) int
}

// apply is update, with an error for a panic.
func apply[T Float](rule Rule, u *Update[T]) (err error) {
	defer caught.Error(&err, "parameter", u.Name)
	update(rule, u)
	return nil
}

// update calls the rule's method for the element type.
func update[T Float](rule Rule, u *Update[T]) {
	switch u := any(u).(type) {
	case *Update[float32]:
		rule.Update32(*u)
	case *Update[float64]:
		rule.Update64(*u)
	}
}

// prepare calls the preparer's method for the element type. A panic is an error.
func prepare[T Float](rule Preparer, p *Preparation[T]) (err error) {
	defer caught.Error(&err, "Prepare", "")
	switch p := any(p).(type) {
	case *Preparation[float32]:
		rule.Prepare32(*p)
	case *Preparation[float64]:
		rule.Prepare64(*p)
	}
	return nil
}

// evaluate calls the evaluator's method for the element type.
func evaluate[T Float](rule Evaluator, u *Update[T], dst []T) {
	switch u := any(u).(type) {
	case *Update[float32]:
		rule.Evaluate32(*u, any(dst).([]float32))
	case *Update[float64]:
		rule.Evaluate64(*u, any(dst).([]float64))
	}
}
