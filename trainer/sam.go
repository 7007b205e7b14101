package trainer

import (
	"fmt"
	"math"

	"descent/datasets"
	"descent/optimizers"
)

// sharpness is sharpness-aware minimization at work (Foret et al. 2021): it
// replaces the gradient g at x by the one at x + ρ·g/‖g‖, where the norm is over
// every element of every parameter.
type sharpness struct {
	rho    float64
	redo   func(*datasets.Batch) (float64, []float32, error)
	params []optimizers.Param[float32]
	values [][]float32 // x
}

func newSharpness(rho float64, m Model, params []optimizers.Param[float32]) *sharpness {
	s := &sharpness{rho: rho, redo: m.Step, params: params}
	if r, ok := m.(Redoer); ok {
		s.redo = r.Redo
	}
	for _, p := range params {
		s.values = append(s.values, make([]float32, len(p.Value)))
	}
	return s
}

// replace changes the gradients of the batch that the model has just computed,
// and leaves the parameters as they are.
func (s *sharpness) replace(b *datasets.Batch) error {
	squares := 0.0
	for _, p := range s.params {
		for _, g := range p.Grad {
			squares += float64(float64(g) * float64(g)) // of float32: no overflow, and zero only for zero
		}
	}
	if !finite(squares) {
		return finiteGradients(s.params)
	}
	if squares == 0 {
		return nil
	}
	// g is first scaled by a power of two, which is exact, to about 1: ρ/‖g‖
	// itself can be beyond a float32.
	norm := math.Sqrt(squares)
	_, exponent := math.Frexp(norm)
	exponent = min(max(exponent, -126), 126)
	unit := float32(math.Ldexp(1, -exponent))
	scale := float32(s.rho / math.Ldexp(norm, -exponent))
	for i, p := range s.params {
		copy(s.values[i], p.Value)
		for j, g := range p.Grad {
			p.Value[j] += float32(scale * float32(unit*g))
		}
	}
	loss, err := s.call(b)
	for i, p := range s.params {
		copy(p.Value, s.values[i])
	}
	if err == nil && !finite(loss) {
		err = fmt.Errorf("loss = %v at the perturbed point: %w", loss, optimizers.ErrNotFinite)
	}
	return err
}
