package nn

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
)

// Noise adds a number of the normal distribution of mean 0 to each value in
// training; in evaluation it does nothing (Bishop 1995). The numbers are a function of
// the model's seed, the number of the step, the layer's path, and the row's place in
// the batch.
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
