package optimizers

// Lookahead is another rule whose parameters are pulled back every few steps
// (Zhang, Lucas, Hinton, Ba 2019, Algorithm 1).
//
// With the parameters x of the inner rule and slow ones φ, which start at the
// parameters before the first update, at every step t = 1, 2, …:
//
//	x ← the inner rule's update
//	φ ← φ + α·(x − φ)      if t is a multiple of k
//	x ← φ                  then
//
// The slots of the inner rule are kept when x is set to φ, which the authors
// recommend. Between multiples of k the parameters in memory, those that
// evaluation sees, are x; to evaluate at φ, let the number of updates be a
// multiple of k.
//
// Slots: those of the inner rule, and "slow", len(x).
// Defaults ([DefaultLookahead]): k 5, α 0.5, as in the paper.
// Usual rate: the inner rule's, or somewhat more.
type Lookahead struct {
	Rule  Rule    // the inner rule, trained and evaluated at one point
	Steps int     // k, at least 1
	Alpha float64 // α in (0, 1]
}

// DefaultLookahead is Lookahead around a rule with the paper's settings.
func DefaultLookahead(rule Rule) Lookahead { return Lookahead{Rule: rule, Steps: 5, Alpha: 0.5} }

var (
	_ Rule      = Lookahead{}
	_ Preparer  = Lookahead{}
	_ Fitter    = Lookahead{}
	_ Scratcher = Lookahead{}
	_ Bounded   = Lookahead{}
)

// Validate reports a hyperparameter out of range, and what is wrong with Rule.
func (r Lookahead) Validate() error {
	if err := checkInner("Lookahead", r.Rule, "slow"); err != nil {
		return err
	}
	return check("Lookahead").
		that(r.Steps >= 1, "Steps", r.Steps, "1 or more").
		that(r.Alpha > 0 && r.Alpha <= 1, "Alpha", r.Alpha, "(0, 1]").err
}

// Slots returns those of the inner rule and "slow".
func (r Lookahead) Slots() []string { return innerSlots(r.Rule, "slow") }

// Globals returns those of the inner rule.
func (r Lookahead) Globals() []string { return innerGlobals(r.Rule) }

// Prepare32 prepares the inner rule.
func (r Lookahead) Prepare32(p Preparation[float32]) { innerPrepare(r.Rule, p) }

// Prepare64 prepares the inner rule.
func (r Lookahead) Prepare64(p Preparation[float64]) { innerPrepare(r.Rule, p) }

// Fits reports whether a shape suits the inner rule.
func (r Lookahead) Fits(shape []int) error { return innerFits(r.Rule, shape) }

// Scratch is the working memory of the inner rule.
func (r Lookahead) Scratch(shape []int) int { return innerScratch(r.Rule, shape) }

// Bounds are those of the inner rule.
func (r Lookahead) Bounds() (slots, globals map[string]Range) { return innerBounds(r.Rule) }

// Update32 updates one float32 parameter.
func (r Lookahead) Update32(u Update[float32]) { lookahead(r, u) }

// Update64 updates one float64 parameter.
func (r Lookahead) Update64(u Update[float64]) { lookahead(r, u) }

func lookahead[T Float](r Lookahead, u Update[T]) {
	slow := u.Slots[len(u.Slots)-1]
	if u.Step == 1 {
		copy(slow, u.Value)
	}
	innerUpdate(r.Rule, u)
	if u.Step%r.Steps != 0 {
		return
	}
	pull(slow, u.Value, T(r.Alpha))
	copy(u.Value, slow)
}
