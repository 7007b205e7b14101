package lrsched

import (
	"fmt"
	"math"
)

// CyclicMode determines how the triangles of [Cyclic] change. Its text is
// PyTorch's mode.
type CyclicMode int

const (
	Triangular  CyclicMode = iota // all the same: "triangular"
	Triangular2                   // each half as high as the previous one: "triangular2"
	ExpRange                      // lower by the factor Gamma with every update: "exp_range"
)

// Cyclic goes up and down in triangles, without end (Smith, 2017). For update
// t = 0, 1, …, in cycle c = 0, 1, … of Up + Down updates, with x from 0 up to 1
// in the first Up of them and back to 0 in the others:
//
//	η(t) = b + (M−b)·x         Triangular
//	η(t) = b + (M−b)·x/2ᶜ      Triangular2
//	η(t) = b + (M−b)·x·γᵗ      ExpRange
//
// It is PyTorch's CyclicLR without the cycling of the momentum, with b =
// base_lr, M = max_lr, Up = step_size_up and Down = step_size_down.
type Cyclic struct {
	Base  float64    // b, rate at the beginning of each cycle; 0 or more
	Max   float64    // M, rate at the top of the first cycle; Base or more
	Up    int        // updates from b to the top; 1 or more
	Down  int        // updates from the top to b; if zero, Up
	Mode  CyclicMode // Triangular, Triangular2 or ExpRange
	Gamma float64    // γ in (0, 1]; only with ExpRange
}

var _ Schedule = Cyclic{}

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

func (c Cyclic) validate() error {
	k := check("Cyclic").rate("Base", c.Base).rate("Max", c.Max).
		that(c.Max >= c.Base, "Max", c.Max, fmt.Sprintf("Base or more, where Base = %v", c.Base)).
		count("Up", c.Up, 1).count("Down", c.Down, 0).
		that(c.Mode >= Triangular && c.Mode <= ExpRange, "Mode", int(c.Mode), "Triangular, Triangular2 or ExpRange")
	if c.Mode == ExpRange {
		return k.factor("Gamma", c.Gamma).err
	}
	return k.that(c.Gamma == 0, "Gamma", c.Gamma, "0 without ExpRange").err
}
