package optimizers

import (
	"fmt"
	"iter"
	"slices"
)

// Shaper is implemented by a [Rule] whose state depends on the shape of the
// parameter, such as one matrix for each dimension. That state is saved, restored
// and exchanged like the slots.
type Shaper interface {
	// Shaped describes the vectors that the rule keeps for a parameter of this
	// shape in addition to those of Slots. They depend only on the shape and the
	// hyperparameters, and their names differ from those of the slots.
	Shaped(shape []int) []SlotShape
}

// SlotShape describes a state vector of a [Shaper].
type SlotShape struct {
	Name  string
	Shape []int // positive dimensions; none for one number
	// Integer marks a vector of integers. [Optimizer.Restore] rejects other
	// numbers. They are exact up to 2²⁴ in float32 and 2⁵³ in float64.
	Integer bool
}

// Scratcher64 is implemented by a [Rule] that needs working memory in float64
// for either type of parameter, such as for a decomposition.
type Scratcher64 interface {
	// Scratch64 returns the number of elements needed for a parameter of this
	// shape. All parameters share the memory.
	Scratch64(shape []int) int
}

// addShaped gives an update the state vectors of a Shaper.
func (p *part[T]) addShaped(u *Update[T], m *member) error {
	s, ok := As[Shaper](p.rule)
	if !ok {
		return nil
	}
	m.shapes = slices.Clone(s.Shaped(u.Shape))
	seen := slices.Clone(p.slots)
	for _, v := range m.shapes {
		n, ok := elements(v.Shape)
		if !ok {
			return fmt.Errorf("optimizers: parameter %q: slot %q of %T has shape %v: want positive dimensions", u.Name, v.Name, p.rule, v.Shape)
		}
		if slices.Contains(seen, v.Name) {
			return fmt.Errorf("optimizers: parameter %q: %T has two slots %q: want unique names", u.Name, p.rule, v.Name)
		}
		seen = append(seen, v.Name)
		u.Shaped = append(u.Shaped, make([]T, n))
	}
	return nil
}

// stateOf yields the state vectors of an update: the slots, and then those of a
// Shaper.
func (p *part[T]) stateOf(j int) iter.Seq2[SlotShape, []T] {
	u := &p.updates[j]
	return func(yield func(SlotShape, []T) bool) {
		for k, v := range u.Slots {
			if !yield(SlotShape{Name: p.slots[k], Shape: u.Shape}, v) {
				return
			}
		}
		for k, v := range u.Shaped {
			if !yield(p.members[j].shapes[k], v) {
				return
			}
		}
	}
}

// resized returns an error if a rule has replaced a state vector with one of
// another length. It puts zeros in its place.
func (p *part[T]) resized() (err error) {
	for j := range p.updates {
		u := &p.updates[j]
		for k, v := range u.Slots {
			if n := len(u.Value); len(v) != n {
				err = fmt.Errorf("parameter %q: slot %q has %d elements after the update: want %d", u.Name, p.slots[k], len(v), n)
				u.Slots[k] = make([]T, n)
			}
		}
		for k, v := range u.Shaped {
			s := p.members[j].shapes[k]
			if n, _ := elements(s.Shape); len(v) != n {
				err = fmt.Errorf("parameter %q: slot %q has %d elements after the update: want %d", u.Name, s.Name, len(v), n)
				u.Shaped[k] = make([]T, n)
			}
		}
	}
	return err
}

// scratchOf is the working memory that a rule asks for.
func scratchOf(rule Rule, shape []int) (n, n64 int) {
	if s, ok := As[Scratcher](rule); ok {
		n = s.Scratch(shape)
	}
	if s, ok := As[Scratcher64](rule); ok {
		n64 = s.Scratch64(shape)
	}
	return n, n64
}
