package optimizers

import (
	"fmt"
	"math"
)

// MuonScale selects the factor of the orthogonal step of [Muon] for a matrix of r
// rows and c columns. Its text is "rectangle", "rms" or "spectral"; other values
// have no text.
type MuonScale int

const (
	// MuonRectangle is √max(1, r/c), from the author of Muon: only tall matrices
	// take longer steps.
	MuonRectangle MuonScale = iota
	// MuonRMS is 0.2·√max(r, c): the root mean square of the step is about that
	// of [AdamW], whose rate and decay can then be used (Liu et al., 2025, "Muon
	// is scalable for LLM training"). PyTorch calls it match_rms_adamw.
	MuonRMS
	// MuonSpectral is √(r/c): every layer changes its outputs by about the same
	// amount, whatever its width (Bernstein, 2025, "Deriving Muon"; Pethick et
	// al., 2025).
	MuonSpectral
)

var muonScales = [...]string{"rectangle", "rms", "spectral"}

const muonScaleRange = "rectangle, rms or spectral"

func (s MuonScale) known() bool { return s >= 0 && int(s) < len(muonScales) }

func (s MuonScale) String() string {
	if !s.known() {
		return fmt.Sprintf("MuonScale(%d)", int(s))
	}
	return muonScales[s]
}

func (s MuonScale) MarshalText() ([]byte, error) {
	if !s.known() {
		return nil, fmt.Errorf("optimizers: %v: want %s", s, muonScaleRange)
	}
	return []byte(muonScales[s]), nil
}

func (s *MuonScale) UnmarshalText(text []byte) error {
	for i, name := range muonScales {
		if name == string(text) {
			*s = MuonScale(i)
			return nil
		}
	}
	return fmt.Errorf("optimizers: MuonScale = %q: want %s", text, muonScaleRange)
}

// of is the factor for a matrix.
func (s MuonScale) of(rows, columns int) float64 {
	switch r, c := float64(rows), float64(columns); s {
	case MuonRMS:
		return .2 * math.Sqrt(max(r, c))
	case MuonSpectral:
		return math.Sqrt(r / c)
	default:
		return math.Sqrt(max(1, r/c))
	}
}
