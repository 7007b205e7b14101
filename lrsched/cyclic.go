package lrsched

import (
	"fmt"
	"math"
)

// CyclicMode says how the triangles of [Cyclic] change.
type CyclicMode int

const (
	Triangular  CyclicMode = iota // all alike
	Triangular2                   // each half as high as the one before
	ExpRange                      // lower by the factor Gamma with every update
)

// Cyclic goes up and down in triangles, without end (Smith, 2017).
//
// With b = Base, M = Max and t the index of the update, let a cycle have Up +
// Down updates and c = 0, 1, … be the number of the cycle. With x from 0 up to
// 1 in the first Up updates of a cycle and back to 0 in the next Down:
//
//	η(t) = b + (M−b)·x         Triangular
//	η(t) = b + (M−b)·x/2ᶜ      Triangular2
//	η(t) = b + (M−b)·x·γᵗ      ExpRange, γ = Gamma
//
// It is PyTorch's CyclicLR without the cycling of the momentum, with b =
// base_lr, M = max_lr, Up = step_size_up and Down = step_size_down.
type Cyclic struct {
	Base  float64    // b, rate at the beginning of each cycle; zero or more
	Max   float64    // M, rate at the top of the first; Base or more
	Up    int        // updates from b to the top; one or more
	Down  int        // updates from the top to b; if zero, Up
	Mode  CyclicMode // Triangular, Triangular2 or ExpRange
	Gamma float64    // γ in (0, 1]; only with ExpRange
}

var _ Schedule = Cyclic{}

// At is the rate of the update.
func (c Cyclic) At(step int) float64 {
	step = max(step, 0)
	up, down := max(c.Up, 1), c.Down
	if down <= 0 {
		down = up
	}
	length := add(up, down)
	cycle, in := step/length, step%length
	x := float64(in) / float64(up)
	if in > up {
		x = float64(length-in) / float64(down)
	}
	switch c.Mode {
	case Triangular2:
		x = math.Ldexp(x, -min(cycle, 2000)) // 2⁻²⁰⁰⁰ is 0
	case ExpRange:
		x *= math.Pow(c.Gamma, float64(step))
	}
	return c.Base + float64((c.Max-c.Base)*x)
}

// Validate reports a field out of range.
func (c Cyclic) Validate() error {
	if err := checkRate("Cyclic", "Base", c.Base); err != nil {
		return err
	}
	if err := checkRate("Cyclic", "Max", c.Max); err != nil {
		return err
	}
	if c.Max < c.Base {
		return fmt.Errorf("lrsched: Cyclic: Max = %v: want Base, %v, or more", c.Max, c.Base)
	}
	if err := checkCount("Cyclic", "Up", c.Up, 1); err != nil {
		return err
	}
	if err := checkCount("Cyclic", "Down", c.Down, 0); err != nil {
		return err
	}
	switch c.Mode {
	case Triangular, Triangular2:
		if c.Gamma != 0 {
			return fmt.Errorf("lrsched: Cyclic: Gamma = %v: want 0 without ExpRange", c.Gamma)
		}
		return nil
	case ExpRange:
		return checkFactor("Cyclic", "Gamma", c.Gamma)
	}
	return fmt.Errorf("lrsched: Cyclic: Mode = %d: want Triangular, Triangular2 or ExpRange", c.Mode)
}
