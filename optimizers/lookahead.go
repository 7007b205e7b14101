package optimizers

// Lookahead wraps a rule and pulls its parameters back every few steps
// (Zhang, Lucas, Hinton, Ba 2019, Algorithm 1).
//
// With the parameters x of the inner rule and slow parameters φ, which start at the
// parameters before the first update, at every step t = 1, 2, …:
//
//	x ← the inner rule's update
//	φ ← φ + α·(x − φ)      if t is a multiple of k
//	x ← φ                  if t is a multiple of k
//
// The slots of the inner rule are kept when x is set to φ, as the authors
// recommend. Between multiples of k, the parameters in memory, which evaluation
// uses, are x. To evaluate at φ, make the number of updates a multiple of k.
//
// Slots: those of the inner rule, and "slow", len(x).
// Defaults ([DefaultLookahead]): k 5, α 0.5, as in the paper.
// Usual rate: the inner rule's, or somewhat more.
type Lookahead struct {
	Rule  Rule    // the inner rule, trained and evaluated at one point
	Steps int     // k, 1 or more
	Alpha float64 // α in (0, 1]
}

// DefaultLookahead returns Lookahead around a rule with the paper's settings.
func DefaultLookahead(rule Rule) Lookahead { return Lookahead{Rule: rule, Steps: 5, Alpha: 0.5} }

var (
	_ Wrapper     = Lookahead{}
	_ Elementwise = Lookahead{}
)

func (r Lookahead) Validate() error {
	return Check("Lookahead").onePoint(r.Rule).Inner(r.Rule, "slow").
		That(r.Steps >= 1, "Steps", r.Steps, "1 or more").
		That(r.Alpha > 0 && r.Alpha <= 1, "Alpha", r.Alpha, "(0, 1]").Err()
}

func (r Lookahead) Slots() []string { return WithSlots(r.Rule, "slow") }

func (r Lookahead) Elementwise(rule Rule) bool { return is[Lookahead](rule) && elementwise(r.Rule) }

func (r Lookahead) Unwrap() Rule { return r.Rule }

func (r Lookahead) Update32(u Update[float32]) { lookahead(r, u) }

func (r Lookahead) Update64(u Update[float64]) { lookahead(r, u) }

func lookahead[T Float](r Lookahead, u Update[T]) {
	slow := u.Slots[len(u.Slots)-1]
	if u.Step == 1 {
		copy(slow, u.Value)
	}
	u.Apply(r.Rule, 1)
	if u.Step%r.Steps != 0 {
		return
	}
	Pull(slow, u.Value, r.Alpha)
	copy(u.Value, slow)
}
