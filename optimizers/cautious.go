package optimizers

// Cautious wraps a rule and omits the elements of its step that do not go down the
// gradient (Liang, Chen, Liu and Liu, 2024).
//
// For each parameter tensor, with gradient g and the step u that the inner rule
// takes from x to x − u:
//
//	φ = 1 where u·g > 0, and 0 elsewhere
//	x ← x − φ·u / max(mean φ, 0.001)
//
// so that the length of the step stays about the same. The inner rule's own weight
// decay is part of u; the authors and timm exclude it, as does [DecoupledDecay]
// around this rule. The divisor is that of the authors' code; the paper divides by
// (Σφ + 1)/n.
//
// Slots and defaults: those of the inner rule.
// Usual rate: the inner rule's.
type Cautious struct {
	Rule Rule // the inner rule, trained and evaluated at one point
}

var (
	_ Wrapper   = Cautious{}
	_ Scratcher = Cautious{}
)

func (r Cautious) Validate() error { return Check("Cautious").onePoint(r.Rule).Inner(r.Rule).Err() }

func (r Cautious) Slots() []string { return WithSlots(r.Rule) }

func (r Cautious) Unwrap() Rule { return r.Rule }

func (r Cautious) Scratch(shape []int) int { return withScratch(r.Rule, shape) }

func (r Cautious) Update32(u Update[float32]) { cautious(r, u) }

func (r Cautious) Update64(u Update[float64]) { cautious(r, u) }

func cautious[T Float](r Cautious, u Update[T]) {
	before := u.applyBeside(r.Rule)
	kept := 0
	for i, g := range u.Grad {
		if sameSign(before[i]-u.Value[i], g) {
			kept++
		}
	}
	scale := T(1 / max(float64(kept)/float64(len(u.Grad)), 1e-3))
	for i, g := range u.Grad {
		s := before[i] - u.Value[i]
		if !sameSign(s, g) {
			s = 0
		}
		u.Value[i] = before[i] - T(scale*s)
	}
}

func sameSign[T Float](a, b T) bool { return a > 0 && b > 0 || a < 0 && b < 0 }

// withScratch is the working memory of a wrapper: that of the inner rule, and a copy
// of the parameter.
func withScratch(inner Rule, shape []int) int {
	n, _ := elements(shape)
	own, _ := scratchOf(inner, shape)
	return n + own
}

// applyBeside lets the inner rule of a wrapper with the memory of [withScratch] do the
// update, and returns the value before it. The wrapper must have no slots of its own.
func (u Update[T]) applyBeside(rule Rule) (before []T) {
	before = u.Scratch[:len(u.Value)]
	copy(before, u.Value)
	u.Scratch = u.Scratch[len(before):]
	u.Apply(rule, 0)
	return before
}
