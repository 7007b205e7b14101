package optimizers

import "fmt"

// Correction selects the divisor of an exponentially weighted average that starts
// at zero. Its text is "none", "bias" or "as-printed"; other values have no text.
type Correction int

const (
	// CorrectionNone divides by 1: the average is too small in its first steps.
	CorrectionNone Correction = iota
	// CorrectionBias divides by 1 − βᵗ, the sum of the weights after t steps.
	CorrectionBias
	// CorrectionAsPrinted divides by 1 + βᵗ, which nearly doubles the bias at
	// first: an error in the sta-663 notes, provided only to reproduce their
	// figures.
	CorrectionAsPrinted
)

var corrections = [...]string{"none", "bias", "as-printed"}

func (c Correction) String() string {
	if !c.known() {
		return fmt.Sprintf("Correction(%d)", int(c))
	}
	return corrections[c]
}

func (c Correction) MarshalText() ([]byte, error) {
	if !c.known() {
		return nil, fmt.Errorf("optimizers: %v: want %s", c, correctionRange)
	}
	return []byte(corrections[c]), nil
}

func (c *Correction) UnmarshalText(text []byte) error {
	for i, name := range corrections {
		if name == string(text) {
			*c = Correction(i)
			return nil
		}
	}
	return fmt.Errorf("optimizers: Correction = %q: want %s", text, correctionRange)
}

const correctionRange = "none, bias or as-printed"

func (c Correction) known() bool { return c >= 0 && int(c) < len(corrections) }

// divisor returns the divisor of an average whose weights sum to 1 − power.
func (c Correction) divisor(power float64) float64 {
	switch c {
	case CorrectionBias:
		return 1 - power
	case CorrectionAsPrinted:
		return 1 + power
	}
	return 1
}
