package nn

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// Dropout zeroes each value with probability Rate in training and divides the
// others by 1 − Rate; in evaluation it does nothing (Srivastava et al. 2014, in
// the inverted form). The choice is a function of the model's seed, the step number,
// the layer's path, and the row's position in the batch.
type Dropout struct {
	Rate     float64 // [0, 1)
	Channels bool    // zero entire channels of rows [C, ...], not single values (Tompson et al. 2015)
}

// Forward implements [Layer].
func (d Dropout) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if !(d.Rate >= 0 && d.Rate < 1) {
		return nil, invalid("Rate", d.Rate, "[0, 1)")
	}
	if !s.Training() || d.Rate == 0 {
		return x, nil
	}
	if d.Channels {
		return s.Ops.DropoutChannels(x, d.Rate, s.Key("dropout"))
	}
	return s.Ops.Dropout(x, d.Rate, s.Key("dropout"))
}

func (d Dropout) String() string {
	if d.Channels {
		return fmt.Sprintf("Dropout(%g, channels)", d.Rate)
	}
	return fmt.Sprintf("Dropout(%g)", d.Rate)
}
