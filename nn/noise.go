package nn

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// Noise adds a random number to each value in training, from a normal distribution of
// mean 0; in evaluation it does nothing (Bishop 1995). The numbers are a function of the
// model's seed, the step number, the layer's path, and the row's position in the batch.
type Noise struct {
	SD float64 // standard deviation, 0 or more
}

// Forward implements [Layer].
func (n Noise) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(n.SD >= 0 && n.SD <= math.MaxFloat64) {
		return nil, invalid("SD", n.SD, "0 or more, finite")
	}
	if !s.Training() || n.SD == 0 {
		return x, nil
	}
	return s.Ops.Noise(x, n.SD, s.Key("noise"))
}

func (n Noise) String() string { return fmt.Sprintf("Noise(%g)", n.SD) }
